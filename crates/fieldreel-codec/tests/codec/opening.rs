//! Every encoder takes frames of every size that a video can have, and a size that it cannot have is an error.
//!
//! With `FIELDREEL_SWEEP=N` in the environment, sides are also all multiples of `N` up to 20,000.

use crate::common::pattern;
use fieldreel_codec::{Av1, Codec, CodecError, Ffv1, OpenJpeg, X265, X265Preset, encode_stream};

/// Frames of more pixels are left out, for the time they take.
const MOST_PIXELS: usize = 1 << 17;

/// The longest side of a video.
const LONGEST: usize = 16_384;

/// Sides at which an encoder changes its blocks or its level, and those beside them.
const EDGES: [usize; 9] = [1, 16, 32, 64, 72, 2112, 4208, 8444, LONGEST];

fn sides() -> Vec<usize> {
    let step = std::env::var("FIELDREEL_SWEEP").ok();
    let step = step.and_then(|step| step.parse::<usize>().ok());
    let more = step.map(|step| (step..=20_000).step_by(step));
    let beside = |side| [side, side + 1];
    let mut sides: Vec<usize> = EDGES.into_iter().flat_map(beside).collect();
    sides.extend(more.into_iter().flatten());
    sides.sort_unstable();
    sides.dedup();
    sides
}

/// Encodes a frame of each size; how many there were.
fn encode_all(codec: &dyn Codec, depth: u8, is_chosen: impl Fn(usize, usize) -> bool) -> usize {
    let sides = sides();
    let sizes = sides
        .iter()
        .flat_map(|&height| sides.iter().map(move |&width| (height, width)));
    let mut tried = 0;
    for (height, width) in sizes {
        if height * width > MOST_PIXELS || !is_chosen(height, width) {
            continue;
        }
        tried += 1;
        let encoded = encode_stream(pattern(1, height, width, depth).view(), depth, codec);
        let fits = height.max(width) <= LONGEST;
        let is_right = match &encoded {
            Ok(_) => fits,
            Err(error) => !fits && matches!(error, CodecError::FrameSize { .. }),
        };
        assert!(is_right, "{codec:?}, {height}×{width}: {:?}", encoded.err());
    }
    tried
}

fn is_wide_or_high(height: usize, width: usize) -> bool {
    height.max(width) > 4000 && height.min(width) <= 33
}

#[test]
fn x265_takes_frames_of_every_size() {
    let mut tried = 0;
    for preset in X265Preset::ALL {
        let all = preset == X265Preset::Ultrafast;
        let codec = X265::qp(20).with_preset(preset);
        tried += encode_all(&codec, 12, |height, width| {
            let is_edge = height.min(width) >= 16 && height.max(width) < 5000;
            all || is_edge && height.min(width) <= 33
        });
    }
    println!("{tried} frames");
    assert!(tried >= 300);
}

#[test]
fn other_encoders_take_frames_of_every_size() {
    let av1 = Av1::quantizer(30).with_speed(8);
    let mut tried = encode_all(&av1, 12, |height, width| {
        is_wide_or_high(height, width) || height.max(width) < 100
    });
    for codec in [&OpenJpeg::lossless() as &dyn Codec, &Ffv1] {
        tried += encode_all(codec, 16, |_, _| true);
    }
    println!("{tried} frames");
    assert!(tried >= 300);
}
