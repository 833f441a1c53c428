//! `fieldreel report` and `fieldreel explain`.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::common::{Folder, sample, succeed};

#[test]
fn the_report_has_a_row_and_figures_for_each_mode() {
    let folder = Folder::new();
    let out = folder.path("report");
    let printed = succeed(&["report", &sample(), "--out", &out, "--jobs", "2"]);
    assert!(printed.contains("UWND of navy_winds_uwnd.nc") && printed.contains("LL-JP2K"));

    let out = Path::new(&out);
    let report: Value =
        serde_json::from_slice(&fs::read(out.join("report.json")).unwrap()).unwrap();
    let rows = report["rows"].as_array().unwrap();
    let modes: Vec<_> = rows
        .iter()
        .map(|row| row["mode"].as_str().unwrap())
        .collect();
    let expected = [
        "extreme", "max", "vhigh", "C4-JP2K", "high", "avg", "low", "vlow", "LL-JP2K", "NCU",
        "NCZip", "GribAEC", "HalfRes",
    ];
    assert_eq!(modes, expected);
    assert_eq!(report["input"]["shape"], json!([60, 73, 144]));
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
    assert_eq!(fs::read_dir(out).unwrap().count(), 2 * 13 + 3);
}

#[test]
fn the_base_layer_is_drawn_beside_the_field() {
    let folder = Folder::new();
    let out = folder.path("figures");
    let printed = succeed(&["explain", &sample(), "--frame", "12", "--out", &out]);
    assert!(
        printed.contains("bytes of video") && printed.contains("decoded values: largest"),
        "{printed}"
    );
    for figure in ["base-layer.png", "decoded.png"] {
        let png = fs::read(Path::new(&out).join(figure)).unwrap();
        assert!(png.starts_with(b"\x89PNG") && png.len() > 10_000);
    }
}
