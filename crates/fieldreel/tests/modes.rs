//! The nine modes on complete real fields, compared with measurements of the original tool.
//!
//! `make long` runs these tests, which take minutes. `--nocapture` prints the results.
#![cfg(test)]
#![cfg(all(feature = "ffmpeg", feature = "netcdf", feature = "grib"))]

#[path = "common/real_data.rs"]
mod real_data;

use std::sync::Mutex;

use fieldreel::formats::FieldValues;
use fieldreel::metrics::ErrorMetrics;
use fieldreel::{Preset, array_to_video, read_field, video_to_array};
use ndarray::{Array3, Ix3};

/// The compression ratio, maximum error / range and mean error / range of the original tool,
/// recorded to two or three digits.
type Original = (f64, f64, f64);

const U: [Original; 9] = [
    (2157.0, 4.6e-1, 3.3e-2),
    (410.0, 1.7e-1, 8.1e-3),
    (146.0, 7.0e-2, 2.0e-3),
    (16.2, 4.3e-2, 3.2e-3),
    (123.0, 3.3e-2, 1.5e-3),
    (68.5, 1.5e-2, 7.8e-4),
    (50.1, 1.2e-2, 5.0e-4),
    (10.9, 2.6e-4, 8.2e-5),
    (2.69, 1.5e-5, 7.6e-6),
];

const WIND: [Original; 9] = [
    (647.0, 4.5e-1, 4.4e-2),
    (155.0, 2.6e-1, 1.4e-2),
    (48.1, 1.1e-1, 5.1e-3),
    (16.2, 2.6e-2, 2.3e-3),
    (31.0, 5.5e-2, 3.3e-3),
    (18.3, 2.3e-2, 1.8e-3),
    (11.3, 1.2e-2, 8.4e-4),
    (3.44, 4.3e-4, 8.1e-5),
    (2.86, 1.5e-5, 7.6e-6),
];

const T2M: [Original; 9] = [
    (190.0, 3.0e-1, 3.5e-2),
    (121.0, 1.3e-1, 1.0e-2),
    (51.8, 5.7e-2, 3.9e-3),
    (15.4, 1.2e-1, 5.7e-3),
    (35.3, 4.5e-2, 2.5e-3),
    (21.4, 2.2e-2, 1.4e-3),
    (13.8, 2.0e-2, 7.4e-4),
    (3.61, 4.5e-4, 8.1e-5),
    (2.53, 1.5e-5, 7.6e-6),
];

fn load(name: &str, variable: Option<&str>) -> Option<Array3<f32>> {
    let field = read_field(real_data::real_file(name)?, variable).unwrap();
    let FieldValues::F32(values) = field.values else {
        panic!("{name} is not of single precision")
    };
    Some(values.into_dimensionality::<Ix3>().unwrap())
}

/// Runs all modes, two in parallel, and returns a line for each one that is worse than allowed.
fn regressions(
    name: &str,
    field: &Array3<f32>,
    original: &[Original; 9],
    min_ratio: f64,
) -> Vec<String> {
    let queue = Mutex::new(
        Preset::ALL
            .into_iter()
            .zip(original)
            .rev()
            .collect::<Vec<_>>(),
    );
    let regressions = Mutex::new(Vec::new());
    let work = || {
        while let Some((preset, original)) = { queue.lock().unwrap().pop() } {
            let regression = compare(name, field, preset, original, min_ratio);
            regressions.lock().unwrap().extend(regression);
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(work);
        scope.spawn(work);
    });
    regressions.into_inner().unwrap()
}

fn compare(
    name: &str,
    field: &Array3<f32>,
    preset: Preset,
    &(original_ratio, original_max, original_mean): &Original,
    min_ratio: f64,
) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = array_to_video(field, folder.path(), preset).unwrap();
    let decoded = video_to_array::<f32>(&path).unwrap();
    let metrics = ErrorMetrics::between(field.view(), decoded.view()).unwrap();
    let bytes = std::fs::metadata(&path).unwrap().len();
    let ratio = (4 * field.len()) as f64 / bytes as f64;
    let (max, mean) = (metrics.rel_max(), metrics.rel_mean());
    let line = format!(
        "{name:<5} {preset:<8} ratio {ratio:8.2} ({:.3} of the original)  \
         max {max:.3e} ({:.3})  mean {mean:.3e} ({:.3})",
        ratio / original_ratio,
        max / original_max,
        mean / original_mean,
    );
    println!("{line}");
    // The measurements of the original were rounded to two digits.
    let rounding = |figure: f64| 0.5 * 10_f64.powf(figure.log10().floor() - 1.0);
    let max_allowed = match preset {
        Preset::Vlow => 1.25e-4,
        Preset::LlJp2k => 8e-6,
        _ => 1.1 * original_max + rounding(original_max),
    };
    let is_good = ratio >= min_ratio * original_ratio
        && max <= max_allowed
        && mean <= original_mean + rounding(original_mean);
    (!is_good).then_some(line)
}

#[test]
fn wind() {
    let Some(field) = load("monthly_navy_winds.nc", Some("UWND")) else {
        return;
    };
    assert_eq!(
        regressions("wind", &field, &WIND, 0.97),
        Vec::<String>::new()
    );
}

#[test]
fn t2m() {
    let Some(field) = load("era5-2mt-2019-03-uk.grib", None) else {
        return;
    };
    // Frames with 49 columns crash x265. They are padded to 72, which the original does not do.
    assert_eq!(regressions("t2m", &field, &T2M, 0.90), Vec::<String>::new());
}

#[test]
fn u() {
    let name = "legacy/video_min-6.076788168243806_max5.021517778572543_fc1301.mp4";
    let Some(field) = load(name, None) else {
        return;
    };
    assert_eq!(regressions("U", &field, &U, 0.97), Vec::<String>::new());
}
