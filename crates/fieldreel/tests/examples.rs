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

/// Runs an example that must succeed; what it printed.
fn succeeds(example: &str, arguments: &[&str]) -> String {
    let output = run(example, arguments);
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{arguments:?}: {error}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_variable_goes_to_a_reel_and_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (sample, reel, back) = (sample(), path("winds.reel"), path("back.nc"));
    let winds = sample.to_str().unwrap();

    let bound = [
        "abs:0.5",
        "--effort",
        "fast",
        "--base",
        "video",
        "--threads",
        "1",
        "--json",
    ];
    let printed = succeeds("compress", &[&[winds, "UWND", &reel][..], &bound].concat());
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
    assert_eq!(json["bound"], "absolute 5e-1");

    let told = succeeds("inspect", &[&reel, "--verify"]);
    for part in [
        "UWND",
        "60 frames of 73×144",
        "FNOCX 144",
        "units = M/S",
        "overhead",
        "verified",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }

    let video = path("base.mp4");
    succeeds("inspect", &[&reel, "--export", &video]);
    let limits = fieldreel::codec::ReadLimits::default();
    let base = fieldreel::codec::read_video(Path::new(&video), &limits).unwrap();
    assert_eq!(base.frames.len(), 60 * 73 * 144);

    succeeds("decompress", &[&reel, &back]);
    let original = fieldreel::read_field(&sample, Some("UWND")).unwrap();
    let field = fieldreel::read_field(&back, Some("UWND")).unwrap();
    assert_eq!(field.dimensions, original.dimensions);
    assert_eq!(field.coordinates, original.coordinates);
    assert_eq!(field.attributes, original.attributes);
    assert_eq!(field.file_attributes, original.file_attributes);
    assert_eq!(field.missing, original.missing);
    let errors = original.values.to_f64() - field.values.to_f64();
    let worst = errors
        .iter()
        .fold(0.0_f64, |worst, error| worst.max(error.abs()));
    assert!(
        worst <= 0.5 && (worst - number("max_abs")).abs() < 1e-12,
        "{worst}"
    );
    let rmse = errors.mapv(|error| error * error).mean().unwrap().sqrt();
    assert!((rmse / number("rmse") - 1.0).abs() < 1e-6);
    let values = original.values.to_f64();
    let range = values.fold(f64::MIN, |a, &b| a.max(b)) - values.fold(f64::MAX, |a, &b| a.min(b));
    assert!((20.0 * (range / rmse).log10() - number("psnr_db")).abs() < 1e-4);

    succeeds("decompress", &[&reel, &back, "--frames", "12..24"]);
    let year = fieldreel::read_field(&back, Some("UWND")).unwrap();
    assert_eq!(year.shape(), [12, 73, 144]);
    let months = original.coordinate("TIME").unwrap().values.to_f64();
    let own = year.coordinate("TIME").unwrap().values.to_f64();
    assert_eq!((own[0], own[11]), (months[12], months[23]));

    let exact = ["lossless", "--effort", "fast", "--json"];
    let printed = succeeds("compress", &[&[winds, "UWND", &reel][..], &exact].concat());
    let json: Value = serde_json::from_str(&printed).unwrap();
    assert_eq!(
        (&json["psnr_db"], json["max_abs"].as_f64()),
        (&Value::Null, Some(0.0))
    );
    let printed = succeeds(
        "compress",
        &[winds, "UWND", &reel, "psnr:40", "--effort", "fast"],
    );
    assert!(
        printed.contains("PSNR") && printed.contains("times smaller"),
        "{printed}"
    );
}

#[test]
fn a_simulation_streams_frames() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("smoke.reel");
    let reel = path.to_str().unwrap();
    let size = ["--height", "40", "--width", "50", "--frames", "30"];
    let printed = succeeds("stream", &[&[reel][..], &size].concat());
    assert!(
        printed.contains("30 frames") && printed.contains("peak memory"),
        "{printed}"
    );
    succeeds("inspect", &[reel, "--verify"]);
    let field = fieldreel::read_field(&path, None).unwrap();
    assert_eq!(
        (field.name.as_str(), field.shape()),
        ("smoke", &[30, 40, 50][..])
    );
    assert_eq!(field.coordinate("time").unwrap().values.to_f64()[29], 29.0);
    let highest = field.values.to_f64().fold(0.0_f64, |a, &b| a.max(b));
    assert!((0.3..1.02).contains(&highest), "{highest}");
}

