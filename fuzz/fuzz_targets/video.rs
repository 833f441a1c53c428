//! Arbitrary bytes as a video: decoding either fails or returns frames, within the limits.
#![no_main]

use fieldreel::codec::{ReadLimits, decode_video};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let limits = ReadLimits::default()
        .with_max_frame_pixels(1 << 16)
        .with_max_codes(1 << 20);
    if let Ok(video) = decode_video(bytes.to_vec(), &limits) {
        assert!(video.frames.len() <= 1 << 20);
        let max_code = u16::MAX >> (16 - video.info.bit_depth);
        assert!(video.frames.iter().all(|&code| code <= max_code));
    }
});
