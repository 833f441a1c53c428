//! The example programs: their outputs, and their errors, which are one line on standard error and
//! a non-zero exit code.
#![cfg(test)]

#[path = "../../../examples/report/half_resolution.rs"]
mod half_resolution;
#[path = "../../../examples/report/units.rs"]
mod units;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// Returns the path of the sample data.
fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/navy_winds_uwnd.nc")
}

/// Runs an example program, which `cargo test` builds in the folder `examples` beside this test.
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

/// Runs an example, and checks that it fails with one line that contains `expected`.
fn assert_fails(example: &str, arguments: &[&str], expected: &str) {
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
    // Two figures for each of 13 modes, three other files, and no temporary files.
    assert_eq!(fs::read_dir(&out).unwrap().count(), 2 * 13 + 3);
}

#[test]
fn a_variable_is_written_as_a_video_and_read_again() {
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

    let decoded = folder.path().join("decoded.nc");
    let output = run("video_to_array", &[video, decoded.to_str().unwrap()]);
    assert!(output.status.success());
    let field = fieldreel::read_field(&decoded, Some("field")).unwrap();
    assert_eq!(field.shape(), [60, 73, 144]);
    let original = fieldreel::read_field(sample(), None).unwrap();
    let pairs = original
        .values
        .to_f64()
        .into_iter()
        .zip(field.values.to_f64());
    let max_error = pairs
        .map(|(x, x_hat)| (x - x_hat).abs())
        .fold(0.0, f64::max);
    assert!(max_error < 0.01, "{max_error} m/s");

    let report = folder.path().join("report");
    let output = run(
        "report",
        &[
            video,
            "--modes",
            "extreme,NCZip",
            "--out",
            report.to_str().unwrap(),
        ],
    );
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(report.join("NCZip_images.png").exists() && !report.join("max_images.png").exists());
}

#[test]
fn errors_of_videos_and_reports_are_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (out, sample) = (path("out"), sample());
    let sample = sample.to_str().unwrap();

    assert_fails(
        "report",
        &[&path("missing.nc"), "--out", &out],
        "missing.nc",
    );
    assert_fails("report", &[sample, "VWND", "--out", &out], "VWND");
    assert_fails("report", &[sample, "TIME", "--out", &out], "TIME");
    assert_fails("report", &["--modes", "ultra", "--out", &out], "ultra");
    assert_fails("array_to_video", &[sample, "UWND", &out, "ultra"], "ultra");
    assert!(!Path::new(&out).exists());

    fs::write(path("notes.txt"), "text").unwrap();
    assert_fails("report", &[&path("notes.txt"), "--out", &out], "notes.txt");
    assert_fails(
        "array_to_video",
        &[sample, "UWND", &path("notes.txt/out"), "max"],
        "notes.txt",
    );
    fs::write(path("empty.grib"), "").unwrap();
    assert_fails(
        "report",
        &[&path("empty.grib"), "--out", &out],
        "empty.grib",
    );
    fs::write(path("video_min0_max1_fc8.mp4"), "no video").unwrap();
    assert_fails(
        "video_to_array",
        &[&path("video_min0_max1_fc8.mp4"), &path("x.nc")],
        "MP4",
    );

    let output = run("array_to_video", &[sample, "UWND", &out, "max"]);
    let video = String::from_utf8(output.stdout)
        .unwrap()
        .trim_end()
        .to_owned();
    let bytes = fs::read(&video).unwrap();
    fs::write(&video, &bytes[..bytes.len() / 2]).unwrap();
    assert_fails("video_to_array", &[&video, &path("x.nc")], "video_min");
    assert!(!Path::new(&path("x.nc")).exists());
}

