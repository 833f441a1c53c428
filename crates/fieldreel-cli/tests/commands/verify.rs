//! `fieldreel verify`, and its exit codes.

use std::fs;

use crate::common::{Folder, fail, json, ncgen, run, sample, succeed, write_reel, write_variable};

/// The exit code for damage and for values that exceed their bound.
const FAILED: i32 = 3;

#[test]
fn a_reel_is_verified_with_and_without_the_original() {
    let folder = Folder::new();
    let path = |name: &str| folder.path(name);
    let (winds, reel, plain) = (sample(), path("winds.reel"), path("plain.nc"));
    succeed(&[
        "compress", &winds, &reel, "--bound", "rel:1e-2", "--effort", "fast",
    ]);
    assert!(succeed(&["verify", &reel]).contains("630720 values are intact"));
    let printed = succeed(&["verify", &reel, "--against", &winds]);
    assert!(
        printed.contains("630720 values are within rel:1e-2"),
        "{printed}"
    );
    assert_eq!(succeed(&["verify", "-q", &reel]), "");
    let result = json(&["verify", &reel, "--against", &winds]);
    assert_eq!(
        (&result["ok"], &result["compared"]),
        (&true.into(), &true.into())
    );
    let error = result["variables"][0]["max_abs_error"].as_f64().unwrap();
    assert!(error > 0.38 && error <= 0.39, "{error}");

    // A narrower bound is exceeded, and so is that of a reel of other values.
    let narrow = ["verify", &reel, "--against", &winds, "--bound", "abs:0.3"];
    fail(&narrow, FAILED, "winds.reel: UWND: ");
    let output = run(&[&narrow[..], &["--json"]].concat());
    let result: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(result["ok"], false);
    assert!(result["variables"][0]["exceeding"].as_u64().unwrap() > 1000);
    succeed(&["decompress", &reel, &plain]);
    succeed(&["verify", &reel, "--against", &plain, "--bound", "lossless"]);
    let exact = ["verify", &reel, "--against", &winds, "--bound", "lossless"];
    fail(
        &exact,
        FAILED,
        "differ from the original; the first one, at [0, 0, 0], is ",
    );
}

#[test]
fn damage_of_a_reel_is_found() {
    let folder = Folder::new();
    let path = |name: &str| folder.path(name);
    let bytes = write_reel(&path("good.reel"));
    succeed(&["verify", &path("good.reel")]);
    let mut flipped = bytes.clone();
    flipped[bytes.len() / 2] ^= 1;
    fs::write(path("flipped.reel"), &flipped).unwrap();
    fail(&["verify", &path("flipped.reel")], FAILED, "is damaged");
    fs::write(path("truncated.reel"), &bytes[..bytes.len() - 40]).unwrap();
    fail(
        &["verify", &path("truncated.reel")],
        FAILED,
        "incomplete reel",
    );
    fail(&["verify", &path("missing.reel")], 1, "missing.reel");
    fs::write(path("notes.txt"), "text").unwrap();
    fail(&["verify", &path("notes.txt")], 1, "notes.txt");
    fail(&["verify", &path("video.mp4")], 2, "compare");
    fail(
        &["verify", &path("good.reel"), "--bound", "abs:1"],
        2,
        "--against",
    );
}

#[test]
fn a_target_is_verified_by_its_certified_errors() {
    let folder = Folder::new();
    let (winds, reel, small) = (sample(), folder.path("winds.reel"), folder.path("small.nc"));
    for output in [&reel, &small] {
        succeed(&[
            "compress", &winds, output, "--bound", "psnr:50", "--effort", "fast",
        ]);
        let printed = succeed(&["verify", output, "--against", &winds]);
        assert!(printed.contains("verified"), "{printed}");
    }
}

#[test]
fn every_variable_of_a_file_is_compared() {
    let folder = Folder::new();
    let path = |name: &str| folder.path(name);
    let (original, small) = (path("original.nc"), path("small.nc"));
    let values: Vec<String> = (0..400).map(|at| (at * at % 997).to_string()).collect();
    let values = values.join(", ");
    ncgen(
        &original,
        &format!(
            "dimensions: t = 4; y = 10; x = 10; n = 3; variables: float f(t, y, x); \
             f:_FillValue = 4.f; short packed(t, y, x); packed:scale_factor = 0.1; \
             packed:add_offset = 5.; packed:_FillValue = 9s; byte u(t, y, x); \
             u:_Unsigned = \"true\"; int i(t, y, x); string name(n); char c(n); \
             data: f = {values}; packed = {values}; i = {values}; name = \"a\", \"b\", \"c\"; \
             c = \"xyz\"; u = {};",
            vec!["100, -100"; 200].join(", ")
        ),
    );
    let options = [
        "--bound", "abs:0.5", "--bound", "i=abs:3", "--bound", "u=abs:40",
    ];
    succeed(&[&["compress", &original, &small][..], &options].concat());
    succeed(&["verify", &small]);
    let result = json(&["verify", &small, "--against", &original]);
    let variables = result["variables"].as_array().unwrap();
    assert_eq!(variables.len(), 6);
    let error = |name: &str| {
        let mut variables = variables.iter();
        let variable = variables.find(|variable| variable["name"] == name).unwrap();
        variable["max_abs_error"].as_f64().unwrap()
    };
    for (name, bound) in [("f", 0.5), ("packed", 0.5), ("i", 3.0), ("u", 40.0)] {
        assert!(
            (0.0..=bound).contains(&error(name)),
            "{name}: {}",
            error(name)
        );
    }
    let narrow = ["--bound", "i=lossless", "--bound", "f=abs:1e-6"];
    let narrow = [&["verify", &small, "--against", &original][..], &narrow].concat();
    if error("f") > 1e-6 {
        fail(&narrow, FAILED, "small.nc: f: ");
    }

    // Another file, another shape, and a missing variable.
    let other = path("other.nc");
    write_variable(&other, "f", ndarray::Array3::zeros((4, 10, 9)));
    fail(
        &["verify", &other, "--against", &original],
        FAILED,
        "the shape is 4×10×9",
    );
    fail(
        &["verify", &original, "--against", &other],
        FAILED,
        "and 5 more",
    );
}

#[test]
fn damage_of_a_file_is_found() {
    let folder = Folder::new();
    let (winds, small) = (sample(), folder.path("small.nc"));
    succeed(&["compress", &winds, &small, "--bound", "rel:1e-2"]);
    let mut bytes = fs::read(&small).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&small, &bytes).unwrap();
    fail(&["verify", &small], FAILED, "small.nc: UWND: ");
    fail(
        &["verify", &small, "--against", &winds],
        FAILED,
        "small.nc: UWND: ",
    );
    fail(&["verify", &folder.path("none.nc")], 1, "none.nc");
    fail(
        &["verify", &small, "--against", &folder.path("none.nc")],
        1,
        "none.nc",
    );
}

#[test]
fn values_that_become_missing_are_found() {
    let folder = Folder::new();
    let path = |name: &str| folder.path(name);
    let (original, changed) = (path("original.nc"), path("changed.nc"));
    let mut values = ndarray::Array3::<f32>::ones((2, 8, 9));
    write_variable(&original, "v", values.clone());
    values[[1, 2, 3]] = f32::NAN;
    write_variable(&changed, "v", values);
    let wide = ["--bound", "v=abs:1e30"];
    for [a, b] in [[&original, &changed], [&changed, &original]] {
        let arguments = [&["verify", a, "--against", b][..], &wide].concat();
        fail(&arguments, FAILED, "1 of 144 values are not within");
    }
}
