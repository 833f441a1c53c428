//! The JSON of every command that prints results.

use serde_json::Value;

use crate::common::{Folder, json, sample};

#[test]
fn every_command_prints_one_json_document() {
    let folder = Folder::new();
    let path = |name: &str| folder.path(name);
    let winds = sample();
    let [reel, small, plain, part] = ["x.reel", "small.nc", "plain.nc", "part.nc"].map(path);
    let [video, back, grib] = ["x.mkv", "back.nc", "x.grib2"].map(path);
    let [report, explain] = ["report", "explain"].map(path);
    let fast = ["--bound", "rel:1e-2", "--effort", "fast"];
    let cases: [(Vec<&str>, &str); 13] = [
        (
            [&["compress", &winds, &reel][..], &fast].concat(),
            "psnr_db",
        ),
        (
            [&["compress", &winds, &small][..], &fast].concat(),
            "variables",
        ),
        (
            vec!["decompress", &reel, &part, "--frames", "0..3"],
            "output_bytes",
        ),
        (vec!["decompress", &small, &plain], "output_bytes"),
        (vec!["decompress", &reel, &grib], "shape"),
        (vec!["inspect", &reel], "segments"),
        (vec!["inspect", &small], "variables"),
        (vec!["verify", &reel], "ok"),
        (vec!["verify", &small, "--against", &winds], "ok"),
        (vec!["compare", &winds, &reel], "rel_max"),
        (vec!["to-video", &winds, &video, "--mode", "max"], "video"),
        (vec!["from-video", &video, &back], "shape"),
        (
            vec!["report", &winds, "--modes", "max,NCZip", "--out", &report],
            "rows",
        ),
    ];
    for (arguments, key) in cases {
        let result: Value = json(&arguments);
        assert!(result.get(key).is_some(), "{arguments:?}: {result}");
    }
    let result = json(&["explain", &winds, "--out", &explain]);
    assert_eq!(result["layers"][1]["name"], "decoded values");
}
