//! The program without any feature, which needs no C library.
#![cfg(test)]
#![cfg(not(any(
    feature = "ffmpeg",
    feature = "netcdf",
    feature = "grib",
    feature = "plot"
)))]

use std::fs;
use std::process::{Command, Output};

use fieldreel::{Compressor, ErrorBound, Metadata};
use ndarray::Array3;

fn run(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fieldreel"));
    command.args(arguments).output().unwrap()
}

#[test]
fn reels_are_compressed_verified_and_compared() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (exact, small) = (path("exact.reel"), path("small.reel"));
    let values = Array3::from_shape_fn((9, 20, 30), |(t, y, x)| {
        ((t + x) as f32 / 3.0).sin() + y as f32 / 7.0
    });
    Compressor::new(ErrorBound::Lossless)
        .with_metadata(Metadata::new("waves"))
        .write(&exact, &values)
        .unwrap();
    for (arguments, expected) in [
        (
            &["compress", &exact, &small, "--bound", "abs:0.01"][..],
            "abs:1e-2",
        ),
        (&["inspect", &small], "9 frames of 20×30"),
        (&["verify", &small, "--against", &exact], "within abs:1e-2"),
        (&["compare", &exact, &small], "largest error"),
        (&["completions", "bash"], "verify"),
        (&["man"], "fieldreel"),
    ] {
        let output = run(arguments);
        let printed = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{arguments:?}");
        assert!(printed.contains(expected), "{arguments:?}: {printed}");
    }
    let mut bytes = fs::read(&small).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&small, &bytes).unwrap();
    assert_eq!(run(&["verify", &small]).status.code(), Some(3));
}

#[test]
fn errors_name_the_missing_feature() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let reel = path("x.reel");
    let values = Array3::<f32>::ones((2, 8, 9));
    Compressor::new(ErrorBound::Lossless)
        .write(&reel, &values)
        .unwrap();
    for (arguments, feature) in [
        (&["compress", "in.nc", &reel][..], "netcdf"),
        (&["compress", "in.grib", &reel], "grib"),
        (&["compress", "in.nc", &path("out.nc")], "dataset"),
        (&["decompress", &reel, &path("out.nc")], "netcdf"),
        (&["decompress", &reel, &path("out.grib")], "grib"),
        (&["decompress", "in.nc", &path("out.nc")], "dataset"),
        (&["inspect", "in.nc"], "dataset"),
        (&["verify", "in.nc"], "dataset"),
        (&["archive", "run", "m.jsonl", "--jobs", "2"], "archive"),
        (&["compare", "in.mp4", &reel], "ffmpeg"),
        (&["compare", &reel, &reel, "--figure", "x.png"], "plot"),
        (&["to-video", &reel, &path("x.mkv")], "ffmpeg"),
        (&["from-video", "in.mp4", &path("x.nc")], "ffmpeg"),
        (&["explain", &reel], "ffmpeg"),
        (&["report", &reel], "ffmpeg"),
    ] {
        let output = run(arguments);
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {error}");
        assert_eq!(error.lines().count(), 1, "{error}");
        let expected = format!("--features {feature}`");
        assert!(error.contains(&expected), "{arguments:?}: {error}");
    }
}
