//! Invalid arguments, and damaged or unreadable reels.

use std::error::Error as _;
use std::fs;

use fieldreel::reel::ReelError;
use fieldreel::{Compressor, Criterion, Effort, Error, ErrorBound, Limits, Target, decompress};
use ndarray::{Array3, s};

use super::winds;

fn reel() -> Vec<u8> {
    let compressor = Compressor::new(ErrorBound::RangeRelative(0.05)).with_effort(Effort::Fast);
    let winds = winds().slice(s![..12, ..20, ..30]).to_owned();
    compressor
        .with_frames_per_segment(4)
        .compress(&winds)
        .unwrap()
}

#[test]
fn invalid_criteria_arrays_and_types_are_errors() {
    let winds = Array3::<f32>::zeros((2, 3, 4));
    for criterion in [
        Criterion::from(ErrorBound::Absolute(-1.0)),
        ErrorBound::Absolute(f64::NAN).into(),
        ErrorBound::RangeRelative(1.5).into(),
        ErrorBound::PointwiseRelative(0.0).into(),
        Target::Ratio(1.0).into(),
    ] {
        let error = fieldreel::compress(&winds, criterion).unwrap_err();
        let Error::Reel { path: None, source } = error else {
            panic!("{error:?}")
        };
        assert!(matches!(source, ReelError::InvalidCriterion { .. }));
    }
    let empty = Array3::<f32>::zeros((0, 3, 4));
    assert!(fieldreel::compress(&empty, ErrorBound::Lossless).is_err());

    let error = decompress::<f64>(&reel()).unwrap_err();
    let source = error.source().unwrap().to_string();
    assert!(source.contains("f32") && source.contains("f64"), "{source}");
    assert!(decompress::<f32>(b"no reel").is_err());
}

#[test]
fn reading_a_truncated_reel_fails_and_names_the_available_frames() {
    let bytes = reel();
    for end in (0..bytes.len()).step_by(7) {
        assert!(decompress::<f32>(&bytes[..end]).is_err(), "{end}");
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("truncated.reel");
    let mut reader =
        fieldreel::reel::ReelReader::from_bytes(bytes.clone(), Limits::default()).unwrap();
    let entry = reader.segments()[2].clone();
    fs::write(&path, &bytes[..(entry.offset + entry.length / 2) as usize]).unwrap();
    let error = fieldreel::read_field(&path, None).unwrap_err().to_string();
    assert!(
        error.contains("truncated.reel: incomplete reel") && error.contains("0..8"),
        "{error}"
    );
    let mut truncated = fieldreel::open_reel(&path, Limits::default()).unwrap();
    let frames = truncated.read_all::<f32>().unwrap();
    assert_eq!(frames, reader.frames::<f32>(0..8).unwrap());
}

#[test]
fn failed_writes_leave_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("no/such/folder.reel");
    let compressor = Compressor::new(ErrorBound::Lossless).with_effort(Effort::Fast);
    let zeros = Array3::<f32>::zeros((2, 3, 4));
    let error = compressor.write(&path, &zeros).unwrap_err();
    assert!(matches!(error, Error::Io { .. }), "{error:?}");
    let invalid = Compressor::new(Target::Ratio(0.5));
    assert!(invalid.write(folder.path().join("x.reel"), &zeros).is_err());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}
