//! Every encoder supports frames of every size that a video can have, and any other size is an
//! error.
//!
//! With `FIELDREEL_SWEEP=N` in the environment, the tested sides include all multiples of `N` up
//! to 20,000.

use crate::common::pattern;
use fieldreel_codec::{Av1, Codec, CodecError, Ffv1, OpenJpeg, X265, X265Preset, encode_stream};

/// Frames with more pixels are skipped to save time.
const MAX_PIXELS: usize = 1 << 17;

/// The longest side of a video.
const MAX_SIDE: usize = 16_384;

/// Sides at which an encoder changes its blocks or its level. The next larger side is tested too.
const CRITICAL_SIDES: [usize; 9] = [1, 16, 32, 64, 72, 2112, 4208, 8444, MAX_SIDE];

fn sides() -> Vec<usize> {
    let step = std::env::var("FIELDREEL_SWEEP").ok();
    let step = step.and_then(|step| step.parse::<usize>().ok());
    let swept = step.map(|step| (step..=20_000).step_by(step));
    let with_next = |side| [side, side + 1];
    let mut sides: Vec<usize> = CRITICAL_SIDES.into_iter().flat_map(with_next).collect();
    sides.extend(swept.into_iter().flatten());
    sides.sort_unstable();
    sides.dedup();
    sides
}

/// Encodes a frame of each selected size, and returns the number of frames.
fn count_encoded(
    codec: &dyn Codec,
    depth: u8,
    is_selected: impl Fn(usize, usize) -> bool,
) -> usize {
    let sides = sides();
    let sizes = sides
        .iter()
        .flat_map(|&height| sides.iter().map(move |&width| (height, width)));
    let mut count = 0;
    for (height, width) in sizes {
        if height * width > MAX_PIXELS || !is_selected(height, width) {
            continue;
        }
        count += 1;
        let encoded = encode_stream(pattern(1, height, width, depth).view(), depth, codec);
        let fits = height.max(width) <= MAX_SIDE;
        let is_expected = match &encoded {
            Ok(_) => fits,
            Err(error) => !fits && matches!(error, CodecError::FrameSize { .. }),
        };
        assert!(
            is_expected,
            "{codec:?}, {height}×{width}: {:?}",
            encoded.err()
        );
    }
    count
}

fn is_long_and_narrow(height: usize, width: usize) -> bool {
    height.max(width) > 4000 && height.min(width) <= 33
}

#[test]
fn x265_takes_frames_of_every_size() {
    let mut count = 0;
    for preset in X265Preset::ALL {
        let is_complete = preset == X265Preset::Ultrafast;
        let codec = X265::qp(20).with_preset(preset);
        count += count_encoded(&codec, 12, |height, width| {
            let is_narrow = (16..=33).contains(&height.min(width)) && height.max(width) < 5000;
            is_complete || is_narrow
        });
    }
    println!("{count} frames");
    assert!(count >= 300);
}

#[test]
fn other_encoders_take_frames_of_every_size() {
    let av1 = Av1::quantizer(30).with_speed(8);
    let mut count = count_encoded(&av1, 12, |height, width| {
        is_long_and_narrow(height, width) || height.max(width) < 100
    });
    for codec in [&OpenJpeg::lossless() as &dyn Codec, &Ffv1] {
        count += count_encoded(codec, 16, |_, _| true);
    }
    println!("{count} frames");
    assert!(count >= 300);
}
