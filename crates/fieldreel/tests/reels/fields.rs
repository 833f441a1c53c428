//! Fields of any rank with their metadata.

use fieldreel::formats::{
    AttributeValue, Attributes, Coordinate, Dimension, Field, FieldValues, Missing, NumericArray,
};
use fieldreel::{
    Compressor, Effort, ErrorBound, Limits, Metadata, ReelReader, open_reel, read_field,
    reel_region_to_field, reel_to_field,
};
use ndarray::{Array3, ArrayD, IxDyn};
use proptest::prelude::*;

use super::sample;

const NAMES: [&str; 5] = ["member", "time", "level", "y", "x"];

fn lossless() -> Compressor {
    Compressor::new(ErrorBound::Lossless).with_effort(Effort::Fast)
}

fn reel(field: &Field) -> Vec<u8> {
    lossless().compress_field(field).unwrap()
}

/// Returns a field of a shape whose values are proportional to their index, with coordinates along
/// each axis.
fn field(shape: &[usize], single: bool, missing: bool) -> Field {
    let count: usize = shape.iter().product();
    let numbers = (0..count).map(|index| match missing && index % 5 == 2 {
        true => f64::NAN,
        false => index as f64 / 4.0,
    });
    let values: FieldValues = if single {
        let numbers = numbers.map(|value| value as f32).collect();
        ArrayD::from_shape_vec(IxDyn(shape), numbers)
            .unwrap()
            .into()
    } else {
        ArrayD::from_shape_vec(IxDyn(shape), numbers.collect())
            .unwrap()
            .into()
    };
    let names = &NAMES[NAMES.len() - shape.len()..];
    let mut field = Field::new("snow", values, names).unwrap();
    for (&name, &length) in names.iter().zip(shape) {
        let along: Vec<f64> = (0..length).map(|step| step as f64 * 0.1).collect();
        let axis = Coordinate::axis(name, along).with_attribute("units", name);
        field.coordinates.push(axis);
    }
    let [.., height, width] = *shape else {
        unreachable!("a field has rows and columns")
    };
    let plane = vec![0.5_f32; height * width];
    field.coordinates.push(Coordinate::new(
        "latitude",
        &[("y", height), ("x", width)],
        plane,
    ));
    field
        .coordinates
        .push(Coordinate::new("height", &[], 2_i16));
    let edges = vec![1_u8; shape[0] * 2];
    field.coordinates.push(Coordinate::new(
        "edges",
        &[(names[0], shape[0]), ("two", 2)],
        edges,
    ));
    field
}

/// Returns one attribute of every type.
fn attributes() -> Attributes {
    let values = [
        AttributeValue::Text("m s⁻¹\nand more".into()),
        AttributeValue::Texts(vec!["a".into(), String::new()]),
        NumericArray::I8(vec![-1]).into(),
        NumericArray::U8(vec![200]).into(),
        NumericArray::I16(vec![-300, 300]).into(),
        NumericArray::U16(vec![60_000]).into(),
        NumericArray::I32(vec![-70_000]).into(),
        NumericArray::U32(vec![u32::MAX]).into(),
        NumericArray::I64(vec![i64::MIN]).into(),
        NumericArray::U64(vec![u64::MAX]).into(),
        NumericArray::F32(vec![0.1]).into(),
        NumericArray::F64(vec![0.1, f64::INFINITY]).into(),
    ];
    let names = (0..).map(|number| format!("attribute {number}"));
    names.zip(values).collect()
}

/// Checks that two fields are equal. NaN equals NaN with the same bits.
fn assert_equal(a: &Field, b: &Field) {
    let bits = |field: &Field| field.values.to_f64().mapv(f64::to_bits);
    assert_eq!(bits(a), bits(b));
    assert_eq!(a.values.bytes_per_value(), b.values.bytes_per_value());
    assert_eq!((&a.name, &a.dimensions), (&b.name, &b.dimensions));
    assert_eq!(a.coordinates, b.coordinates);
    assert_eq!(
        (&a.attributes, &a.file_attributes),
        (&b.attributes, &b.file_attributes)
    );
    assert_eq!(a.missing, b.missing);
}