/// Runs an example, checks that it succeeds, and returns its output.
fn run_successfully(example: &str, arguments: &[&str]) -> String {
    let output = run(example, arguments);
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{arguments:?}: {error}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_variable_is_written_as_a_reel_and_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (sample, reel, decoded) = (sample(), path("winds.reel"), path("decoded.nc"));
    let winds = sample.to_str().unwrap();

    let options = [
        "abs:0.5",
        "--effort",
        "fast",
        "--base",
        "video",
        "--threads",
        "1",
        "--json",
    ];
    let arguments = [&[winds, "UWND", &reel][..], &options].concat();
    let printed = run_successfully("compress", &arguments);
    assert_eq!(printed.lines().count(), 1);
    let json: Value = serde_json::from_str(&printed).unwrap();
    let mut keys: Vec<&str> = json
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    keys.sort_unstable();
    let mut expected = [
        "bytes",
        "segment_bytes",
        "original_bytes",
        "ratio",
        "max_abs",
        "rmse",
        "psnr_db",
        "bound",
        "encode_s",
        "segments",
        "plan",
    ];
    expected.sort_unstable();
    assert_eq!(keys, expected);
    let number = |key: &str| json[key].as_f64().unwrap();
    assert_eq!(number("bytes"), fs::metadata(&reel).unwrap().len() as f64);
    assert!(number("segment_bytes") < number("bytes"));
    assert_eq!(number("original_bytes"), 4.0 * 60.0 * 73.0 * 144.0);
    let ratio = number("original_bytes") / number("segment_bytes");
    assert!((number("ratio") - ratio).abs() < 1e-9 * ratio);
    assert_eq!(json["bound"], "abs:5e-1");

    let printed = run_successfully("inspect", &[&reel, "--verify"]);
    for expected in [
        "UWND",
        "60 frames of 73×144",
        "FNOCX 144",
        "units = M/S",
        "overhead",
        "verified",
    ] {
        assert!(printed.contains(expected), "{expected}: {printed}");
    }

    let video = path("base.mp4");
    run_successfully("inspect", &[&reel, "--export", &video]);
    let limits = fieldreel::codec::ReadLimits::default();
    let base = fieldreel::codec::read_video(Path::new(&video), &limits).unwrap();
    assert_eq!(base.frames.len(), 60 * 73 * 144);

    run_successfully("decompress", &[&reel, &decoded]);
    let original = fieldreel::read_field(&sample, Some("UWND")).unwrap();
    let field = fieldreel::read_field(&decoded, Some("UWND")).unwrap();
    assert_eq!(field.dimensions, original.dimensions);
    assert_eq!(field.coordinates, original.coordinates);
    assert_eq!(field.attributes, original.attributes);
    assert_eq!(field.file_attributes, original.file_attributes);
    assert_eq!(field.missing, original.missing);
    let errors = original.values.to_f64() - field.values.to_f64();
    let max_error = errors
        .iter()
        .fold(0.0_f64, |max, error| max.max(error.abs()));
    assert!(
        max_error <= 0.5 && (max_error - number("max_abs")).abs() < 1e-12,
        "{max_error}"
    );
    let rmse = errors.mapv(|error| error * error).mean().unwrap().sqrt();
    assert!((rmse / number("rmse") - 1.0).abs() < 1e-6);
    let values = original.values.to_f64();
    let range = values.fold(f64::MIN, |a, &b| a.max(b)) - values.fold(f64::MAX, |a, &b| a.min(b));
    assert!((20.0 * (range / rmse).log10() - number("psnr_db")).abs() < 1e-4);

    run_successfully("decompress", &[&reel, &decoded, "--frames", "12..24"]);
    let year = fieldreel::read_field(&decoded, Some("UWND")).unwrap();
    assert_eq!(year.shape(), [12, 73, 144]);
    let months = original.coordinate("TIME").unwrap().values.to_f64();
    let selected = year.coordinate("TIME").unwrap().values.to_f64();
    assert_eq!((selected[0], selected[11]), (months[12], months[23]));

    let options = ["lossless", "--effort", "fast", "--json"];
    let arguments = [&[winds, "UWND", &reel][..], &options].concat();
    let printed = run_successfully("compress", &arguments);
    let json: Value = serde_json::from_str(&printed).unwrap();
    assert_eq!(
        (&json["psnr_db"], json["max_abs"].as_f64()),
        (&Value::Null, Some(0.0))
    );
    let printed = run_successfully(
        "compress",
        &[winds, "UWND", &reel, "psnr:40", "--effort", "fast"],
    );
    assert!(
        printed.contains("PSNR") && printed.contains("times smaller"),
        "{printed}"
    );
}

#[test]
fn a_simulation_writes_a_reel_of_frames() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("smoke.reel");
    let reel = path.to_str().unwrap();
    let size = ["--height", "40", "--width", "50", "--frames", "30"];
    let printed = run_successfully("stream", &[&[reel][..], &size].concat());
    assert!(
        printed.contains("30 frames") && printed.contains("peak memory"),
        "{printed}"
    );
    run_successfully("inspect", &[reel, "--verify"]);
    let field = fieldreel::read_field(&path, None).unwrap();
    assert_eq!(
        (field.name.as_str(), field.shape()),
        ("smoke", &[30, 40, 50][..])
    );
    assert_eq!(field.coordinate("time").unwrap().values.to_f64()[29], 29.0);
    let max = field.values.to_f64().fold(0.0_f64, |a, &b| a.max(b));
    assert!((0.3..1.02).contains(&max), "{max}");
}

