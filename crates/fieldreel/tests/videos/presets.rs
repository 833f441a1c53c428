//! Every preset with frame sizes at which encoders have failed.

use fieldreel::codec::{ReadLimits, VideoReader};
use fieldreel::quant::ValueRange;
use fieldreel::{
    Error, Preset, VideoValues, array_to_video, array_to_video_file, video_to_array,
    video_to_values,
};
use ndarray::{Array3, s};

use crate::data::wave;
use crate::sizes::SIZES;

/// Returns the largest allowed error of a preset relative to the range. Lossy presets state no
/// bound, and get a generous one.
const fn bound(preset: Preset) -> f64 {
    match preset {
        Preset::Extreme => 1.0,
        Preset::Max => 0.4,
        Preset::Vhigh | Preset::C4Jp2k => 0.2,
        Preset::High | Preset::Avg => 0.1,
        Preset::Low => 0.03,
        Preset::Vlow => 0.5001 / 4095.0,
        // Half a 16-bit step, and rounding to f32.
        Preset::LlJp2k => 0.52 / 65535.0,
    }
}

#[test]
fn every_preset_encodes_every_difficult_size() {
    let folder = tempfile::tempdir().unwrap();
    for preset in Preset::ALL {
        for (height, width) in SIZES {
            for frames in [1, 2, 3] {
                let case = format!("{preset}, {frames} frames of {height}×{width}");
                let field = wave(frames, height, width);
                let path = array_to_video(&field, folder.path(), preset).unwrap();
                let back = video_to_array::<f32>(&path).unwrap();
                assert_eq!(back.dim(), field.dim(), "{case}");
                let range = ValueRange::from_values(field.view()).unwrap();
                let range = f64::from(range.max()) - f64::from(range.min());
                for (&x, &x_hat) in field.iter().zip(&back) {
                    let error = (f64::from(x) - f64::from(x_hat)).abs();
                    assert!(error <= bound(preset) * range, "{case}: {error} of {range}");
                }
            }
        }
    }
}

#[test]
fn the_name_and_the_tags_contain_the_exact_range() {
    let folder = tempfile::tempdir().unwrap();
    for scale in [1.0e-38_f32, 1.0e-5, 1.0, 3.0e37] {
        let field = wave(2, 9, 11).mapv(|x| x * scale);
        let range = ValueRange::from_values(field.view()).unwrap();
        let path = array_to_video(&field, folder.path(), Preset::Vlow).unwrap();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let expected = format!("video_min{:?}_max{:?}_fc12.mp4", range.min(), range.max());
        assert_eq!(name, expected);
        // The tags are sufficient for a file of another name.
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
fn a_file_of_any_name_is_read_through_its_tags() {
    let folder = tempfile::tempdir().unwrap();
    let field = wave(3, 20, 30);
    let range = ValueRange::from_values(field.view()).unwrap();
    for name in ["wind.mp4", "wind.mkv", "video_min0_max1_fc8.mp4"] {
        let path = folder.path().join(name);
        array_to_video_file(&field, &path, Preset::LlJp2k).unwrap();
        let decoded = video_to_array::<f32>(&path).unwrap();
        assert_eq!(
            ValueRange::from_values(decoded.view()).unwrap(),
            range,
            "{name}"
        );
        let step = (range.max() - range.min()) / 65535.0;
        let mut pairs = field.iter().zip(&decoded);
        assert!(pairs.all(|(x, x_hat)| (x - x_hat).abs() <= 0.52 * step));
    }
    let folder = folder.path();
    let named = array_to_video(&field, folder, Preset::LlJp2k).unwrap();
    let bytes = std::fs::read(named).unwrap();
    assert_eq!(bytes, std::fs::read(folder.join("wind.mp4")).unwrap());

    let unknown = array_to_video_file(&field, folder.join("wind.avi"), Preset::LlJp2k);
    assert!(matches!(unknown, Err(Error::Codec { .. })), "{unknown:?}");
    let missing = array_to_video_file(&field, folder.join("no/wind.mp4"), Preset::LlJp2k);
    assert!(matches!(missing, Err(Error::Codec { .. })), "{missing:?}");
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), 4);
}

#[test]
fn double_precision_is_read_as_double_precision_only() {
    let folder = tempfile::tempdir().unwrap();
    let field = wave(3, 20, 30).mapv(|x| 1e5 + 1e-9 * f64::from(x));
    let path = array_to_video(&field, folder.path(), Preset::LlJp2k).unwrap();
    let back = video_to_array::<f64>(&path).unwrap();
    for (x, x_hat) in field.iter().zip(&back) {
        assert!((x - x_hat).abs() <= 2e-11, "{x} {x_hat}");
    }
    assert_eq!(video_to_values(&path).unwrap(), VideoValues::F64(back));
    let error = video_to_array::<f32>(&path).unwrap_err();
    assert!(matches!(error, Error::DtypeMismatch { .. }), "{error}");
}

#[test]
fn constant_fields_are_lossless() {
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
fn arrays_of_any_memory_layout_are_encoded() {
    let folder = tempfile::tempdir().unwrap();
    let field = wave(4, 20, 30);
    let path = array_to_video(
        field.slice(s![..;2, ..;-1, 3..]),
        folder.path(),
        Preset::Vlow,
    )
    .unwrap();
    let original = field.slice(s![..;2, ..;-1, 3..]).to_owned();
    let decoded = video_to_array::<f32>(&path).unwrap();
    assert_eq!(decoded.dim(), original.dim());
    let max_error = (&decoded - &original)
        .iter()
        .fold(0.0_f32, |max, e| max.max(e.abs()));
    assert!(max_error < 0.005, "{max_error}");
}

#[test]
fn arrays_that_cannot_be_encoded_leave_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let mut field = wave(2, 20, 30);
    field[[1, 3, 4]] = f32::NAN;
    field[[1, 5, 6]] = f32::INFINITY;
    let error = array_to_video(&field, &out, Preset::High).unwrap_err();
    let cause = std::error::Error::source(&error).unwrap().to_string();
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
