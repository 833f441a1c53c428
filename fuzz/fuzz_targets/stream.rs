//! Arbitrary bytes as an elementary stream of any shape: decoding either fails or returns codes,
//! within the limits. A stream that decodes can be put into a container, or the error states why
//! not.
#![no_main]

use fieldreel::codec::{
    FrameSize, ReadLimits, StreamFormat, VideoOptions, VideoShape, decode_stream, decode_video,
    mux_stream,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, u8, u16, u16, u8, u8, &[u8])| {
    let (format, frames, height, width, bit_depth, shift, bytes) = input;
    let limits = ReadLimits::default()
        .with_max_frame_pixels(1 << 16)
        .with_max_codes(1 << 20);
    let Some(format) = StreamFormat::from_id(1 + format % 4) else {
        return;
    };
    let shape = VideoShape {
        frames: frames.into(),
        size: FrameSize {
            height: height.into(),
            width: width.into(),
        },
        bit_depth,
    };
    let Ok(codes) = decode_stream(format, bytes, shape, shift, &limits) else {
        return;
    };
    assert_eq!(
        codes.dim(),
        (shape.frames, shape.size.height, shape.size.width)
    );
    let max_code = u16::MAX >> (16 - bit_depth);
    assert!(codes.iter().all(|&code| code <= max_code));
    let options = VideoOptions::default();
    for &container in format.containers() {
        if let Ok(file) = mux_stream(format, bytes, shape, shift, container, &options, &limits) {
            if let Ok(video) = decode_video(file, &limits) {
                assert_eq!(video.frames.dim(), codes.dim());
            }
        }
    }
});
