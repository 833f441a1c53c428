//! Written files are read back unchanged, here and by other tools.

use std::fs;
use std::path::Path;

use crate::common::{fixture, real, tool, write};
use fieldreel_formats::{
    AttributeValue, Attributes, Coordinate, ErrorKind, Field, FieldValues, Missing,
    NetcdfCompression, NetcdfOptions, NumericArray, Scalar, read_netcdf, write_netcdf,
};
use ndarray::{ArrayD, IxDyn, arr1};
use proptest::prelude::*;

/// Checks that values are bit-identical, except that any NaN equals any other.
fn assert_same(a: &FieldValues, b: &FieldValues) {
    assert_eq!(a.shape(), b.shape());
    let same = match (a, b) {
        (FieldValues::F32(a), FieldValues::F32(b)) => a
            .iter()
            .zip(b)
            .all(|(a, b)| a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan()),
        (FieldValues::F64(a), FieldValues::F64(b)) => a
            .iter()
            .zip(b)
            .all(|(a, b)| a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan()),
        _ => false,
    };
    assert!(same);
}

fn round_trip(field: &Field, options: &NetcdfOptions) -> Field {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.nc");
    write(&path, field, options);
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        1,
        "a temporary file was left"
    );
    let name = field.name.clone();
    read_netcdf(&path, Some(&name)).unwrap()
}

#[test]
fn real_files_round_trip() {
    let mut paths = vec![fixture("navy_winds_uwnd.nc")];
    paths.extend(real("ocean_atlas_subset.nc"));
    paths.extend(real("A1B_north_america.nc"));
    for path in paths {
        let field = read_netcdf(&path, None).unwrap();
        for options in [NetcdfOptions::uncompressed(), NetcdfOptions::deflate(1)] {
            let back = round_trip(&field, &options);
            assert_same(&field.values, &back.values);
            assert_eq!(field.attributes, back.attributes);
            assert_eq!(field.file_attributes, back.file_attributes);
            assert_eq!(field.coordinates, back.coordinates);
            assert_eq!(field.dimensions, back.dimensions);
            assert_eq!(field.missing, back.missing);
        }
    }
}

#[test]
fn a_valid_value_equal_to_a_fill_value_is_preserved() {
    let values = arr1(&[1.0f32, -99.0, f32::NAN, -1.0, 9.969_21e36]).into_dyn();
    let mut field = Field::new("v", values, &["x"]).unwrap();
    field.missing.fill_value = Some((-99.0).into());
    field.missing.missing_values = [-99.0, -1.0, -7.0].map(Scalar::Float).to_vec();
    let back = round_trip(&field, &NetcdfOptions::default());
    assert_same(&field.values, &back.values);
    assert_eq!(
        back.missing,
        Missing::default()
            .with_fill_value(-7.0)
            .with_missing_value(-7.0)
    );
}

#[test]
fn attributes_of_every_type_round_trip() {
    let mut field = Field::new("v", ArrayD::<f64>::zeros(IxDyn(&[2, 2])), &["y", "x"]).unwrap();
    field.attributes = Attributes::from_iter([
        ("text", AttributeValue::from("π, and µ")),
        (
            "texts",
            AttributeValue::Texts(vec!["a".to_owned(), String::new(), "ü".to_owned()]),
        ),
        ("i8", NumericArray::I8(vec![-1, 2]).into()),
        ("u8", NumericArray::U8(vec![255]).into()),
        ("i16", NumericArray::I16(vec![i16::MIN]).into()),
        ("u16", NumericArray::U16(vec![u16::MAX]).into()),
        ("i32", NumericArray::I32(vec![i32::MIN]).into()),
        ("u32", NumericArray::U32(vec![u32::MAX]).into()),
        ("i64", NumericArray::I64(vec![i64::MIN]).into()),
        ("u64", NumericArray::U64(vec![u64::MAX]).into()),
        ("f32", NumericArray::F32(vec![1e-45, -0.0]).into()),
        ("f64", NumericArray::F64(vec![5e-324, 0.1]).into()),
    ]);
    field.file_attributes.insert("title", "a test");
    let back = round_trip(&field, &NetcdfOptions::default());
    assert_eq!(back.attributes, field.attributes);
    assert_eq!(back.file_attributes, field.file_attributes);
}

