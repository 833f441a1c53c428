//! The examples run, and print what they should.
#![cfg(test)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Returns the path of the sample data.
fn sample() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/navy_winds_uwnd.nc");
    path.to_str().unwrap().to_owned()
}

/// Runs an example, which `cargo test` builds in the folder `examples` beside this test.
fn run(example: &str, arguments: &[&str]) -> Output {
    let test = std::env::current_exe().unwrap();
    let folder: PathBuf = test.ancestors().nth(2).unwrap().join("examples");
    let mut command = Command::new(folder.join(example));
    command.args(arguments).output().unwrap()
}

/// Runs an example, checks that it succeeds, and returns its output.
fn succeed(example: &str, arguments: &[&str]) -> String {
    let output = run(example, arguments);
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{arguments:?}: {error}");
    String::from_utf8(output.stdout).unwrap()
}

/// Runs an example, and checks that it fails with an error that contains `expected`.
fn fail(example: &str, arguments: &[&str], expected: &str) {
    let output = run(example, arguments);
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{arguments:?}");
    assert!(error.contains(expected), "{arguments:?}: {error}");
}

#[test]
fn arrays_and_regions_are_compressed_and_read() {
    assert!(succeed("compress_array", &[]).contains("compression ratio"));
    assert!(succeed("read_region", &[]).contains("(4, 20, 40)"));
    let printed = succeed("errors", &[]);
    let remedies: Vec<_> = printed
        .lines()
        .map(|line| line.split(": ").next().unwrap())
        .collect();
    assert_eq!(
        remedies,
        [
            "use other arguments",
            "get the file again",
            "get the file again",
            "raise the limit",
            "check the path and the disk"
        ]
    );
}

#[test]
fn simulations_write_reels_of_frames() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("smoke.reel");
    let reel = path.to_str().unwrap();
    succeed("stream", &[reel]);
    let field = fieldreel::read_field(&path, None).unwrap();
    assert_eq!(
        (field.name.as_str(), field.shape()),
        ("smoke", &[200, 256, 256][..])
    );
    assert_eq!(
        field.coordinate("time").unwrap().values.to_f64()[199],
        199.0
    );
    let max = field.values.to_f64().fold(0.0_f64, |a, &b| a.max(b));
    assert!((0.3..1.02).contains(&max), "{max}");
    // Standard output gets the same bytes.
    let output = run("stream", &["-"]);
    assert_eq!(output.stdout, std::fs::read(&path).unwrap());

    let out = folder.path().join("tracer.nc");
    let printed = succeed("simulation", &[out.to_str().unwrap()]);
    assert!(printed.contains("bound 1e-3"), "{printed}");
    let field = fieldreel::read_field(&out, Some("tracer")).unwrap();
    assert_eq!(field.shape(), [96, 90, 180]);
}

#[test]
fn files_videos_and_figures_are_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let printed = succeed("whole_file", &[&sample()]);
    assert!(printed.contains("UWND: 2522880 bytes"), "{printed}");
    assert!(printed.contains("abs:5e-2, largest error 0.0"), "{printed}");
    assert!(succeed("video", &[&path("x.mkv")]).contains("vlow: "));
    succeed("figure", &[&sample(), "UWND", &path("x.png")]);
    let png = std::fs::read(path("x.png")).unwrap();
    assert!(png.starts_with(b"\x89PNG") && png.len() > 10_000);
}

#[test]
fn files_of_the_netcdf_crate_are_compressed() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("wind.nc");
    let (input, out) = (sample(), out.to_str().unwrap());
    let printed = succeed("with_netcdf", &[&input, "UWND", out]);
    let lines: Vec<&str> = printed.lines().collect();
    assert_eq!(lines[0], "UWND [60, 73, 144]: 2522880 bytes");
    for (line, label) in lines[1..].iter().zip(["reel", "NetCDF file"]) {
        let numbers: Vec<f64> = line
            .split([' ', ','])
            .filter_map(|word| word.parse().ok())
            .collect();
        let &[bytes, error] = numbers.as_slice() else {
            panic!("{line}");
        };
        assert!(
            line.starts_with(label) && error <= 0.05 && error > 0.04,
            "{line}"
        );
        assert!(bytes < 2_522_880.0 / 5.0, "{line}");
    }
    let field = fieldreel::read_field(out, None).unwrap();
    let original = fieldreel::read_field(input, None).unwrap();
    assert_eq!(field.coordinates, original.coordinates);
    assert_eq!(field.file_attributes, original.file_attributes);

    fail("with_netcdf", &[&sample(), "V", out], "\"V\"");
    fail("with_netcdf", &["none.nc", "UWND", out], "Netcdf(2)");
    fail("with_netcdf", &[], "usage: ");
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
    let printed = succeed("with_eccodes", &[grib, "u", out]);
    let lines: Vec<&str> = printed.lines().collect();
    assert_eq!(lines[0], "u [60, 73, 144] of 60 messages");
    assert!(lines[1].starts_with("reel: "), "{}", lines[1]);
    let field = fieldreel::read_field(&reel, None).unwrap();
    let values = field.values.to_f64();
    let expected = fieldreel::read_field(grib, None).unwrap().values.to_f64();
    let mut pairs = values.iter().zip(&expected);
    assert!(pairs.all(|(x, y)| (x - y).abs() <= 0.05));

    fail("with_eccodes", &[grib, "2t", out], "Error: ");
    fail("with_eccodes", &["none.grib", "2t", out], "Error: ");
    fail("with_eccodes", &[], "usage: ");
}
