//! Every preset, at every frame size that some encoder was seen to fail at.

use fieldreel::codec::{ReadLimits, VideoReader};
use fieldreel::quant::ValueRange;
use fieldreel::{Error, Preset, VideoValues, array_to_video, video_to_array, video_to_values};
use ndarray::{Array3, s};

use crate::data::wave;
use crate::sizes::SIZES;

/// The largest error of a preset as a share of the range: generous for those that state none.
const fn bound(preset: Preset) -> f64 {
    match preset {
        Preset::Extreme => 1.0,
        Preset::Max => 0.4,
        Preset::Vhigh | Preset::C4Jp2k => 0.2,
        Preset::High | Preset::Avg => 0.1,
        Preset::Low => 0.03,
        Preset::Vlow => 0.5001 / 4095.0,
        // Rounding to f32 shows beside half a 16-bit step.
        Preset::LlJp2k => 0.52 / 65535.0,
    }
}

#[test]
fn every_preset_at_every_awkward_size() {
    let folder = tempfile::tempdir().unwrap();
    for preset in Preset::ALL {
        for (height, width) in SIZES {
            for frames in [1, 2, 3] {
                let what = format!("{preset}, {frames} frames of {height}×{width}");
                let field = wave(frames, height, width);
                let path = array_to_video(&field, folder.path(), preset).unwrap();
                let back = video_to_array::<f32>(&path).unwrap();
                assert_eq!(back.dim(), field.dim(), "{what}");
                let range = ValueRange::from_values(field.view()).unwrap();
                let range = f64::from(range.max()) - f64::from(range.min());
                for (&x, &x_hat) in field.iter().zip(&back) {
                    let error = (f64::from(x) - f64::from(x_hat)).abs();
                    assert!(error <= bound(preset) * range, "{what}: {error} of {range}");
                }
            }
        }
    }
}

#[test]
fn the_name_and_the_tags_say_the_range_to_the_bit() {
    let folder = tempfile::tempdir().unwrap();
    for scale in [1.0e-38_f32, 1.0e-5, 1.0, 3.0e37] {
        let field = wave(2, 9, 11).mapv(|x| x * scale);
        let range = ValueRange::from_values(field.view()).unwrap();
        let path = array_to_video(&field, folder.path(), Preset::Vlow).unwrap();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let expected = format!("video_min{:?}_max{:?}_fc12.mp4", range.min(), range.max());
        assert_eq!(name, expected);
        // Renamed, the tags still know.
        let renamed = folder.path().join("renamed.mp4");
        std::fs::rename(&path, &renamed).unwrap();
        let back = video_to_array::<f32>(&renamed).unwrap();
        assert_eq!(ValueRange::from_values(back.view()).unwrap(), range);
        let tags = VideoReader::open(&renamed, &ReadLimits::default())
            .unwrap()
            .info()
            .tags
            .clone();
        assert_eq!(tags["fieldreel_preset"], "vlow");
    }
}

#[test]
fn double_precision_is_kept_apart_from_single() {
    let folder = tempfile::tempdir().unwrap();
    let field = wave(3, 20, 30).mapv(|x| 1e5 + 1e-9 * f64::from(x));
    let path = array_to_video(&field, folder.path(), Preset::LlJp2k).unwrap();
    let back = video_to_array::<f64>(&path).unwrap();
    for (x, x_hat) in field.iter().zip(&back) {
        assert!((x - x_hat).abs() <= 2e-11, "{x} {x_hat}");
    }
    assert_eq!(video_to_values(&path).unwrap(), VideoValues::F64(back));
    let refused = video_to_array::<f32>(&path).unwrap_err();
    assert!(matches!(refused, Error::DtypeMismatch { .. }), "{refused}");
}

#[test]
fn constant_fields_come_back_exactly() {
    let folder = tempfile::tempdir().unwrap();
    for value in [0.0_f32, -0.0, 273.15, f32::MAX, f32::from_bits(1)] {
        for preset in Preset::ALL {
            let field = Array3::from_elem((2, 20, 30), value);
            let path = array_to_video(&field, folder.path(), preset).unwrap();
            let back = video_to_array::<f32>(&path).unwrap();
            assert!(
                back.iter().all(|x| x.to_bits() == value.to_bits()),
                "{preset} {value}"
            );
        }
    }
}

#[test]
fn any_memory_layout_is_one_field() {
    let folder = tempfile::tempdir().unwrap();
    let field = wave(4, 20, 30);
    let path = array_to_video(
        field.slice(s![..;2, ..;-1, 3..]),
        folder.path(),
        Preset::Vlow,
    )
    .unwrap();
    let whole = field.slice(s![..;2, ..;-1, 3..]).to_owned();
    let back = video_to_array::<f32>(&path).unwrap();
    assert_eq!(back.dim(), whole.dim());
    let worst = (&back - &whole)
        .iter()
        .fold(0.0_f32, |worst, e| worst.max(e.abs()));
    assert!(worst < 0.005, "{worst}");
}

#[test]
fn what_cannot_be_quantized_leaves_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let mut field = wave(2, 20, 30);
    field[[1, 3, 4]] = f32::NAN;
    field[[1, 5, 6]] = f32::INFINITY;
    let refused = array_to_video(&field, &out, Preset::High).unwrap_err();
    let cause = std::error::Error::source(&refused).unwrap().to_string();
    assert!(
        cause.contains('2') && cause.contains("[1, 3, 4]"),
        "{cause}"
    );
    let empty = Array3::<f32>::zeros((0, 3, 3));
    assert!(matches!(
        array_to_video(&empty, &out, Preset::High),
        Err(Error::Quant(_))
    ));
    assert!(!out.exists());

    let long = Array3::<f32>::zeros((1, 1, 20_000));
    assert!(matches!(
        array_to_video(&long, &out, Preset::High),
        Err(Error::Codec { .. })
    ));
    assert_eq!(std::fs::read_dir(&out).unwrap().count(), 0);
}
