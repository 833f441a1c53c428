//! Tests of damaged and foreign bytes.

use fieldreel_reel::segment::{decode, encode, inspect};
use fieldreel_reel::{Effort, ErrorBound, Limits, ReelError, SegmentOptions};
use ndarray::Array3;

fn segment() -> (Array3<f32>, Vec<u8>) {
    let mut noise = super::fields::Noise::new(5);
    let field = Array3::from_shape_fn((3, 20, 80), |(t, y, x)| {
        let wave = ((x + 2 * t) as f32 / 7.0).sin() + (y as f32 / 5.0).cos();
        if x % 9 == 0 {
            f32::NAN
        } else {
            wave + 0.1 * noise.unit() as f32
        }
    });
    let options = SegmentOptions::new(ErrorBound::Absolute(0.02)).with_effort(Effort::Fast);
    let bytes = encode(field.view(), &options).unwrap().bytes;
    (field, bytes)
}

/// Returns segments of other kinds: integers on a lattice, and lossless values on all grids.
fn other_segments() -> Vec<Vec<u8>> {
    let lossless = SegmentOptions::new(ErrorBound::Lossless).with_effort(Effort::Fast);
    let lossless_segment = |kind| {
        let values = super::lossless::values::<f32>(kind, 0, 1, 3);
        let values = values.slice(ndarray::s![..2, ..12, ..30]).to_owned();
        encode(values.view(), &lossless).unwrap().bytes
    };
    let integers = Array3::from_shape_fn((3, 9, 30), |(t, y, x)| (12 * (t + y * x) + 5) as u16);
    let integers = encode(
        integers.view(),
        &SegmentOptions::new(ErrorBound::Absolute(12.0)),
    )
    .unwrap();
    vec![
        lossless_segment(0),
        lossless_segment(1),
        lossless_segment(5),
        integers.bytes,
    ]
}

fn is_refused(bytes: &[u8]) -> bool {
    let limits = Limits::default();
    decode::<f32>(bytes, &limits).is_err() && decode::<u16>(bytes, &limits).is_err()
}

#[test]
fn decoding_a_truncated_segment_fails() {
    for bytes in other_segments().into_iter().chain([segment().1]) {
        for end in 0..bytes.len() {
            assert!(is_refused(&bytes[..end]), "{end}");
            assert!(inspect(&bytes[..end]).is_err(), "{end}");
        }
    }
}

#[test]
fn decoding_a_segment_with_a_changed_byte_fails() {
    for bytes in other_segments().into_iter().chain([segment().1]) {
        for at in 0..bytes.len() {
            for mask in [0x01, 0x80, 0xff] {
                let mut damaged = bytes.clone();
                damaged[at] ^= mask;
                assert!(is_refused(&damaged), "{at}");
            }
        }
    }
}

#[test]
fn limits_are_checked_before_allocation() {
    let (field, bytes) = segment();
    // Each value takes 4 bytes and 24 of working memory. One frame takes 128 bytes for each of its
    // 24 × 84 positions with margins; divided among the 20 × 80 values of 3 frames, these are 54
    // per value. A plane of integers takes 6 bytes for each of these positions and 64 more; twice
    // that is 16 per value.
    let needed = field.len() as u64 * (4 + 24 + 54 + 16);
    let at = |max_bytes| decode::<f32>(&bytes, &Limits::new(max_bytes));
    assert!(at(needed).is_ok());
    assert!(matches!(
        at(needed - 1),
        Err(ReelError::LimitExceeded { .. })
    ));
    // A segment of about 40 bytes that claims 2^40 missing values.
    let one = Array3::from_elem((1, 1, 1), f32::NAN);
    let mut small = encode(one.view(), &SegmentOptions::new(ErrorBound::Lossless))
        .unwrap()
        .bytes;
    // The shape follows the magic bytes, the version and the flags.
    let shape = 5;
    assert_eq!(small[shape..shape + 3], [1; 3]);
    small.splice(shape..shape + 3, [0x80, 0x80, 0x80, 0x80, 0x80, 0x20, 1, 1]);
    let body = small.len() - 4;
    let checksum = crc32fast::hash(&small[..body]);
    small[body..].copy_from_slice(&checksum.to_le_bytes());
    let refused = decode::<f32>(&small, &Limits::default());
    assert!(
        matches!(refused, Err(ReelError::LimitExceeded { .. })),
        "{refused:?}"
    );
}

#[test]
fn other_types_versions_and_formats_are_refused() {
    let (_, bytes) = segment();
    let refused = decode::<f64>(&bytes, &Limits::default());
    assert!(matches!(refused, Err(ReelError::DtypeMismatch { .. })));
    let mut newer = bytes.clone();
    newer[3] = 200;
    let refused = decode::<f32>(&newer, &Limits::default());
    assert!(matches!(
        refused,
        Err(ReelError::UnsupportedVersion { found: 200, .. })
    ));
    let refused = decode::<f32>(b"CDF\x01 something else entirely", &Limits::default());
    assert!(matches!(refused, Err(ReelError::BadMagic { .. })));
}
