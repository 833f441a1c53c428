//! Stores that this crate writes and reads.

use std::fs;
use std::path::Path;

use fieldreel_formats::dataset::{
    DatasetDimension, DatasetSource, GroupSchema, Schema, VariableSchema, VariableType,
    VariableValues,
};
use fieldreel_formats::{
    AttributeValue, Attributes, FormatError, NumericArray, ZarrStorage, ZarrWriter,
};

use crate::common::{open, read_all};

/// Returns a schema with variables of all types, in two groups, and their values.
fn example() -> (Schema, Vec<VariableValues>) {
    let mut schema = Schema::default();
    let mut root = GroupSchema::default();
    root.attributes = Attributes::from([
        ("title", AttributeValue::from("sample")),
        ("numbers", [1_i64, i64::MAX].into()),
        ("precision", 0.1_f32.into()),
        ("texts", ["a", "é"].into()),
        ("empty", Vec::<i16>::new().into()),
    ]);
    schema.groups.push(root);
    schema.groups.push(GroupSchema::new("forecast", 0));
    schema
        .dimensions
        .push(DatasetDimension::new("time", 5).with_unlimited(true));
    schema.dimensions.push(DatasetDimension::new("x", 3));
    schema.dimensions.push(DatasetDimension::new("nothing", 0));
    schema.dimensions.push(DatasetDimension::new("unused", 7));
    schema
        .dimensions
        .push(DatasetDimension::new("x", 4).with_group(1));
    let mut values = Vec::new();
    let mut add = |variable: VariableSchema, numbers: VariableValues| {
        schema.variables.push(variable);
        values.push(numbers);
    };
    macro_rules! numbers {
        ($($name:literal $kind:ident $type:ty),*) => {$(
            let numbers: NumericArray = (0..15_u8).map(|value| value as $type).collect();
            let attributes = Attributes::from([
                ("_FillValue", AttributeValue::from(7 as $type)),
                ("valid_range", [0 as $type, 14 as $type].into()),
                ("scale_factor", 0.5_f32.into()),
            ]);
            let variable = VariableSchema::new($name, VariableType::$kind, &[0, 1]);
            add(variable.with_attributes(attributes), VariableValues::Numbers(numbers));
        )*};
    }
    numbers!("i8" I8 i8, "u8" U8 u8, "i16" I16 i16, "u16" U16 u16, "i32" I32 i32, "u32" U32 u32,
        "i64" I64 i64, "u64" U64 u64, "f32" F32 f32, "f64" F64 f64);
    let mut big = VariableSchema::new("big", VariableType::F64, &[0]);
    big.is_big_endian = true;
    let extremes = [f64::MIN_POSITIVE, -0.0, f64::INFINITY, 1.0, -1e300];
    add(big, VariableValues::Numbers(extremes.into()));
    let texts = ["", "é", "a longer text"].map(str::to_owned).to_vec();
    add(
        VariableSchema::new("texts", VariableType::Text, &[1]),
        VariableValues::Texts(texts),
    );
    let characters = VariableSchema::new("characters", VariableType::Char, &[1]);
    add(characters, VariableValues::Chars(b"a\0\xff".to_vec()));
    add(
        VariableSchema::new("scalar", VariableType::I32, &[]),
        VariableValues::Numbers([42].into()),
    );
    add(
        VariableSchema::new("nothing", VariableType::F32, &[2, 1]),
        VariableValues::Numbers(Vec::<f32>::new().into()),
    );
    let in_group = VariableSchema::new("t2m", VariableType::F32, &[0, 4]).with_group(1);
    let numbers = (0..20).map(|value| value as f32).collect();
    add(in_group, VariableValues::Numbers(numbers));
    (schema, values)
}