fn decode_all(bytes: Vec<u8>) -> Field {
    let mut reader = ReelReader::from_bytes(bytes, Limits::default()).unwrap();
    let [frames, ..] = reader.shape();
    reel_to_field(&mut reader, 0..frames).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn fields_of_every_rank_are_preserved(
        shape in prop::collection::vec(1_usize..5, 2..=5),
        (single, missing, grows) in any::<(bool, bool, bool)>(),
        (cut, seed) in any::<(prop::sample::Index, prop::sample::Index)>(),
    ) {
        let mut original = field(&shape, single, missing);
        original.attributes = attributes();
        original.file_attributes = attributes();
        original.dimensions[0].is_unlimited = grows && shape.len() > 1;
        if missing {
            original.missing = Missing::default().with_fill_value(-1e34).with_missing_value(-99.5).with_missing_value(0.1);
        }
        let bytes = reel(&original);
        assert_equal(&decode_all(bytes.clone()), &original);

        // Whole steps of the first axis are unfolded, and coordinates are restricted to them.
        let inner: usize = shape[1..shape.len().max(3) - 2].iter().product();
        let steps = if shape.len() > 2 { shape[0] } else { 1 };
        let end = 1 + cut.index(steps);
        let start = seed.index(end);
        let mut reader = ReelReader::from_bytes(bytes, Limits::default()).unwrap();
        let some = reel_to_field(&mut reader, start * inner..end * inner).unwrap();
        some.validate().unwrap();
        if shape.len() > 2 {
            let mut expected = shape.clone();
            expected[0] = end - start;
            prop_assert_eq!(some.shape(), &expected[..]);
            let first = some.coordinate(NAMES[5 - shape.len()]).unwrap().values.to_f64();
            prop_assert_eq!(first[0], start as f64 * 0.1);
            prop_assert_eq!(some.coordinates.len(), original.coordinates.len());
        }
        // Other ranges remain folded.
        if inner > 1 {
            let some = reel_to_field(&mut reader, start * inner..end * inner - 1).unwrap();
            some.validate().unwrap();
            prop_assert_eq!(some.shape()[0], (end - start) * inner - 1);
            prop_assert_eq!(&some.dimensions[0], &Dimension::new("frame", some.shape()[0]));
            let numbers = some.coordinate("frame").unwrap().values.to_f64();
            prop_assert_eq!(numbers[0], (start * inner) as f64);
            prop_assert!(some.coordinate("latitude").is_some() && some.coordinate("edges").is_none());
        }
    }
}

#[test]
fn the_sample_is_preserved_with_its_metadata() {
    let original = sample();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("winds.reel");
    let summary = lossless().write_field(&path, &original).unwrap();
    assert!(summary.segment_bytes() < summary.bytes);
    assert_equal(&read_field(&path, None).unwrap(), &original);
    assert_eq!(read_field(&path, Some("wind")).unwrap().name, "wind");
}

#[test]
fn metadata_of_a_compressor_take_precedence() {
    let mut metadata = Metadata::new("other");
    metadata.attributes.insert("units", "cm");
    let mut original = field(&[3, 4, 5], true, false);
    original.attributes.insert("units", "m");
    original.attributes.insert("long_name", "depth");
    let bytes = lossless()
        .with_metadata(metadata)
        .compress_field(&original)
        .unwrap();
    let back = decode_all(bytes);
    assert_eq!((back.name.as_str(), back.units()), ("other", Some("cm")));
    assert_eq!(back.long_name(), Some("depth"));
}

#[test]
fn an_array_without_metadata_gives_a_field_with_default_names() {
    let values = ndarray::Array3::<f64>::from_shape_fn((3, 4, 5), |(t, y, x)| (t * y + x) as f64);
    let back = decode_all(lossless().compress(&values).unwrap());
    let names: Vec<&str> = back
        .dimensions
        .iter()
        .map(|axis| axis.name.as_str())
        .collect();
    assert_eq!(
        (back.name.as_str(), names),
        ("field", vec!["time", "y", "x"])
    );
}

