//! Lossless codecs are bit-exact: every backend, bit depth, awkward size and small number of
//! frames.

use crate::common::{pattern, round_trip};
use crate::sizes::SIZES;
use fieldreel_codec::{Av1, Codec, Container, Ffv1, OpenJpeg, X265, X265Preset};

fn check(codec: &dyn Codec, container: Container, depth: u8, frames: usize, size: (usize, usize)) {
    let case = format!("{codec:?} in {container}, {depth} bit, {frames} frames of {size:?}");
    let codes = pattern(frames, size.0, size.1, depth);
    let video = round_trip(codec, container, depth, codes.view());
    let found = video
        .as_ref()
        .map(|v| (&v.frames, v.info.bit_depth, v.info.frame_count));
    assert!(
        matches!(found, Ok(found) if found == (&codes, depth, Some(frames))),
        "{case}: {:?}",
        found.err()
    );
}

fn check_sizes(codec: &dyn Codec, container: Container, depths: &[u8]) {
    for size in SIZES {
        for &depth in depths {
            check(codec, container, depth, 3, size);
        }
        for frames in [1, 2] {
            check(codec, container, depths[0], frames, size);
        }
    }
}

#[test]
fn x265_in_mp4_is_lossless() {
    check_sizes(&X265::lossless(), Container::Mp4, &[12, 10, 8]);
}

#[test]
fn x265_at_the_slow_presets_is_lossless() {
    // Weighted bi-prediction, which these presets enable, breaks 12-bit lossless coding in x265
    // 3.5.
    for preset in [X265Preset::Slow, X265Preset::Slower, X265Preset::Veryslow] {
        for size in [(33, 49), (48, 48), (73, 144)] {
            check(
                &X265::lossless().with_preset(preset),
                Container::Mp4,
                12,
                12,
                size,
            );
        }
    }
}

#[test]
fn x265_in_mkv_is_lossless() {
    check_sizes(&X265::lossless(), Container::Mkv, &[12]);
}

#[test]
fn openjpeg_in_mp4_is_lossless() {
    check_sizes(&OpenJpeg::lossless(), Container::Mp4, &[16, 12, 8]);
}

#[test]
fn openjpeg_in_mkv_is_lossless() {
    check_sizes(&OpenJpeg::lossless(), Container::Mkv, &[16]);
}

#[test]
fn ffv1_in_mkv_is_lossless() {
    check_sizes(&Ffv1, Container::Mkv, &[16, 14, 12, 10, 8]);
}

#[test]
fn av1_in_mp4_is_lossless() {
    check_sizes(&Av1::lossless().with_speed(8), Container::Mp4, &[12, 10, 8]);
}

#[test]
fn av1_in_mkv_is_lossless() {
    check_sizes(&Av1::lossless().with_speed(8), Container::Mkv, &[12]);
}

#[test]
fn every_bit_depth_has_a_pixel_format() {
    for depth in 1..=16 {
        check(&Ffv1, Container::Mkv, depth, 2, (20, 30));
        check(&OpenJpeg::lossless(), Container::Mp4, depth, 2, (20, 30));
    }
    for depth in 1..=12 {
        check(&X265::lossless(), Container::Mp4, depth, 2, (20, 30));
        check(
            &Av1::lossless().with_speed(8),
            Container::Mp4,
            depth,
            2,
            (20, 30),
        );
    }
}

/// `make valgrind` runs this test too: x265 overruns its buffers at these widths if they are not
/// padded.
#[test]
fn x265_narrower_than_its_look_ahead() {
    // The settings of the presets in `fieldreel`, and those of the backend alone.
    let slow = |crf| {
        X265::crf(crf)
            .with_preset(X265Preset::Slow)
            .with_param("pbratio", "1.2")
            .with_param("tskip", "1")
            .with_param("rskip", "0")
    };
    let lossless = X265::lossless();
    let exact = [lossless.clone().with_preset(X265Preset::Veryslow), lossless];
    let lossy = [X265::crf(15.0), slow(49.0), slow(20.0), slow(0.0)];
    for size in [(33, 49), (40, 40)] {
        for depth in [8, 10, 12] {
            for codec in &exact {
                check(codec, Container::Mp4, depth, 3, size);
            }
            let codes = pattern(3, size.0, size.1, depth);
            for codec in &lossy {
                let video = round_trip(codec, Container::Mp4, depth, codes.view());
                assert!(video.is_ok_and(|video| video.frames.dim() == codes.dim()));
            }
        }
    }
}
