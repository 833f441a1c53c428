//! Frames large enough for wavefronts: the bytes do not depend on the threads, and lossless is
//! exact.

use fieldreel_codec::{
    Codec, Container, ReadLimits, VideoOptions, X265, X265Preset, decode_video, encode_stream,
    encode_video,
};
use ndarray::Array3;
use rayon::ThreadPoolBuilder;

use crate::common::pattern;

fn in_threads<R: Send>(threads: usize, run: impl FnOnce() -> R + Send) -> R {
    let pool = ThreadPoolBuilder::new().num_threads(threads).build();
    pool.unwrap().install(run)
}

/// Returns the bytes of a video and of a stream.
fn encode(codes: &Array3<u16>, codec: &dyn Codec) -> (Vec<u8>, Vec<u8>) {
    let options = VideoOptions::default();
    let video = encode_video(codes.view(), 12, codec, Container::Mp4, &options).unwrap();
    let stream = encode_stream(codes.view(), 12, codec).unwrap();
    (video, stream.bytes)
}

#[test]
fn the_bytes_do_not_depend_on_the_number_of_threads() {
    let fast = |codec: X265| codec.with_preset(X265Preset::Ultrafast);
    let codecs = [
        fast(X265::lossless()),
        fast(X265::crf(15.0)),
        // Decisions that depend on other frames or blocks, and the smallest blocks.
        fast(X265::crf(30.0))
            .with_param("bframes", "4")
            .with_param("b-adapt", "2")
            .with_param("rc-lookahead", "10")
            .with_param("cutree", "1")
            .with_param("sao", "1")
            .with_param("ctu", "16"),
    ];
    let codes = pattern(5, 361, 720, 12);
    for codec in codecs {
        let expected = in_threads(1, || encode(&codes, &codec));
        for threads in [1, 2, 4, 4] {
            let found = in_threads(threads, || encode(&codes, &codec));
            assert!(found == expected, "{threads} threads, {codec:?}");
        }
    }
}

#[test]
fn lossless_encoding_in_wavefronts_is_exact() {
    // The smallest size with wavefronts, sides that are not multiples of the block size, and a
    // size at which x265's look-ahead uses slices.
    for (height, width) in [(256, 256), (257, 321), (361, 720), (720, 256)] {
        for (preset, ctu) in [("ultrafast", "64"), ("medium", "64"), ("ultrafast", "16")] {
            let codec = X265::lossless()
                .with_preset(preset.parse().unwrap())
                .with_param("ctu", ctu);
            let codes = pattern(5, height, width, 12);
            let options = VideoOptions::default();
            let bytes = encode_video(codes.view(), 12, &codec, Container::Mp4, &options).unwrap();
            let video = decode_video(bytes, &ReadLimits::default()).unwrap();
            assert!(video.frames == codes, "{width}×{height}, {preset}, {ctu}");
        }
    }
}

/// `make valgrind` runs this test too: thread pools that start, work and end.
#[test]
fn the_smallest_frames_with_wavefronts() {
    let high = X265::crf(15.0)
        .with_preset(X265Preset::Slow)
        .with_param("tskip", "1")
        .with_param("rskip", "0");
    let codes = pattern(3, 256, 256, 12);
    for codec in [X265::lossless(), high] {
        let (video, _) = in_threads(2, || encode(&codes, &codec));
        let video = decode_video(video, &ReadLimits::default()).unwrap();
        assert_eq!(video.frames.dim(), codes.dim());
        assert!(!codec.is_lossless() || video.frames == codes);
    }
}
