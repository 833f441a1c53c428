//! An MP4 file that a build without FFmpeg wrote is read by FFmpeg.

use fieldreel_codec::{ReadLimits, read_video};

use crate::av1_streams::{frozen_path, frozen_stream};
use crate::common::{decode_with_shape, pattern, shape_of};

#[test]
fn a_file_without_ffmpeg_is_read_by_ffmpeg() {
    let path = frozen_path("rav1e-12bit-30x33x49.mp4");
    let video = read_video(&path, &ReadLimits::default()).unwrap();
    let (_, stream) = frozen_stream("rav1e-12bit-30x33x49.av1");
    let shape = shape_of(&pattern(30, 33, 49, 12), 12);
    assert_eq!(video.frames, decode_with_shape(&stream, shape).unwrap());
    let info = video.info;
    assert_eq!((info.version, info.size), (Some(1), shape.size));
    assert_eq!((info.bit_depth, info.frame_count), (12, Some(30)));
    assert_eq!(info.codec, "av1");
    assert_eq!(info.tags["quantity"], "wind");
}
