//! Errors of `compress`, `decompress` and `inspect`: one line with the file and what to do.

use std::fs;
use std::path::Path;

use crate::common::{Folder, fail, run, sample, write_reel};

#[test]
fn invalid_arguments_are_refused() {
    let folder = Folder::new();
    let (winds, reel) = (sample(), folder.path("x.reel"));
    let compress = |arguments: &[&str], code: i32, expected: &str| {
        fail(
            &[&["compress", &winds, &reel][..], arguments].concat(),
            code,
            expected,
        );
    };
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
        "much",
    ] {
        compress(&["--bound", wrong], 2, wrong);
    }
    for (option, wrong) in [
        ("--effort", "none"),
        ("--threads", "-2"),
        ("--fill", "x"),
        ("--tile", "8"),
        ("--base", "none"),
        ("--codec", "none"),
    ] {
        compress(&[option, wrong], 2, wrong);
    }
    compress(&["abs:1"], 2, "abs:1");
    compress(
        &["--bound", "ratio:1e15", "--effort", "fast"],
        1,
        "navy_winds_uwnd.nc: UWND: ",
    );
    fail(&["compress", &winds], 2, "see `fieldreel compress --help`");
    fail(&["shrink"], 2, "see `fieldreel --help`");
    let output = run(&[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("Commands:"));
}

#[test]
fn errors_of_files_name_the_file() {
    let folder = Folder::new();
    let path = |name: &str| folder.path(name);
    let (winds, reel, output) = (sample(), path("x.reel"), path("x.nc"));
    fail(&["compress", &path("missing.nc"), &reel], 1, "missing.nc");
    fail(
        &["compress", &winds, &output, "--bound", "UWND=ratio:1e7"],
        1,
        "navy_winds_uwnd.nc: cannot encode variable \"UWND\" within ratio:10000000: the target",
    );
    fail(
        &["compress", &winds, &reel, "--variable", "VWND"],
        1,
        "VWND",
    );
    fail(
        &["compress", &winds, &path("no/folder/x.reel")],
        1,
        "no/folder",
    );
    fs::write(path("notes.txt"), "text").unwrap();
    fail(&["compress", &path("notes.txt"), &reel], 1, "notes.txt");
    fs::copy(&winds, path("winds.reel")).unwrap();
    let programs: [(&str, &[&str]); 3] = [
        ("inspect", &[]),
        ("verify", &[]),
        ("decompress", &[&output]),
    ];
    for (program, rest) in programs {
        for (file, expected) in [
            (path("missing.reel").as_str(), "missing.reel"),
            (&path("winds.reel"), "not a reel"),
            (&path("notes.txt"), "notes.txt"),
        ] {
            fail(&[&[program, file][..], rest].concat(), 1, expected);
        }
    }

    let bytes = write_reel(&path("good.reel"));
    fs::write(path("truncated.reel"), &bytes[..bytes.len() - 40]).unwrap();
    fail(
        &["decompress", &path("truncated.reel"), &output],
        1,
        "incomplete reel",
    );
    fail(&["inspect", &path("truncated.reel")], 1, "truncated.reel");
    let mut flipped = bytes.clone();
    flipped[bytes.len() / 2] ^= 1;
    fs::write(path("flipped.reel"), &flipped).unwrap();
    fail(
        &["decompress", &path("flipped.reel"), &output],
        1,
        "flipped.reel",
    );
    fail(&["inspect", &path("flipped.reel")], 1, "damaged");
    let good = path("good.reel");
    fail(
        &["decompress", &good, &output, "--frames", "3..3"],
        2,
        "--frames",
    );
    fail(
        &["decompress", &good, &output, "--frames", "5"],
        2,
        "--frames",
    );
    fail(
        &["decompress", &good, &output, "--frames", "5..99"],
        1,
        "99",
    );
    fail(
        &["decompress", &good, &path("no/folder/x.nc")],
        1,
        "no/folder",
    );
    fail(&["decompress", &path("v.mp4"), &output], 2, "from-video");
    assert!(!Path::new(&output).exists() && !Path::new(&path("no")).exists());
}