fn write(path: &Path, storage: impl Fn(Vec<usize>) -> ZarrStorage) -> Result<(), FormatError> {
    let (schema, values) = example();
    let chunk = |variable| {
        schema
            .shape(variable)
            .iter()
            .map(|&len| len.clamp(1, 2))
            .collect()
    };
    let storage = schema
        .variables
        .iter()
        .map(|variable| storage(chunk(variable)));
    let storage: Vec<_> = storage.collect();
    let writer = ZarrWriter::create(path, &schema, &storage)?;
    for (number, values) in values.iter().enumerate() {
        let shape = schema.shape(&schema.variables[number]);
        writer.write(number, &vec![0; shape.len()], &shape, values)?;
    }
    writer.finish()
}

#[test]
fn all_types_come_back_with_their_attributes_and_dimensions() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.zarr");
    let storages: [fn(Vec<usize>) -> ZarrStorage; 2] = [
        |chunk| ZarrStorage::Zstd { level: 3, chunk },
        |chunk| ZarrStorage::Plain { chunk },
    ];
    for storage in storages {
        write(&path, storage).unwrap();
        let (schema, values) = example();
        let file = open(&path).unwrap();
        assert_eq!(file.schema(), &schema);
        for (variable, values) in schema.variables.iter().zip(&values) {
            let name = schema.full_name(variable);
            assert_eq!(&read_all(&file, &name).unwrap(), values, "{name}");
        }
        // Without consolidated metadata, variables are in the order of their names.
        let root = fs::read_to_string(path.join("zarr.json")).unwrap();
        let mut root: serde_json::Value = serde_json::from_str(&root).unwrap();
        root.as_object_mut()
            .unwrap()
            .remove("consolidated_metadata")
            .unwrap();
        fs::write(path.join("zarr.json"), root.to_string()).unwrap();
        let file = open(&path).unwrap();
        assert_eq!(file.schema().dimensions, schema.dimensions);
        assert_eq!(file.schema().variables.len(), schema.variables.len());
    }
}

#[test]
fn encoded_chunks_and_attributes_are_stored() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.zarr");
    let mut schema = Schema::default();
    schema.groups.push(GroupSchema::default());
    schema.dimensions.push(DatasetDimension::new("x", 3));
    schema
        .variables
        .push(VariableSchema::new("v", VariableType::I16, &[0]));
    let codec = r#"{"name": "bytes", "configuration": {"endian": "big"}}"#.to_owned();
    let storage = [ZarrStorage::Encoded {
        codec,
        chunk: vec![2],
    }];
    let mut writer = ZarrWriter::create(&path, &schema, &storage).unwrap();
    writer.write_chunk(0, &[0], &[0, 1, 0, 2]).unwrap();
    writer.write_chunk(0, &[2], &[0, 3, 0, 0]).unwrap();
    writer.set_attribute(0, "error", 0.5).unwrap();
    assert!(writer.write_chunk(0, &[1], &[]).is_err());
    let values = VariableValues::Numbers([1_i16, 2].into());
    assert!(writer.write(0, &[0], &[2], &values).is_err());
    assert_eq!(writer.stored_bytes(0).unwrap(), 8);
    assert!(!path.exists());
    writer.finish().unwrap();
    let file = open(&path).unwrap();
    let expected = VariableValues::Numbers([1_i16, 2, 3].into());
    assert_eq!(read_all(&file, "v").unwrap(), expected);
    assert_eq!(
        file.schema().variables[0].attributes.number("error"),
        Some(0.5)
    );
}

