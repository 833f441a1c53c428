//! `fieldreel to-video` and `fieldreel from-video`.

use std::fs;
use std::path::Path;

use crate::common::{Folder, fail, sample, succeed};

#[test]
fn a_variable_is_written_as_a_video_and_read_again() {
    let folder = Folder::new();
    let out = folder.path("videos");
    let video = succeed(&["to-video", &sample(), &out, "--mode", "vlow"]);
    let video = video.trim_end();
    assert!(video.ends_with("_fc12.mp4") && Path::new(video).exists());
    let named = folder.path("wind.mkv");
    succeed(&[
        "to-video",
        &sample(),
        &named,
        "--variable",
        "UWND",
        "--mode",
        "vlow",
    ]);

    for (video, name) in [(video, "field"), (&named, "UWND")] {
        let decoded = folder.path("decoded.nc");
        succeed(&["from-video", video, &decoded, "--variable", name]);
        let field = fieldreel::read_field(&decoded, Some(name)).unwrap();
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
    }

    let report = folder.path("report");
    succeed(&[
        "report",
        video,
        "--modes",
        "extreme,NCZip",
        "--out",
        &report,
    ]);
    let report = Path::new(&report);
    assert!(report.join("NCZip_images.png").exists() && !report.join("max_images.png").exists());
}

#[test]
fn errors_of_videos_and_reports_are_one_line() {
    let folder = Folder::new();
    let path = |name: &str| folder.path(name);
    let (out, sample) = (path("out"), sample());

    fail(
        &["report", &path("missing.nc"), "--out", &out],
        1,
        "missing.nc",
    );
    fail(
        &["report", &sample, "--variable", "VWND", "--out", &out],
        1,
        "VWND",
    );
    fail(
        &["report", &sample, "--variable", "TIME", "--out", &out],
        1,
        "TIME",
    );
    fail(
        &["report", &sample, "--modes", "ultra", "--out", &out],
        2,
        "ultra",
    );
    fail(&["to-video", &sample, &out, "--mode", "ultra"], 2, "ultra");
    fail(
        &["to-video", &sample, &path("x.nc")],
        2,
        "(.mp4, .mkv) or a folder",
    );
    assert!(!Path::new(&out).exists());

    fs::write(path("notes.txt"), "text").unwrap();
    fail(
        &["report", &path("notes.txt"), "--out", &out],
        1,
        "notes.txt",
    );
    let inside = path("notes.txt/out");
    fail(
        &["to-video", &sample, &inside, "--mode", "max"],
        1,
        "notes.txt",
    );
    fs::write(path("empty.grib"), "").unwrap();
    fail(
        &["report", &path("empty.grib"), "--out", &out],
        1,
        "empty.grib",
    );
    fs::write(path("video_min0_max1_fc8.mp4"), "no video").unwrap();
    fail(
        &[
            "from-video",
            &path("video_min0_max1_fc8.mp4"),
            &path("x.nc"),
        ],
        1,
        "MP4",
    );
    fail(&["from-video", &sample, &path("x.nc")], 2, "extension");

    let video = succeed(&["to-video", &sample, &out, "--mode", "max"]);
    let video = video.trim_end();
    let bytes = fs::read(video).unwrap();
    fs::write(video, &bytes[..bytes.len() / 2]).unwrap();
    fail(&["from-video", video, &path("x.nc")], 1, "video_min");
    assert!(!Path::new(&path("x.nc")).exists());
}

#[test]
fn missing_values_are_counted_and_located_in_errors() {
    let folder = Folder::new();
    let (path, out) = (folder.path("gaps.nc"), folder.path("out"));
    let mut values = ndarray::Array3::<f32>::zeros((2, 20, 30));
    values[[1, 2, 3]] = f32::NAN;
    values[[1, 9, 9]] = f32::NAN;
    crate::common::write_variable(&path, "gaps", values);
    fail(&["to-video", &path, &out], 1, "2 value(s)");
    fail(&["to-video", &path, &out], 1, "gaps.nc: gaps: ");
    fail(&["report", &path, "--out", &out], 1, "[1, 2, 3]");
}
