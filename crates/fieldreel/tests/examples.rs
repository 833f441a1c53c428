//! The example programs: what they write, and one line and a non-zero exit when they cannot.
#![cfg(test)]
#![cfg(all(
    feature = "ffmpeg",
    feature = "netcdf",
    feature = "grib",
    feature = "plot"
))]

#[path = "../../../examples/report/half.rs"]
mod half;
#[path = "../../../examples/report/units.rs"]
mod units;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// The shipped sample.
fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/navy_winds_uwnd.nc")
}

/// Runs an example program, which `cargo test` has built beside this test.
fn run(example: &str, arguments: &[&str]) -> Output {
    let test = std::env::current_exe().unwrap();
    let program = test
        .parent()
        .and_then(Path::parent)
        .unwrap()
        .join("examples")
        .join(example);
    Command::new(program).args(arguments).output().unwrap()
}

/// Runs an example that must fail with one line that holds `expected`.
fn fails(example: &str, arguments: &[&str], expected: &str) {
    let output = run(example, arguments);
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success(), "{arguments:?}");
    assert!(
        error.starts_with("error: ") && error.contains(expected),
        "{arguments:?}: {error}"
    );
    assert_eq!(error.lines().count(), 1, "{error}");
}

#[test]
fn the_report_has_a_row_and_figures_for_each_mode() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("report");
    let output = run("report", &["--out", out.to_str().unwrap()]);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );

    let json: Value = serde_json::from_slice(&fs::read(out.join("report.json")).unwrap()).unwrap();
    let rows = json["rows"].as_array().unwrap();
    let modes: Vec<_> = rows
        .iter()
        .map(|row| row["mode"].as_str().unwrap())
        .collect();
    let expected = [
        "extreme", "max", "vhigh", "C4-JP2K", "high", "avg", "low", "vlow", "LL-JP2K", "NCU",
        "NCZip", "GribAEC", "HalfRes",
    ];
    assert_eq!(modes, expected);
    assert_eq!(json["input"]["shape"], serde_json::json!([60, 73, 144]));
    for row in rows {
        let number = |key: &str| row[key].as_f64().unwrap_or(f64::INFINITY);
        let ratio = number("original_bytes") / number("bytes");
        assert!((number("ratio") - ratio).abs() < 1e-9 * ratio);
        assert!(number("mean_abs") <= number("rmse") && number("rmse") <= number("max_abs"));
        for key in ["bits_per_value", "encode_s", "decode_s"] {
            assert!(number(key).is_finite() && number(key) > 0.0, "{key}");
        }
        let mode = row["mode"].as_str().unwrap();
        for figure in ["images", "errors"] {
            let png = fs::read(out.join(format!("{mode}_{figure}.png"))).unwrap();
            assert!(png.starts_with(b"\x89PNG") && png.len() > 10_000);
        }
    }
    assert!(out.join("report.png").exists() && out.join("bytes.png").exists());
    // 13 modes with two figures each, and three files for all: no temporary one is left.
    assert_eq!(fs::read_dir(&out).unwrap().count(), 2 * 13 + 3);
}

#[test]
fn a_variable_goes_to_video_and_back() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    let output = run(
        "array_to_video",
        &[sample().to_str().unwrap(), "UWND", out, "vlow"],
    );
    assert!(output.status.success());
    let video = String::from_utf8(output.stdout).unwrap();
    let video = video.trim_end();
    assert!(video.ends_with("_fc12.mp4") && Path::new(video).exists());

    let back = folder.path().join("back.nc");
    let output = run("video_to_array", &[video, back.to_str().unwrap()]);
    assert!(output.status.success());
    let field = fieldreel::read_field(&back, Some("field")).unwrap();
    assert_eq!(field.shape(), [60, 73, 144]);
    let original = fieldreel::read_field(sample(), None).unwrap();
    let pairs = original
        .values
        .to_f64()
        .into_iter()
        .zip(field.values.to_f64());
    let worst = pairs
        .map(|(x, x_hat)| (x - x_hat).abs())
        .fold(0.0, f64::max);
    assert!(worst < 0.01, "{worst} m/s");

    let other = folder.path().join("report");
    let output = run(
        "report",
        &[
            video,
            "--modes",
            "extreme,NCZip",
            "--out",
            other.to_str().unwrap(),
        ],
    );
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(other.join("NCZip_images.png").exists() && !other.join("max_images.png").exists());
}