#[test]
fn hyperslabs_are_whole_chunks() {
    let folder = tempfile::tempdir().unwrap();
    let (schema, values) = example();
    let storage = schema.variables.iter().map(|variable| ZarrStorage::Plain {
        chunk: schema
            .shape(variable)
            .iter()
            .map(|&len| len.clamp(1, 2))
            .collect(),
    });
    let storage: Vec<_> = storage.collect();
    let path = folder.path().join("a.zarr");
    let writer = ZarrWriter::create(&path, &schema, &storage).unwrap();
    let write = |start: [usize; 2], count: [usize; 2]| {
        let len = count[0] * count[1];
        let VariableValues::Numbers(NumericArray::I8(all)) = &values[0] else {
            panic!()
        };
        let part = VariableValues::Numbers(all[..len.min(15)].into());
        writer.write(0, &start, &count, &part)
    };
    assert!(write([0, 0], [2, 2]).is_ok() && write([4, 2], [1, 1]).is_ok());
    for (start, count) in [([1, 0], [1, 2]), ([0, 0], [1, 2]), ([0, 0], [2, 1])] {
        let error = write(start, count).unwrap_err();
        assert!(
            matches!(error, FormatError::ShapeMismatch { .. }),
            "{error}"
        );
    }
    assert!(matches!(
        write([4, 0], [2, 2]),
        Err(FormatError::IndexOutOfRange { .. })
    ));
    let wrong_type = VariableValues::Numbers([1_u8, 2, 3, 4].into());
    assert!(writer.write(0, &[0, 0], &[2, 2], &wrong_type).is_err());
}

#[test]
fn an_unfinished_store_leaves_the_old_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.zarr");
    write(&path, |chunk| ZarrStorage::Plain { chunk }).unwrap();
    let before = fs::read(path.join("zarr.json")).unwrap();
    let (mut schema, _) = example();
    schema.variables.truncate(1);
    let storage = [ZarrStorage::Plain { chunk: vec![5, 3] }];
    let writer = ZarrWriter::create(&path, &schema, &storage).unwrap();
    drop(writer);
    assert_eq!(fs::read(path.join("zarr.json")).unwrap(), before);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    ZarrWriter::create(&path, &schema, &storage)
        .unwrap()
        .finish()
        .unwrap();
    assert_eq!(open(&path).unwrap().schema().variables.len(), 1);
    assert!(!path.join("u8").exists());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn other_folders_and_files_are_not_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("photos");
    fs::create_dir(&path).unwrap();
    fs::write(path.join("a.jpg"), "a").unwrap();
    let plain = |chunk| ZarrStorage::Plain { chunk };
    let error = write(&path, plain).unwrap_err();
    assert!(matches!(error, FormatError::Io { .. }), "{error}");
    assert!(write(&path.join("a.jpg"), plain).is_err());
    assert_eq!(fs::read(path.join("a.jpg")).unwrap(), b"a");
    assert!(write(&path.join("missing/a.zarr"), plain).is_err());
    assert_eq!(fs::read_dir(&path).unwrap().count(), 1);
}

#[test]
fn what_zarr_cannot_represent_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.zarr");
    let mut schema = Schema::default();
    schema.groups.push(GroupSchema::default());
    let kinds = [
        ("user", VariableType::User { index: 0, bytes: 4 }),
        ("..", VariableType::F32),
        ("__reserved", VariableType::F32),
        ("zarr.json", VariableType::F32),
        ("a/b", VariableType::F32),
    ];
    for (name, kind) in kinds {
        schema.variables = vec![VariableSchema::new(name, kind, &[])];
        let storage = [ZarrStorage::Plain { chunk: vec![] }];
        let error = ZarrWriter::create(&path, &schema, &storage).unwrap_err();
        assert!(
            matches!(error, FormatError::UnsupportedInZarr { .. }),
            "{error}"
        );
        assert!(error.to_string().contains(name), "{error}");
    }
    schema.variables = vec![VariableSchema::new("v", VariableType::F32, &[])];
    for storage in [
        ZarrStorage::Zstd {
            level: 99,
            chunk: vec![],
        },
        ZarrStorage::Encoded {
            codec: "{".to_owned(),
            chunk: vec![],
        },
        ZarrStorage::Plain { chunk: vec![1] },
    ] {
        assert!(ZarrWriter::create(&path, &schema, &[storage]).is_err());
    }
    assert!(!path.exists());
}
