//! `fieldreel compare`.

use std::fs;

use crate::common::{Folder, fail, json, sample, succeed, write_variable};

#[test]
fn the_errors_of_every_format_are_measured_and_drawn() {
    let folder = Folder::new();
    let path = |name: &str| folder.path(name);
    let winds = sample();
    let compressed = [path("small.nc"), path("winds.reel")];
    for file in &compressed {
        succeed(&[
            "compress", &winds, file, "--bound", "abs:0.5", "--effort", "fast",
        ]);
    }
    let video = path("winds.mkv");
    succeed(&["to-video", &winds, &video, "--mode", "max"]);
    for file in [&compressed[0], &compressed[1], &video] {
        let figure = path("figure.png");
        let result = json(&["compare", &winds, file, "--figure", &figure]);
        let number = |key: &str| result[key].as_f64().unwrap();
        assert_eq!(
            (&result["variable"], &result["units"]),
            (&"UWND".into(), &"M/S".into())
        );
        assert_eq!(number("valid"), 60.0 * 73.0 * 144.0);
        assert!(number("mean_abs") < number("rmse") && number("rmse") < number("max_abs"));
        assert!(file == &video || number("max_abs") <= 0.5, "{result}");
        assert!(number("worst_frame") < 60.0);
        let png = fs::read(&figure).unwrap();
        assert!(png.starts_with(b"\x89PNG") && png.len() > 10_000);
        fs::remove_file(figure).unwrap();
    }
    let printed = succeed(&["compare", &compressed[1], &compressed[1]]);
    assert!(printed.contains("the values are equal"), "{printed}");
    let svg = path("figure.svg");
    succeed(&["compare", &winds, &video, "--figure", &svg, "--frame", "3"]);
    assert!(fs::read_to_string(svg).unwrap().contains("frame 3"));
}

#[test]
fn fields_that_cannot_be_compared_are_an_error() {
    let folder = Folder::new();
    let path = |name: &str| folder.path(name);
    let (winds, other, gaps) = (sample(), path("other.nc"), path("gaps.nc"));
    let mut values = ndarray::Array3::<f32>::zeros((2, 8, 9));
    write_variable(&other, "v", values.clone());
    values[[0, 1, 2]] = f32::NAN;
    write_variable(&gaps, "v", values);
    fail(
        &["compare", &winds, &other],
        1,
        "the shape is 2×8×9 instead of 60×73×144",
    );
    fail(
        &["compare", &other, &gaps],
        1,
        "gaps.nc: v cannot be compared",
    );
    fail(&["compare", &winds, &path("none.nc")], 1, "none.nc");
    fail(
        &["compare", &winds, &winds, "--variable", "V"],
        1,
        "no variable \"V\"",
    );
    let figure = ["--figure", &path("x.png"), "--frame", "60"];
    fail(
        &[&["compare", &winds, &winds][..], &figure].concat(),
        2,
        "0 to 59",
    );
    fail(&["compare", &winds, &winds, "--frame", "1"], 2, "--figure");
}
