//! Stores that xarray and zarr-python have written.

use std::fs;

use fieldreel_formats::dataset::{DatasetSource, VariableType, VariableValues};
use fieldreel_formats::{AttributeValue, FormatError};

use crate::common::{copy, number, open, read_all, sample, variable};

fn texts(texts: &[&str]) -> VariableValues {
    VariableValues::Texts(texts.iter().map(|&text| text.to_owned()).collect())
}

#[test]
fn stores_of_xarray_are_read_in_both_versions() {
    for name in ["xarray_v2.zarr", "xarray_v3.zarr"] {
        let file = open(sample(name)).unwrap();
        let schema = file.schema();
        assert_eq!(schema.groups.len(), 2, "{name}");
        assert_eq!(schema.groups[0].attributes.text("title"), Some("sample"));
        let authors = AttributeValue::from(["a", "b"]);
        assert_eq!(schema.groups[0].attributes.get("authors"), Some(&authors));

        let t2m = variable(&file, "t2m");
        let dimensions = t2m
            .dimensions
            .iter()
            .map(|&id| schema.dimensions[id].name.as_str());
        assert_eq!(dimensions.collect::<Vec<_>>(), ["time", "x"]);
        assert_eq!(t2m.kind, VariableType::F32);
        let attributes = &t2m.attributes;
        assert_eq!(
            attributes.get("_FillValue"),
            Some(&(-999.0_f32).into()),
            "{name}"
        );
        assert_eq!(attributes.get("valid_min"), Some(&0.1_f32.into()));
        assert_eq!(attributes.get("levels"), Some(&[1, 2].into()));
        assert!(attributes.number("limit").unwrap().is_nan());
        assert_eq!(attributes.get("_ARRAY_DIMENSIONS"), None);
        let values = (0..6).map(|value| value as f32).collect();
        assert_eq!(
            read_all(&file, "t2m").unwrap(),
            VariableValues::Numbers(values)
        );

        let count = variable(&file, "count");
        assert_eq!(count.attributes.get("_FillValue"), Some(&(-1_i16).into()));
        let expected = VariableValues::Numbers([1_i16, -1, 3].into());
        assert_eq!(read_all(&file, "count").unwrap(), expected);
        let letters = VariableValues::Chars(b"abcdefgh ".to_vec());
        assert_eq!(read_all(&file, "letters").unwrap(), letters);
        assert_eq!(read_all(&file, "bytes").unwrap(), texts(&["ab", "c", ""]));
        assert_eq!(
            read_all(&file, "unicode").unwrap(),
            texts(&["ab", "c", "é"])
        );
        assert_eq!(read_all(&file, "names").unwrap(), texts(&["ab", "", "é"]));
        let flag = VariableValues::Numbers([1_i8, 0, 1].into());
        assert_eq!(read_all(&file, "flag").unwrap(), flag);
        assert_eq!(
            variable(&file, "flag").attributes.text("dtype"),
            Some("bool")
        );
        let half = VariableValues::Numbers([1.0_f32, 2.5, -3.0].into());
        assert_eq!(read_all(&file, "half").unwrap(), half);
        let scalar = VariableValues::Numbers([7.5].into());
        assert_eq!(read_all(&file, "scalar").unwrap(), scalar);

        let group = variable(&file, "/forecast/t2m");
        assert_eq!(group.group, 1);
        assert_eq!(group.attributes.text("units"), Some("K"));
        // The group shares the dimensions of the root.
        assert_eq!(group.dimensions, t2m.dimensions);
    }
}

#[test]
fn stores_without_consolidated_metadata_are_listed() {
    let folder = tempfile::tempdir().unwrap();
    for (name, consolidated) in [
        ("xarray_v2.zarr", ".zmetadata"),
        ("xarray_v3.zarr", "zarr.json"),
    ] {
        let path = folder.path().join(name);
        copy(&sample(name), &path);
        match consolidated {
            "zarr.json" => fs::write(
                path.join("zarr.json"),
                r#"{"zarr_format": 3, "node_type": "group", "attributes": {"title": "sample"}}"#,
            )
            .unwrap(),
            file => fs::remove_file(path.join(file)).unwrap(),
        }
        let (listed, consolidated) = (open(&path).unwrap(), open(sample(name)).unwrap());
        let names = |file: &fieldreel_formats::ZarrDataset| {
            let schema = file.schema();
            let names = schema
                .variables
                .iter()
                .map(|variable| schema.full_name(variable));
            let mut names: Vec<_> = names.collect();
            names.sort();
            names
        };
        assert_eq!(names(&listed), names(&consolidated));
        for name in names(&listed) {
            assert_eq!(
                read_all(&listed, &name).unwrap(),
                read_all(&consolidated, &name).unwrap()
            );
            let attributes = |file| format!("{:?}", variable(file, &name).attributes);
            if name != "t2m" {
                assert_eq!(attributes(&listed), attributes(&consolidated));
            }
        }
    }
}

#[test]
fn chunks_of_common_codecs_are_read() {
    let all: Vec<i32> = (0..30).collect();
    for (name, arrays) in [
        (
            "codecs_v3.zarr",
            &["shards", "gzip", "blosc", "big", "transpose"][..],
        ),
        (
            "codecs_v2.zarr",
            &["big", "fortran", "zstd", "bz2", "shuffle"],
        ),
    ] {
        let file = open(sample(name)).unwrap();
        for array in arrays {
            let expected = VariableValues::Numbers(all.clone().into());
            assert_eq!(read_all(&file, array).unwrap(), expected, "{name} {array}");
            let number = number(&file, array);
            assert_eq!(variable(&file, array).is_big_endian, *array == "big");
            assert_eq!(file.first_missing_chunk(number).unwrap(), None);
            // Every hyperslab, through the cache.
            for y in 0..5 {
                for x in 0..6 {
                    let part = file.read(number, &[y, x], &[5 - y, 1]).unwrap();
                    let expected = all.iter().copied().skip(6 * y + x).step_by(6);
                    assert_eq!(part, VariableValues::Numbers(expected.collect()));
                }
            }
        }
    }
}

#[test]
fn chunks_that_are_not_stored_have_the_fill_value() {
    let file = open(sample("codecs_v3.zarr")).unwrap();
    let mut expected = vec![9; 30];
    expected[29] = 1;
    assert_eq!(
        read_all(&file, "sparse").unwrap(),
        VariableValues::Numbers(expected.into())
    );
    let number = number(&file, "sparse");
    assert_eq!(
        file.first_missing_chunk(number).unwrap(),
        Some("sparse/c/0/0".to_owned())
    );
    assert_eq!(file.chunk(number), Some(&[2, 3][..]));
    assert_eq!(file.codec(number).unwrap().0, "bytes");
}

#[test]
fn what_is_no_store_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    assert!(matches!(open(path), Err(FormatError::WrongFormat { .. })));
    assert!(matches!(
        open(path.join("missing")),
        Err(FormatError::Io { .. })
    ));
    fs::write(path.join("file"), "text").unwrap();
    assert!(matches!(
        open(path.join("file")),
        Err(FormatError::WrongFormat { .. })
    ));
    copy(&sample("codecs_v3.zarr/big"), &path.join("array"));
    let refused = open(path.join("array")).err().unwrap();
    assert!(
        matches!(refused, FormatError::UnsupportedZarr { .. }),
        "{refused}"
    );
}
