//! Metadata in a file.

use fieldreel_reel::{
    AttributeValue, Coordinate, Dimension, Metadata, ReelError, ReelWriter, compress,
};

use super::{exact, field, open};

fn metadata() -> Metadata {
    let mut metadata = Metadata::new("t2m");
    metadata.dimensions = vec![
        Dimension::unlimited("time"),
        Dimension::new("level", 3),
        Dimension::new("latitude", 4),
        Dimension::new("longitude", 5),
    ];
    metadata.attributes.insert("units", "K");
    metadata
        .attributes
        .insert("valid_range", vec![180.0_f32, 330.0]);
    metadata.attributes.insert("number", 7_i16);
    metadata.attributes.insert(
        "steps",
        AttributeValue::Texts(vec!["first".into(), "".into(), "Ärger".into()]),
    );
    metadata.file_attributes.insert("Conventions", "CF-1.8");
    metadata.coordinates = vec![
        Coordinate::axis("latitude", vec![60.0_f32, 59.75, 59.5, 59.25])
            .with_attribute("units", "degrees_north"),
        Coordinate::new(
            "area",
            &[("latitude", 4), ("longitude", 5)],
            (0..20).map(|i| f64::from(i).sqrt()).collect::<Vec<_>>(),
        ),
        Coordinate::new("height", &[], 2.0_f64),
    ];
    metadata
}

#[test]
fn metadata_round_trip() {
    let bytes = compress(field(12, 4, 5).view(), &metadata(), &exact()).unwrap();
    let reader = open(&bytes);
    assert_eq!(*reader.metadata(), metadata());
    assert_eq!(reader.metadata().units(), Some("K"));
    assert_eq!(reader.unfolded_shape(), Some(vec![4, 3, 4, 5]));
    assert!(reader.integrity().is_complete());
}

#[test]
fn a_supplement_adds_metadata() {
    let mut writer = ReelWriter::new(Vec::new(), [4, 5], metadata(), &exact()).unwrap();
    writer.write_frames(field(6, 4, 5).view()).unwrap();
    let mut later = Metadata::default();
    let hours = Coordinate::axis("time", vec![0.0, 6.0]).with_attribute("units", "hours");
    later.coordinates.push(hours);
    later.attributes.insert("number", 8_i16);
    writer.supplement(later.clone());
    let (bytes, summary) = writer.finish().unwrap();

    let mut all = metadata();
    all.supplement(later);
    let mut reader = open(&bytes);
    assert_eq!(*reader.metadata(), all);
    assert_eq!(reader.unfolded_shape(), Some(vec![2, 3, 4, 5]));
    assert_eq!(reader.read_all::<f32>().unwrap(), field(6, 4, 5));

    let (plain, plain_summary) = {
        let mut writer =
            ReelWriter::new(Vec::new(), [4, 5], Metadata::default(), &exact()).unwrap();
        writer.write_frames(field(6, 4, 5).view()).unwrap();
        writer.finish().unwrap()
    };
    assert_eq!(plain_summary.metadata_bytes, 0);
    let without_metadata = bytes.len() as u64 - summary.metadata_bytes;
    // Two lengths in the file take one more byte.
    assert!(without_metadata.abs_diff(plain.len() as u64) <= 2);
    assert_eq!(summary.bytes, bytes.len() as u64);
}

#[test]
fn an_unfinished_reel_has_the_metadata_of_its_header() {
    let bytes = compress(field(12, 4, 5).view(), &metadata(), &exact()).unwrap();
    let reader = open(&bytes[..bytes.len() - 1]);
    assert_eq!(*reader.metadata(), metadata());
    assert!(!reader.integrity().is_complete());
    assert_eq!(reader.unfolded_shape(), Some(vec![4, 3, 4, 5]));
    // Two of three levels are there, so the frames do not unfold.
    let options = exact().with_frames_per_segment(2);
    let bytes = compress(field(12, 4, 5).view(), &metadata(), &options).unwrap();
    let cut = open(&bytes).segments()[1].offset as usize;
    assert_eq!(open(&bytes[..cut]).unfolded_shape(), None);
}

#[test]
fn inconsistent_metadata_are_rejected() {
    let wrong = compress(field(12, 5, 4).view(), &metadata(), &exact());
    assert!(matches!(wrong, Err(ReelError::InvalidMetadata { .. })));
    let mut writer = ReelWriter::new(Vec::new(), [4, 5], metadata(), &exact()).unwrap();
    writer.write_frames(field(1, 4, 5).view()).unwrap();
    let mut later = Metadata::default();
    later.dimensions.push(Dimension::unlimited("time"));
    writer.supplement(later);
    assert!(matches!(
        writer.finish(),
        Err(ReelError::InvalidMetadata { .. })
    ));
}