#[test]
fn errors_of_reels_are_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (reel, output, sample) = (path("x.reel"), path("x.nc"), sample());
    let winds = sample.to_str().unwrap();
    let compress = |arguments: &[&str], expected: &str| {
        assert_fails(
            "compress",
            &[&[winds, "UWND", &reel][..], arguments].concat(),
            expected,
        );
    };
    compress(&[], "required");
    compress(&["abs:1", "rel:0.1"], "rel:0.1");
    for wrong in [
        "abs:-1",
        "abs:nan",
        "abs:inf",
        "abs:much",
        "rel:0",
        "rel:1.5",
        "pointwise:-1e-3",
        "psnr:-10",
        "psnr:1e9",
        "ratio:0.5",
        "ratio:inf",
    ] {
        compress(&[wrong], wrong);
    }
    for (option, wrong) in [("--effort", "none"), ("--threads", "-2"), ("--fill", "x")] {
        compress(&["lossless", option, wrong], wrong);
    }
    compress(&["ratio:1e15", "--effort", "fast"], "reached");
    assert_fails(
        "compress",
        &[&path("missing.nc"), "t", &reel, "abs:1"],
        "missing.nc",
    );
    assert_fails("compress", &[winds, "VWND", &reel, "abs:1"], "VWND");
    let nowhere = path("no/folder/x.reel");
    assert_fails("compress", &[winds, "UWND", &nowhere, "abs:1"], "no/folder");
    fs::write(path("notes.txt"), "text").unwrap();
    assert_fails(
        "compress",
        &[&path("notes.txt"), "t", &reel, "abs:1"],
        "notes.txt",
    );
    assert_fails("stream", &[&nowhere, "--frames", "3"], "no/folder");
    assert_fails("stream", &[&reel, "--height", "0"], "--height");
    assert_fails("stream", &[&reel, "--bound", "rel:7"], "rel:7");

    let programs: [(&str, &[&str]); 3] = [
        ("inspect", &[]),
        ("inspect", &["--verify"]),
        ("decompress", &[&output]),
    ];
    for (program, rest) in programs {
        for (file, expected) in [
            (path("missing.reel").as_str(), "missing.reel"),
            (winds, "not a reel"),
            (&path("notes.txt"), "notes.txt"),
        ] {
            assert_fails(program, &[&[file][..], rest].concat(), expected);
        }
    }

    let bytes = {
        let small = path("small.reel");
        let size = ["--height", "20", "--width", "30", "--frames", "9"];
        run_successfully("stream", &[&[small.as_str()][..], &size].concat());
        fs::read(small).unwrap()
    };
    fs::write(path("truncated.reel"), &bytes[..bytes.len() - 40]).unwrap();
    assert_fails(
        "decompress",
        &[&path("truncated.reel"), &output],
        "incomplete reel",
    );
    assert_fails("inspect", &[&path("truncated.reel")], "truncated.reel");
    let mut flipped = bytes.clone();
    flipped[bytes.len() / 2] ^= 1;
    fs::write(path("flipped.reel"), &flipped).unwrap();
    assert_fails(
        "decompress",
        &[&path("flipped.reel"), &output],
        "flipped.reel",
    );
    assert_fails("inspect", &[&path("flipped.reel"), "--verify"], "damaged");
    fs::write(path("good.reel"), &bytes).unwrap();
    let good = path("good.reel");
    assert_fails(
        "decompress",
        &[&good, &output, "--frames", "3..3"],
        "--frames",
    );
    assert_fails("decompress", &[&good, &output, "--frames", "5"], "--frames");
    assert_fails("decompress", &[&good, &output, "--frames", "5..99"], "99");
    assert_fails("decompress", &[&good, &path("no/folder/x.nc")], "no/folder");
    assert!(!Path::new(&output).exists() && !Path::new(&path("no")).exists());
}

#[test]
fn missing_values_are_counted_and_located_in_errors() {
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
    assert_fails("array_to_video", &[path, "gaps", out, "high"], "2 value(s)");
    assert_fails("array_to_video", &[path, "gaps", out, "high"], "[1, 2, 3]");
    assert_fails("report", &[path, "--out", out], "[1, 2, 3]");
}