#[test]
fn what_no_reel_can_be_is_told_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (reel, back, sample) = (path("x.reel"), path("x.nc"), sample());
    let winds = sample.to_str().unwrap();
    let compress = |arguments: &[&str], expected: &str| {
        fails(
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
    fails(
        "compress",
        &[&path("missing.nc"), "t", &reel, "abs:1"],
        "missing.nc",
    );
    fails("compress", &[winds, "VWND", &reel, "abs:1"], "VWND");
    let nowhere = path("no/folder/x.reel");
    fails("compress", &[winds, "UWND", &nowhere, "abs:1"], "no/folder");
    fs::write(path("notes.txt"), "text").unwrap();
    fails(
        "compress",
        &[&path("notes.txt"), "t", &reel, "abs:1"],
        "notes.txt",
    );
    fails("stream", &[&nowhere, "--frames", "3"], "no/folder");
    fails("stream", &[&reel, "--height", "0"], "--height");
    fails("stream", &[&reel, "--bound", "rel:7"], "rel:7");

    let programs: [(&str, &[&str]); 3] = [
        ("inspect", &[]),
        ("inspect", &["--verify"]),
        ("decompress", &[&back]),
    ];
    for (program, rest) in programs {
        for (file, expected) in [
            (path("missing.reel").as_str(), "missing.reel"),
            (winds, "not a reel"),
            (&path("notes.txt"), "notes.txt"),
        ] {
            fails(program, &[&[file][..], rest].concat(), expected);
        }
    }

    let whole = {
        let small = path("small.reel");
        let size = ["--height", "20", "--width", "30", "--frames", "9"];
        succeeds("stream", &[&[small.as_str()][..], &size].concat());
        fs::read(small).unwrap()
    };
    fs::write(path("cut.reel"), &whole[..whole.len() - 40]).unwrap();
    fails("decompress", &[&path("cut.reel"), &back], "not whole");
    fails("inspect", &[&path("cut.reel")], "cut.reel");
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 1;
    fs::write(path("flipped.reel"), &flipped).unwrap();
    fails(
        "decompress",
        &[&path("flipped.reel"), &back],
        "flipped.reel",
    );
    fails("inspect", &[&path("flipped.reel"), "--verify"], "damaged");
    fs::write(path("good.reel"), &whole).unwrap();
    let good = path("good.reel");
    fails(
        "decompress",
        &[&good, &back, "--frames", "3..3"],
        "--frames",
    );
    fails("decompress", &[&good, &back, "--frames", "5"], "--frames");
    fails("decompress", &[&good, &back, "--frames", "5..99"], "99");
    fails("decompress", &[&good, &path("no/folder/x.nc")], "no/folder");
    assert!(!Path::new(&back).exists() && !Path::new(&path("no")).exists());
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

#[test]
#[cfg(feature = "dataset")]
fn a_file_is_compressed_and_written_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (input, small, again) = (sample(), path("small.nc"), path("again.nc"));
    let input = input.to_str().unwrap();
    let bound = ["--bound", "UW*=abs:0.1", "--effort", "fast"];
    let printed = succeeds("compress_dataset", &[&[input, &small][..], &bound].concat());
    let row = printed
        .lines()
        .find(|line| line.starts_with("UWND"))
        .unwrap();
    assert!(
        row.contains("60×73×144") && row.contains("absolute 1e-1"),
        "{row}"
    );
    let [error, ratio] = [2, 0].map(|at| row.split_whitespace().rev().nth(at).unwrap());
    let error: f64 = error.parse().unwrap();
    assert!(error <= 0.1 && error > 0.09, "{row}");
    assert!(ratio.parse::<f64>().unwrap() > 8.0, "{row}");
    assert!(printed.contains(" times smaller"));
    succeeds("decompress_dataset", &[&small, &again]);
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

    fails(
        "compress_dataset",
        &[input, &small, "--bound", "T=abs:1"],
        "no variable is called",
    );
    fails(
        "decompress_dataset",
        &[&path("none.nc"), &path("out.grib")],
        "cannot open",
    );
    let wrong = run("compress_dataset", &[input, &small, "--bound", "UWND:1"]);
    assert_eq!(wrong.status.code(), Some(2));
}

#[cfg(feature = "netcdf-crate")]
#[test]
fn files_of_the_netcdf_crate_are_compressed() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("wind.nc");
    let (input, out) = (sample(), out.to_str().unwrap());
    let input = input.to_str().unwrap();
    let printed = succeeds("with_netcdf", &[input, "UWND", out, "0.05"]);
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

    fails(
        "with_netcdf",
        &[input, "V", out, "0.05"],
        "no variable \"V\"",
    );
    fails("with_netcdf", &[input, "UWND", out, "nan"], "bound");
    fails(
        "with_netcdf",
        &["none.nc", "UWND", out, "1"],
        "No such file",
    );
}

#[cfg(feature = "eccodes-crate")]
#[test]
fn messages_of_the_eccodes_crate_are_compressed() {
    use fieldreel::formats::{GribOptions, write_grib};

    let folder = tempfile::tempdir().unwrap();
    let [grib, reel] = ["wind.grib", "wind.reel"].map(|name| folder.path().join(name));
    let mut wind = fieldreel::read_field(sample(), None).unwrap();
    wind.attributes.insert("standard_name", "eastward_wind");
    write_grib(&grib, &wind, &GribOptions::default()).unwrap();
    let (grib, out) = (grib.to_str().unwrap(), reel.to_str().unwrap());
    let printed = succeeds("with_eccodes", &[grib, "u", out, "0.05"]);
    let lines: Vec<&str> = printed.lines().collect();
    assert_eq!(lines[0], "u [60, 73, 144] of 60 messages");
    assert!(lines[1].starts_with("reel: "), "{}", lines[1]);
    let field = fieldreel::read_field(&reel, None).unwrap();
    let values = field.values.to_f64();
    let expected = fieldreel::read_field(grib, None).unwrap().values.to_f64();
    let mut pairs = values.iter().zip(&expected);
    assert!(pairs.all(|(x, y)| (x - y).abs() <= 0.05));

    fails("with_eccodes", &[grib, "2t", out, "0.05"], "1 or more");
    fails(
        "with_eccodes",
        &["none.grib", "2t", out, "1"],
        "No such file",
    );
}
