//! AV1 streams of libaom and of rav1e decode to the same codes in every build.
//!
//! With `FIELDREEL_FREEZE=1` in the environment, the tests first write the streams that are
//! missing and that this build can encode. Each file contains a checksum of the decoded codes,
//! followed by the stream.

use std::fs;
use std::path::PathBuf;

use fieldreel_codec::{
    Av1, Av1Encoder, CodecError, ElementaryStream, StreamFormat, decode_stream, encode_stream,
};
use ndarray::Array3;

use crate::common::{decode_with_shape, pattern, shape_of};

/// The bit depths, and the frames, height and width.
const DEPTHS: [u8; 3] = [12, 10, 8];
const SHAPES: [[usize; 3]; 6] = [
    [1, 16, 16],
    [30, 16, 16],
    [1, 33, 49],
    [30, 33, 49],
    [1, 73, 144],
    [30, 73, 144],
];

pub(crate) fn frozen_path(name: &str) -> PathBuf {
    let folder = [env!("CARGO_MANIFEST_DIR"), "tests", "frozen"];
    folder.iter().collect::<PathBuf>().join(name)
}

/// Returns the hash FNV-1a of codes.
fn checksum(codes: &Array3<u16>) -> u64 {
    let bytes = codes.iter().flat_map(|code| code.to_le_bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// Returns the checksum and the stream in a frozen file.
pub(crate) fn frozen_stream(name: &str) -> (u64, ElementaryStream) {
    let bytes = fs::read(frozen_path(name)).expect(name);
    let (checksum, bytes) = bytes.split_first_chunk().expect(name);
    let stream = ElementaryStream::new(StreamFormat::Av1, 0, bytes.to_vec());
    (u64::from_le_bytes(*checksum), stream)
}

fn freeze(name: &str, encoder: Av1Encoder, codes: &Array3<u16>, depth: u8) {
    let path = frozen_path(name);
    if std::env::var_os("FIELDREEL_FREEZE").is_none() || path.exists() {
        return;
    }
    let av1 = Av1::quantizer(40).with_speed(8).with_encoder(encoder);
    let stream = match encode_stream(codes.view(), depth, &av1) {
        Ok(stream) => stream,
        Err(CodecError::FeatureMissing { .. }) => return,
        Err(error) => panic!("{name}: {error}"),
    };
    let decoded = decode_with_shape(&stream, shape_of(codes, depth)).unwrap();
    let file = [&checksum(&decoded).to_le_bytes()[..], &stream.bytes].concat();
    fs::write(path, file).unwrap();
}

#[test]
fn streams_of_both_encoders_decode_to_the_same_codes_in_every_build() {
    for (encoder, prefix) in [(Av1Encoder::Libaom, "libaom"), (Av1Encoder::Rav1e, "rav1e")] {
        for depth in DEPTHS {
            for [frames, height, width] in SHAPES {
                let name = format!("{prefix}-{depth}bit-{frames}x{height}x{width}.av1");
                let codes = pattern(frames, height, width, depth);
                freeze(&name, encoder, &codes, depth);
                let (expected, stream) = frozen_stream(&name);
                let decoded = decode_with_shape(&stream, shape_of(&codes, depth)).expect(&name);
                assert_eq!(checksum(&decoded), expected, "{name}");
            }
        }
    }
}

#[test]
fn every_prefix_and_flipped_byte_of_a_stream_decodes_or_is_an_error() {
    for prefix in ["libaom", "rav1e"] {
        let (_, complete) = frozen_stream(&format!("{prefix}-10bit-30x16x16.av1"));
        let shape = shape_of(&Array3::zeros((30, 16, 16)), 10);
        for end in 0..complete.bytes.len() {
            let limits = Default::default();
            let cut = decode_stream(StreamFormat::Av1, &complete.bytes[..end], shape, 0, &limits);
            if let Ok(found) = cut {
                assert_eq!(found.dim(), (30, 16, 16));
            }
            let mut damaged = complete.clone();
            damaged.bytes[end] ^= if end % 2 == 0 { 0xff } else { 0x10 };
            if let Ok(found) = decode_with_shape(&damaged, shape) {
                assert_eq!(found.dim(), (30, 16, 16));
                assert!(found.iter().all(|&code| code < 1024));
            }
        }
    }
}

#[test]
fn other_shapes_and_exceeded_limits_are_errors() {
    let (_, stream) = frozen_stream("rav1e-12bit-30x33x49.av1");
    let decode = |frames, height, width, depth| {
        decode_with_shape(
            &stream,
            shape_of(&Array3::zeros((frames, height, width)), depth),
        )
    };
    for frames in [29, 31] {
        let refused = decode(frames, 33, 49, 12).unwrap_err();
        assert!(
            matches!(refused, CodecError::Truncated { .. }),
            "{refused:?}"
        );
    }
    assert!(matches!(
        decode(30, 49, 49, 12),
        Err(CodecError::StreamSize { .. })
    ));
    assert!(matches!(
        decode(30, 33, 49, 13),
        Err(CodecError::PixelBits { .. })
    ));
    // The frames of the stream are much larger than stated.
    let (_, large) = frozen_stream("rav1e-12bit-1x73x144.av1");
    let shape = shape_of(&Array3::zeros((1, 1, 1)), 12);
    assert!(decode_with_shape(&large, shape).is_ok());
    let limits = fieldreel_codec::ReadLimits::default().with_max_codes(1000);
    let shape = shape_of(&Array3::zeros((30, 33, 49)), 12);
    let refused = decode_stream(StreamFormat::Av1, &stream.bytes, shape, 0, &limits).unwrap_err();
    assert!(
        matches!(refused, CodecError::LimitExceeded { .. }),
        "{refused:?}"
    );
}