#[test]
fn half_resolution_interpolates_linear_fields_exactly() {
    for shape in [(1, 1, 1), (2, 3, 4), (5, 6, 7), (4, 1, 9)] {
        let ramp = ndarray::Array3::from_shape_fn(shape, |(t, y, x)| (100 * t + 10 * y + x) as f64);
        let half = half_resolution::subsample(ramp.view());
        let interpolated = half_resolution::interpolate(half.view(), shape);
        assert_eq!(interpolated.dim(), shape);
        for ((t, y, x), &value) in interpolated.indexed_iter() {
            // The last point of an even length repeats the previous point.
            let source = |i: usize, len: usize| {
                if i + 1 == len && len.is_multiple_of(2) {
                    i - 1
                } else {
                    i
                }
            };
            let (t, y, x) = (source(t, shape.0), source(y, shape.1), source(x, shape.2));
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

#[test]
fn a_file_is_compressed_and_decompressed() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (input, small, again) = (sample(), path("small.nc"), path("again.nc"));
    let input = input.to_str().unwrap();
    let bound = ["--bound", "UW*=abs:0.1", "--effort", "fast"];
    let printed = run_successfully("compress_dataset", &[&[input, &small][..], &bound].concat());
    let row = printed
        .lines()
        .find(|line| line.starts_with("UWND"))
        .unwrap();
    assert!(
        row.contains("60×73×144") && row.contains("abs:1e-1"),
        "{row}"
    );
    let [error, ratio] = [2, 0].map(|at| row.split_whitespace().rev().nth(at).unwrap());
    let error: f64 = error.parse().unwrap();
    assert!(error <= 0.1 && error > 0.09, "{row}");
    assert!(ratio.parse::<f64>().unwrap() > 8.0, "{row}");
    assert!(printed.contains(" times smaller"));
    run_successfully("decompress_dataset", &[&small, &again]);
    let [original, back] = [input, &again].map(|path| {
        let field = fieldreel::read_field(path, Some("UWND")).unwrap();
        match field.values {
            fieldreel::formats::FieldValues::F32(values) => values,
            values => panic!("{:?}", values.shape()),
        }
    });
    assert_eq!(original.shape(), back.shape());
    let mut pairs = original.iter().zip(&back);
    assert!(pairs.all(|(x, y)| (x - y).abs() <= 0.1 || x.is_nan() && y.is_nan()));

    assert_fails(
        "compress_dataset",
        &[input, &small, "--bound", "T=abs:1"],
        "no variable is called",
    );
    assert_fails(
        "decompress_dataset",
        &[&path("none.nc"), &path("out.grib")],
        "cannot open",
    );
    let wrong = run("compress_dataset", &[input, &small, "--bound", "UWND:1"]);
    assert_eq!(wrong.status.code(), Some(2));
}

#[test]
fn files_of_the_netcdf_crate_are_compressed() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("wind.nc");
    let (input, out) = (sample(), out.to_str().unwrap());
    let input = input.to_str().unwrap();
    let printed = run_successfully("with_netcdf", &[input, "UWND", out, "0.05"]);
    let lines: Vec<&str> = printed.lines().collect();
    assert_eq!(lines[0], "UWND [60, 73, 144]: 2522880 bytes");
    for (line, what) in lines[1..].iter().zip(["reel", "NetCDF file"]) {
        let numbers: Vec<f64> = line
            .split([' ', ','])
            .filter_map(|word| word.parse().ok())
            .collect();
        let &[bytes, error] = numbers.as_slice() else {
            panic!("{line}");
        };
        assert!(
            line.starts_with(what) && error <= 0.05 && error > 0.04,
            "{line}"
        );
        assert!(bytes < 2_522_880.0 / 5.0, "{line}");
    }
    let field = fieldreel::read_field(out, None).unwrap();
    let original = fieldreel::read_field(input, None).unwrap();
    assert_eq!(field.coordinates, original.coordinates);
    assert_eq!(field.file_attributes, original.file_attributes);

    assert_fails(
        "with_netcdf",
        &[input, "V", out, "0.05"],
        "no variable \"V\"",
    );
    assert_fails("with_netcdf", &[input, "UWND", out, "nan"], "criterion");
    assert_fails(
        "with_netcdf",
        &["none.nc", "UWND", out, "1"],
        "No such file",
    );
}

#[test]
fn messages_of_the_eccodes_crate_are_compressed() {
    use fieldreel::formats::{GribOptions, write_grib};

    let folder = tempfile::tempdir().unwrap();
    let [grib, reel] = ["wind.grib", "wind.reel"].map(|name| folder.path().join(name));
    let mut wind = fieldreel::read_field(sample(), None).unwrap();
    wind.attributes.insert("standard_name", "eastward_wind");
    write_grib(&grib, &wind, &GribOptions::default()).unwrap();
    let (grib, out) = (grib.to_str().unwrap(), reel.to_str().unwrap());
    let printed = run_successfully("with_eccodes", &[grib, "u", out, "0.05"]);
    let lines: Vec<&str> = printed.lines().collect();
    assert_eq!(lines[0], "u [60, 73, 144] of 60 messages");
    assert!(lines[1].starts_with("reel: "), "{}", lines[1]);
    let field = fieldreel::read_field(&reel, None).unwrap();
    let values = field.values.to_f64();
    let expected = fieldreel::read_field(grib, None).unwrap().values.to_f64();
    let mut pairs = values.iter().zip(&expected);
    assert!(pairs.all(|(x, y)| (x - y).abs() <= 0.05));

    assert_fails("with_eccodes", &[grib, "2t", out, "0.05"], "at least 1");
    assert_fails(
        "with_eccodes",
        &["none.grib", "2t", out, "1"],
        "No such file",
    );
}
