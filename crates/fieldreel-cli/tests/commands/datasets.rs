//! `fieldreel compress`, `decompress` and `inspect` for whole files.

use crate::common::{Folder, fail, json, sample, succeed};

#[test]
fn a_file_is_compressed_and_decompressed() {
    let folder = Folder::new();
    let path = |name: &str| folder.path(name);
    let (input, small, again) = (sample(), path("small.nc"), path("again.nc"));
    let bound = ["--bound", "UW*=abs:0.1", "--effort", "fast"];
    let printed = succeed(&[&["compress", &input, &small][..], &bound].concat());
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
    succeed(&["decompress", &small, &again]);
    let [original, back] = [&input, &again].map(|path| {
        let field = fieldreel::read_field(path, Some("UWND")).unwrap();
        match field.values {
            fieldreel::formats::FieldValues::F32(values) => values,
            values => panic!("{:?}", values.shape()),
        }
    });
    assert_eq!(original.shape(), back.shape());
    let mut pairs = original.iter().zip(&back);
    assert!(pairs.all(|(x, y)| (x - y).abs() <= 0.1 || x.is_nan() && y.is_nan()));

    let unknown = ["--bound", "T=abs:1"];
    let unknown = [&["compress", &input, &small][..], &unknown].concat();
    fail(&unknown, 1, "navy_winds_uwnd.nc: no variable is called");
    let missing = path("none.nc");
    fail(
        &["decompress", &missing, &path("out.grib")],
        1,
        "cannot open",
    );
    fail(
        &["compress", &input, &small, "--bound", "UWND:1"],
        2,
        "UWND:1",
    );
}

#[test]
fn a_bound_without_a_name_is_for_all_data_variables() {
    let folder = Folder::new();
    let (input, small) = (sample(), folder.path("small.nc"));
    for option in ["--bound", "--default"] {
        let result = json(&["compress", &input, &small, option, "rel:1e-2"]);
        let winds = &result["variables"][3];
        assert_eq!(
            (&winds["name"], &winds["bound"]),
            (&"UWND".into(), &"rel:1e-2".into())
        );
        assert_eq!(result["variables"][0]["exact"], "coordinate");
    }
    let result = json(&["compress", &input, &small]);
    assert_eq!(result["variables"][3]["exact"], "no bound");
}

#[test]
fn the_variables_of_a_file_are_described() {
    let folder = Folder::new();
    let (input, small) = (sample(), folder.path("small.nc"));
    succeed(&["compress", &input, &small, "--bound", "rel:1e-2"]);
    let printed = succeed(&["inspect", &small]);
    let row = printed
        .lines()
        .find(|line| line.starts_with("UWND"))
        .unwrap();
    assert!(
        row.contains("abs:3.89") && row.contains("segments"),
        "{row}"
    );
    let result = json(&["inspect", &small]);
    assert_eq!(result["format"], "netcdf");
    let winds = &result["variables"][3];
    assert_eq!(
        (&winds["requested"], &winds["type"]),
        (&"rel:1e-2".into(), &"f32".into())
    );
    let plain = json(&["inspect", &input]);
    assert!(plain["variables"][3]["bound"].is_null());
    assert_eq!(plain["variables"][3]["role"], "data");
}

#[test]
fn options_of_another_format_are_refused() {
    let folder = Folder::new();
    let (input, small, reel) = (sample(), folder.path("small.nc"), folder.path("x.reel"));
    for (output, option, expected) in [
        (
            &small,
            &["--variable", "UWND"][..],
            "--variable is only for",
        ),
        (&small, &["--tile", "8,8"], "--tile is only for"),
        (&small, &["--fill", "-1"], "--fill is only for"),
        (&reel, &["--lossless", "UWND"], "--lossless is only for"),
        (
            &reel,
            &["--lossless-packed"],
            "--lossless-packed is only for",
        ),
        (&reel, &["--portable"], "--portable is only for"),
        (&reel, &["--chunk", "TIME=3"], "--chunk is only for"),
    ] {
        fail(
            &[&["compress", &input, output][..], option].concat(),
            2,
            expected,
        );
    }
    fail(
        &["compress", &input, &folder.path("x.zip")],
        2,
        "must be .reel",
    );
    fail(
        &["decompress", &input, &folder.path("x.zip")],
        2,
        "must be .nc",
    );
    fail(
        &["decompress", &input, &small, "--frames", "0..3"],
        2,
        "only for reels",
    );
    fail(
        &["inspect", &input, "--export", &folder.path("x.mp4")],
        2,
        "only for reels",
    );
}