#[test]
fn what_cannot_be_is_told_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (out, sample) = (path("out"), sample());
    let sample = sample.to_str().unwrap();

    fails(
        "report",
        &[&path("missing.nc"), "--out", &out],
        "missing.nc",
    );
    fails("report", &[sample, "VWND", "--out", &out], "VWND");
    fails("report", &[sample, "TIME", "--out", &out], "TIME");
    fails("report", &["--modes", "ultra", "--out", &out], "ultra");
    fails("array_to_video", &[sample, "UWND", &out, "ultra"], "ultra");
    assert!(!Path::new(&out).exists());

    fs::write(path("notes.txt"), "text").unwrap();
    fails("report", &[&path("notes.txt"), "--out", &out], "notes.txt");
    fails(
        "array_to_video",
        &[sample, "UWND", &path("notes.txt/out"), "max"],
        "notes.txt",
    );
    fs::write(path("empty.grib"), "").unwrap();
    fails(
        "report",
        &[&path("empty.grib"), "--out", &out],
        "empty.grib",
    );
    fs::write(path("video_min0_max1_fc8.mp4"), "no video").unwrap();
    fails(
        "video_to_array",
        &[&path("video_min0_max1_fc8.mp4"), &path("x.nc")],
        "MP4",
    );

    let output = run("array_to_video", &[sample, "UWND", &out, "max"]);
    let video = String::from_utf8(output.stdout)
        .unwrap()
        .trim_end()
        .to_owned();
    let whole = fs::read(&video).unwrap();
    fs::write(&video, &whole[..whole.len() / 2]).unwrap();
    fails("video_to_array", &[&video, &path("x.nc")], "cut short");
    assert!(!Path::new(&path("x.nc")).exists());
}

#[test]
fn missing_values_are_counted_and_placed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("gaps.nc");
    let mut values = ndarray::ArrayD::<f32>::zeros(vec![2, 20, 30]);
    values[[1, 2, 3]] = f32::NAN;
    values[[1, 9, 9]] = f32::NAN;
    let field = fieldreel::formats::Field::new("gaps", values, &["time", "y", "x"]).unwrap();
    fieldreel::formats::write_netcdf(&path, &field, &fieldreel::formats::NetcdfOptions::default())
        .unwrap();
    let (path, out) = (path.to_str().unwrap(), folder.path().join("out"));
    let out = out.to_str().unwrap();
    fails("array_to_video", &[path, "gaps", out, "high"], "2 value(s)");
    fails("array_to_video", &[path, "gaps", out, "high"], "[1, 2, 3]");
    fails("report", &[path, "--out", out], "[1, 2, 3]");
}

#[test]
fn half_resolution_gives_lines_back_where_they_have_two_ends() {
    for shape in [(1, 1, 1), (2, 3, 4), (5, 6, 7), (4, 1, 9)] {
        let ramp = ndarray::Array3::from_shape_fn(shape, |(t, y, x)| (100 * t + 10 * y + x) as f64);
        let back = half::interpolate(half::every_second(ramp.view()).view(), shape);
        assert_eq!(back.dim(), shape);
        for ((t, y, x), &value) in back.indexed_iter() {
            // The last point of an even length repeats the one before it.
            let at = |i: usize, len: usize| {
                if i + 1 == len && len.is_multiple_of(2) {
                    i - 1
                } else {
                    i
                }
            };
            let (t, y, x) = (at(t, shape.0), at(y, shape.1), at(x, shape.2));
            assert_eq!(value, ramp[[t, y, x]], "{shape:?}");
        }
    }
}

#[test]
fn units_are_typeset() {
    for (unit, typeset) in [
        ("M/S", "m s⁻¹"),
        ("m s**-1", "m s⁻¹"),
        ("kg m-2 s-1", "kg m⁻² s⁻¹"),
        ("m^2", "m²"),
        ("K", "K"),
        ("degC", "degC"),
        ("1", "1"),
        ("", ""),
    ] {
        assert_eq!(units::typeset(unit), typeset);
    }
}