#[test]
fn a_truncated_reel_gives_the_available_steps() {
    let original = field(&[4, 2, 3, 5], true, false);
    let names: Vec<String> = original
        .dimensions
        .iter()
        .map(|axis| axis.name.clone())
        .collect();
    assert_eq!(names, ["time", "level", "y", "x"]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("truncated.reel");
    let bytes = lossless()
        .with_frames_per_segment(4)
        .compress_field(&original)
        .unwrap();
    let complete = ReelReader::from_bytes(bytes.clone(), Limits::default()).unwrap();
    let second = &complete.segments()[1];
    std::fs::write(
        &path,
        &bytes[..(second.offset + second.length / 2) as usize],
    )
    .unwrap();
    let mut reader = open_reel(&path, Limits::default()).unwrap();
    assert_eq!(reader.shape(), [4, 3, 5]);
    let back = reel_to_field(&mut reader, 0..4).unwrap();
    assert_eq!(back.shape(), [2, 2, 3, 5]);
    assert_eq!(back.coordinate("time").unwrap().shape(), [2]);
}

#[test]
fn fields_of_fewer_than_three_dimensions_keep_their_rank() {
    let line = Field::new("line", ArrayD::<f32>::zeros(vec![5]), &["x"]).unwrap();
    assert_equal(&decode_all(reel(&line)), &line);
    let value = Field::new("value", ArrayD::from_elem(vec![], 3_u16), &[]).unwrap();
    assert_equal(&decode_all(reel(&value)), &value);
    let values = ArrayD::from_shape_fn(vec![9, 30], |at| (at[0] * 7 + at[1] * at[1]) as i32);
    let mut cells = Field::new("cells", values, &["time", "cell"]).unwrap();
    let mut time = Coordinate::axis("time", (0..9).map(f64::from).collect::<Vec<_>>());
    time.attributes.insert("units", "hours since 2000-01-01");
    cells.coordinates.push(time);
    let bytes = reel(&cells);
    let mut reader = ReelReader::from_bytes(bytes.clone(), Limits::default()).unwrap();
    assert_eq!(reader.shape(), [9, 1, 30]);
    let steps = reel_to_field(&mut reader, 2..5).unwrap();
    assert_eq!(steps.shape(), [3, 30]);
    assert_eq!(steps.coordinate("time").unwrap().shape(), [3]);
    assert_equal(&decode_all(bytes), &cells);
}

#[test]
fn fill_values_of_an_array_are_missing_in_the_field() {
    let mut values = Array3::from_shape_fn((4, 20, 30), |(t, y, x)| (t * y + x) as f32);
    values[[1, 2, 3]] = -999.0;
    let mut metadata = Metadata::new("tracer");
    metadata.attributes.insert("_FillValue", -999.0_f32);
    let compressor = lossless().with_fill_value(-999).with_metadata(metadata);
    let field = decode_all(compressor.compress(&values).unwrap());
    let FieldValues::F32(decoded) = &field.values else {
        panic!("{:?}", field.values.dtype());
    };
    assert!(decoded[[1, 2, 3]].is_nan());
    assert_eq!(decoded.iter().filter(|value| value.is_nan()).count(), 1);
    assert_eq!(field.missing.fill_value, Some((-999.0_f32).into()));
}

#[test]
fn a_region_has_the_coordinates_of_its_rows_and_columns() {
    let values = ArrayD::from_shape_fn(vec![6, 2, 20, 30], |at| {
        (at[0] * 1000 + at[1] * 500 + at[2] * 10 + at[3]) as f32
    });
    let mut field = Field::new("t", values, &["time", "level", "lat", "lon"]).unwrap();
    let axis = |name: &str, count: usize| {
        Coordinate::axis(
            name,
            (0..count).map(|at| at as f64 / 2.0).collect::<Vec<_>>(),
        )
    };
    field.coordinates = vec![axis("time", 6), axis("lat", 20), axis("lon", 30)];
    let bytes = Compressor::new(ErrorBound::Lossless)
        .with_effort(Effort::Fast)
        .with_tile([8, 8])
        .compress_field(&field)
        .unwrap();
    let mut reader = ReelReader::from_bytes(bytes, Limits::default()).unwrap();
    let part = reel_region_to_field(&mut reader, 4..8, 3..9, 10..30).unwrap();
    assert_eq!(part.shape(), [2, 2, 6, 20]);
    let numbers = |name: &str| part.coordinate(name).unwrap().values.to_f64();
    assert_eq!(numbers("time"), [1.0, 1.5]);
    assert_eq!((numbers("lat")[0], numbers("lat").len()), (1.5, 6));
    assert_eq!((numbers("lon")[0], numbers("lon").len()), (5.0, 20));
    assert_eq!(part.values.to_f64()[[1, 0, 0, 0]], 3040.0);
}