#[test]
fn ncdump_reads_written_files() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.nc");
    let mut field = read_netcdf(fixture("navy_winds_uwnd.nc"), None).unwrap();
    if let FieldValues::F32(values) = &mut field.values {
        values[[0, 0, 0]] = f32::NAN;
    }
    write(&path, &field, &NetcdfOptions::deflate(9));
    let Some(header) = tool("ncdump", &["-h", "-s"], &path) else {
        return;
    };
    for line in [
        "TIME = UNLIMITED ; // (60 currently)",
        "float UWND(TIME, FNOCY, FNOCX) ;",
        "UWND:_FillValue = -99.9f ;",
        "UWND:missing_value = -99.9f ;",
        "UWND:units = \"M/S\" ;",
        "UWND:_DeflateLevel = 9 ;",
        "UWND:_Shuffle = \"true\" ;",
        "TIME:units = \"hour since 1980-01-14 14:00:00\" ;",
        ":history = \"FERRET V4.45 (GUI) 22-May-97\" ;",
    ] {
        assert!(header.contains(line), "no {line:?} in\n{header}");
    }
    let data = tool("ncdump", &["-v", "UWND"], &path).unwrap();
    let first = data.split("UWND =").nth(1).unwrap().trim_start();
    let numbers: Vec<&str> = first.split(',').take(3).map(str::trim).collect();
    let FieldValues::F32(values) = &field.values else {
        panic!("f64")
    };
    assert_eq!(numbers[0], "_");
    for (x, number) in numbers.iter().enumerate().skip(1) {
        let number: f32 = number.parse().unwrap();
        assert!((number - values[[0, 0, x]]).abs() <= 1e-5 * number.abs());
    }
}

#[test]
fn deflate_makes_files_smaller() {
    let folder = tempfile::tempdir().unwrap();
    let field = read_netcdf(fixture("navy_winds_uwnd.nc"), None).unwrap();
    let size = |options: &NetcdfOptions| {
        let path = folder.path().join("out.nc");
        write_netcdf(&path, &field, options).unwrap();
        fs::metadata(path).unwrap().len()
    };
    let (plain, deflated) = (
        size(&NetcdfOptions::uncompressed()),
        size(&NetcdfOptions::deflate(9)),
    );
    let raw = field.values.len() as u64 * 4;
    println!("raw {raw}, uncompressed {plain}, deflate 9 {deflated}");
    assert!(plain < raw + 40_000);
    assert!(deflated * 10 < plain * 9);
}

#[test]
fn a_failed_write_leaves_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let field = Field::new("a/b", ArrayD::<f32>::zeros(IxDyn(&[2, 2])), &["y", "x"]).unwrap();
    let path = folder.path().join("out.nc");
    fs::write(&path, "what was there").unwrap();
    let error = write_netcdf(&path, &field, &NetcdfOptions::default()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Library);
    assert_eq!(fs::read(&path).unwrap(), b"what was there");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn bad_arguments_are_refused() {
    let mut field = Field::new("v", ArrayD::<f32>::zeros(IxDyn(&[2, 2])), &["y", "x"]).unwrap();
    let absent = Path::new("/no such folder/out.nc");
    let error = write_netcdf(absent, &field, &NetcdfOptions::default()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.nc");
    let mut options = NetcdfOptions::default();
    options.compression = NetcdfCompression::Deflate {
        level: 10,
        shuffle: false,
    };
    let error = write_netcdf(&path, &field, &options).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Argument);
    field.coordinates.push(Coordinate::axis("x", vec![1.0]));
    let error = write_netcdf(&path, &field, &NetcdfOptions::default()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Argument);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

/// Generates values of any bits, including NaN, infinities, subnormals and −0.
fn any_values() -> impl Strategy<Value = FieldValues> {
    let shape = prop::collection::vec(0usize..6, 1..5);
    (shape, any::<bool>()).prop_flat_map(|(shape, single)| {
        let len = shape.iter().product::<usize>();
        let bits = prop::collection::vec(any::<u64>(), len);
        bits.prop_map(move |bits| {
            if single {
                let values = bits
                    .iter()
                    .map(|&bits| f32::from_bits(bits as u32))
                    .collect();
                FieldValues::F32(ArrayD::from_shape_vec(IxDyn(&shape), values).unwrap())
            } else {
                let values = bits.iter().map(|&bits| f64::from_bits(bits)).collect();
                FieldValues::F64(ArrayD::from_shape_vec(IxDyn(&shape), values).unwrap())
            }
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_values_round_trip(
        values in any_values(),
        missing in prop::collection::vec(0usize..600, 0..4),
        fill in prop::option::of(-100.0f64..100.0),
        fill_is_a_value: bool,
        level in 0u8..=9,
        compress: bool,
    ) {
        let names: Vec<String> = (0..values.shape().len()).map(|axis| format!("d{axis}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut field = Field::new("v", values, &names).unwrap();
        let len = field.values.len().max(1);
        match &mut field.values {
            FieldValues::F32(v) => missing.iter().for_each(|&at| {
                if let Some(value) = v.iter_mut().nth(at % len) { *value = f32::NAN }
            }),
            FieldValues::F64(v) => missing.iter().for_each(|&at| {
                if let Some(value) = v.iter_mut().nth(at % len) { *value = f64::NAN }
            }),
            _ => {}
        }
        field.missing.fill_value = fill.map(Scalar::Float);
        if fill_is_a_value {
            let finite = field.values.to_f64().into_iter().find(|v| v.is_finite());
            field.missing.fill_value = finite.map(Scalar::Float);
        }
        let options = if compress {
            NetcdfOptions::deflate(level)
        } else {
            NetcdfOptions::uncompressed()
        };
        assert_same(&field.values, &round_trip(&field, &options).values);
    }
}
