//! Tests of a build without video codecs.

use fieldreel_reel::segment::{BodyInfo, encode};
use fieldreel_reel::{BaseChoice, ErrorBound, Limits, ReelError, ReelReader, SegmentOptions};

use super::examples::waves;

#[test]
fn a_video_is_inspected_but_not_decoded() {
    let bytes = include_bytes!("../../frozen/v1-hevc-mean-mask.reel").to_vec();
    let mut reader = ReelReader::from_bytes(bytes, Limits::default()).unwrap();
    assert!(reader.integrity().is_complete());
    let info = reader.inspect(0).unwrap();
    assert!(matches!(info.body, BodyInfo::Video { bit_depth: 12, .. }));
    let refused = reader.read_all::<f32>();
    assert!(matches!(refused, Err(ReelError::VideoUnsupported)));
    let message = ReelError::VideoUnsupported.to_string();
    assert!(message.contains("\"ffmpeg\""), "{message}");
}

#[test]
fn a_video_is_refused_and_a_prediction_is_used() {
    let field = waves((20, 40, 90));
    let options = SegmentOptions::new(ErrorBound::RangeRelative(0.05));
    let segment = encode(field.view(), &options).unwrap();
    assert_eq!(segment.info.body, BodyInfo::Predicted);
    let refused = encode(field.view(), &options.with_base(BaseChoice::Video));
    assert!(matches!(refused, Err(ReelError::VideoUnsupported)));
}
