//! The results, the errors and the exit codes of the subcommands.

use std::fs;

use crate::common::{Archive, error_of, write_field};

const SHAPE: [usize; 3] = [4, 20, 30];
const MANIFEST: &str = "archive/manifest.jsonl";

fn text(archive: &Archive, arguments: &[&str]) -> String {
    let output = archive.command(arguments).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(output.stderr.is_empty(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn an_archive_is_planned_run_and_verified() {
    let archive = Archive::new(3, SHAPE);
    let plan = ["plan", "in", "--out", "archive", "--rules", "bounds.toml"];
    let planned = text(&archive, &plan);
    assert!(
        planned.starts_with("archive/manifest.jsonl: 3 units, "),
        "{planned}"
    );
    let (planned, code) = archive.json(&plan);
    assert_eq!((planned["units"].as_u64(), code), (Some(3), Some(0)));

    let (before, _) = archive.json(&["status", MANIFEST]);
    assert_eq!(
        (&before["waiting"], &before["finished"]),
        (&3.into(), &0.into())
    );
    let ran = text(&archive, &["run", MANIFEST, "--part", "1/3"]);
    assert!(ran.starts_with("1 unit: 1 done in "), "{ran}");
    assert!(ran.contains(" times smaller"), "{ran}");
    let unfinished = archive.command(&["verify", MANIFEST]).output().unwrap();
    assert_eq!(unfinished.status.code(), Some(1));
    assert!(error_of(&unfinished).contains("2 units not finished"));
    let (ran, code) = archive.json(&["run", MANIFEST]);
    assert_eq!(
        (ran["done"].as_u64(), ran["skipped"].as_u64(), code),
        (Some(2), Some(1), Some(0))
    );
    assert_eq!(text(&archive, &["run", MANIFEST, "--quiet"]), "");

    let status = text(&archive, &["status", MANIFEST]);
    assert!(
        status.contains("3 units: 3 finished, 0 in work, 0 failed, 0 waiting"),
        "{status}"
    );
    assert!(
        status
            .lines()
            .any(|line| line.starts_with('t') && line.contains("abs:1e-2"))
    );
    let (status, _) = archive.json(&["status", MANIFEST]);
    let variable = &status["variables"][0];
    assert!(variable["max_abs_error"].as_f64().unwrap() <= 0.01);
    assert_eq!(variable["files"], 3);

    let verified = text(&archive, &["verify", MANIFEST, "--against"]);
    assert!(
        verified.contains("3 intact and within their bounds"),
        "{verified}"
    );
    let (verified, code) = archive.json(&["verify", MANIFEST]);
    assert_eq!((verified["ok"].as_bool(), code), (Some(true), Some(0)));
}

/// Rules apply to the attributes of GRIB messages, and the values are compared with the messages.
#[cfg(feature = "grib")]
#[test]
fn grib_files_become_netcdf_files() {
    use fieldreel::formats::{Coordinate, Field, GribOptions, write_grib};

    let archive = Archive::new(1, SHAPE);
    let values = ndarray::Array3::from_shape_fn((3, 40, 60), |(t, y, x)| {
        280.0 + (x as f32 / 7.0 + t as f32).sin() * y as f32 / 5.0
    });
    let dimensions = ["time", "latitude", "longitude"];
    let mut field = Field::new("2t", values.into_dyn(), &dimensions).unwrap();
    for (name, units, first, step, len) in [
        ("time", "hours since 2000-01-01", 0.0, 1.0, 3),
        ("latitude", "degrees_north", 39.0, -1.0, 40),
        ("longitude", "degrees_east", 0.0, 1.0, 60),
    ] {
        let axis: Vec<f64> = (0..len).map(|at| first + step * f64::from(at)).collect();
        let axis = Coordinate::axis(name, axis).with_attribute("units", units);
        field.coordinates.push(axis);
    }
    // The 2 metre temperature.
    field.attributes.insert("GRIB_paramId", 167_i64);
    write_grib(archive.path("in/g.grib2"), &field, &GribOptions::default()).unwrap();
    archive.plan("archive");
    let (ran, code) = archive.json(&["run", MANIFEST]);
    assert_eq!((ran["done"].as_u64(), code), (Some(2), Some(0)), "{ran}");
    assert!(archive.path("archive/g.nc").exists());
    let (status, _) = archive.json(&["status", MANIFEST]);
    let variable = &status["variables"][1];
    assert_eq!(
        (&variable["name"], &variable["bounds"][0]),
        (&"t2m".into(), &"abs:1e-2".into()),
        "{status}"
    );
    assert_eq!(archive.json(&["verify", MANIFEST, "--against"]).1, Some(0));
}

/// Damage of a chunk is found by its checksum, and named by `fieldreel verify`.
#[cfg(feature = "zarr")]
#[test]
fn files_become_zarr_stores() {
    let archive = Archive::new(2, SHAPE);
    archive.set_rules("format = 'zarr'\nchunks = { time = 2 }\n");
    archive.plan("archive");
    let (ran, code) = archive.json(&["run", MANIFEST, "--jobs", "2"]);
    assert_eq!((ran["done"].as_u64(), code), (Some(2), Some(0)), "{ran}");
    let (ran, code) = archive.json(&["run", MANIFEST]);
    assert_eq!((ran["skipped"].as_u64(), code), (Some(2), Some(0)), "{ran}");
    let verify = ["verify", MANIFEST, "--against"];
    let (verified, code) = archive.json(&verify);
    assert_eq!(
        (&verified["intact"], code),
        (&2.into(), Some(0)),
        "{verified}"
    );
    assert!(
        archive.records().values().all(|record| {
            record["output"]["files"] == 4 && record["settings"]["format"] == "zarr"
        }),
        "{:?}",
        archive.records()
    );

    let chunk = archive.path("archive/1.zarr/t/c/1/0/0");
    let mut bytes = fs::read(&chunk).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&chunk, &bytes).unwrap();
    let damaged = archive.command(&verify).output().unwrap();
    assert_eq!(damaged.status.code(), Some(3), "{damaged:?}");
    let error = error_of(&damaged);
    assert!(
        error.contains("archive/1.zarr") && error.contains("checksum"),
        "{error}"
    );
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_fieldreel"));
    let verify_store = command.arg("verify").arg(archive.path("archive/1.zarr"));
    let named = format!("{:?}", verify_store.output().unwrap());
    assert!(named.contains("c/1/0/0"), "{named}");
    let (ran, code) = archive.json(&["run", MANIFEST, "--recheck"]);
    assert_eq!((ran["done"].as_u64(), code), (Some(1), Some(0)), "{ran}");
    assert_eq!(archive.json(&verify).1, Some(0));

    // An output of other values, whose record fits it, is found by the comparison alone.
    let [first, second] = ["0", "1"].map(|name| {
        let mut records = archive.records().into_iter();
        let output = format!("{name}.zarr");
        let found = records.find(|(_, record)| record["output"]["path"] == output.as_str());
        found.unwrap()
    });
    for entry in ["t/c/0/0/0", "t/c/1/0/0", "t/zarr.json", "zarr.json"] {
        let [from, to] =
            ["0", "1"].map(|name| archive.path(&format!("archive/{name}.zarr/{entry}")));
        fs::copy(from, to).unwrap();
    }
    let (id, mut record) = second;
    for key in ["bytes", "xxh64", "files"] {
        record["output"][key] = first.1["output"][key].clone();
    }
    record["variables"] = first.1["variables"].clone();
    let path = archive.path(&format!("archive/manifest.records/{id}.json"));
    fs::write(path, record.to_string()).unwrap();
    assert_eq!(archive.json(&["verify", MANIFEST]).1, Some(0));
    let exceeded = archive.command(&verify).output().unwrap();
    assert_eq!(exceeded.status.code(), Some(3), "{exceeded:?}");
    assert!(error_of(&exceeded).contains("archive/1.zarr"));
}

#[test]
fn damage_has_its_exit_code() {
    let archive = Archive::new(2, SHAPE);
    archive.json(&["run", MANIFEST]);
    let output = archive.path("archive/1.nc");
    let mut bytes = fs::read(&output).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&output, &bytes).unwrap();
    for arguments in [
        &["verify", MANIFEST][..],
        &["verify", MANIFEST, "--against"],
    ] {
        let output = archive.command(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(3), "{output:?}");
        let error = error_of(&output);
        assert!(
            error.contains("archive/1.nc") && error.contains("checksum"),
            "{error}"
        );
    }
    let (verified, _) = archive.json(&["verify", MANIFEST]);
    assert_eq!(
        (verified["intact"].as_u64(), verified["ok"].as_bool()),
        (Some(1), Some(false))
    );
    let (ran, code) = archive.json(&["run", MANIFEST, "--recheck", "--jobs", "2"]);
    assert_eq!(
        (ran["done"].as_u64(), ran["skipped"].as_u64(), code),
        (Some(1), Some(1), Some(0))
    );
    assert_eq!(archive.json(&["verify", MANIFEST]).1, Some(0));
}

/// An output of other values, whose record was changed to fit, is found by the comparison alone.
#[test]
fn values_are_compared_with_the_inputs() {
    let archive = Archive::new(2, SHAPE);
    archive.json(&["run", MANIFEST]);
    let (records, folder) = (archive.records(), archive.path("archive/manifest.records"));
    let of = |number: usize| {
        let output = format!("{number}.nc");
        let mut records = records.iter();
        records
            .find(|(_, record)| record["output"]["path"] == output.as_str())
            .unwrap()
    };
    let ((first, first_record), (_, second_record)) = (of(0), of(1));
    fs::copy(archive.path("archive/1.nc"), archive.path("archive/0.nc")).unwrap();
    let mut forged = first_record.clone();
    for key in ["output", "variables"] {
        forged[key] = second_record[key].clone();
    }
    forged["output"]["path"] = "0.nc".into();
    fs::write(folder.join(format!("{first}.json")), forged.to_string()).unwrap();
    assert_eq!(archive.json(&["verify", MANIFEST]).1, Some(0));
    let output = archive
        .command(&["verify", MANIFEST, "--against"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    assert!(
        error_of(&output).contains("values are not within abs:1e-2"),
        "{output:?}"
    );

    // An input that has changed is no original.
    write_field(&archive.path("in/1.nc"), SHAPE, 5);
    let output = archive
        .command(&["verify", MANIFEST, "--against"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(
        error_of(&output).contains("in/1.nc: the file has changed"),
        "{output:?}"
    );
}

#[test]
fn failures_are_reported_once() {
    let archive = Archive::new(4, SHAPE);
    write_field(&archive.path("in/2.nc"), SHAPE, 99);
    for jobs in ["1", "3"] {
        let output = archive
            .command(&["run", MANIFEST, "--jobs", jobs])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        let error = error_of(&output);
        assert!(
            error.contains("1 of 4 units failed") && error.contains("in/2.nc"),
            "{error}"
        );
        let printed = String::from_utf8_lossy(&output.stdout);
        assert_eq!(printed.matches("failed: ").count(), 1, "{printed}");
    }
    let (status, code) = archive.json(&["status", MANIFEST]);
    assert_eq!(code, Some(0));
    assert_eq!(status["failed"].as_array().unwrap().len(), 1);
    assert!(archive.records().len() == 3);
}

#[test]
fn invalid_arguments_are_one_line() {
    let archive = Archive::new(1, SHAPE);
    fs::write(
        archive.path("bad.toml"),
        "\n[[rules]]\nunit = 'K'\nbound = 'abs:1'",
    )
    .unwrap();
    fs::write(
        archive.path("cut.jsonl"),
        &fs::read(archive.path(MANIFEST)).unwrap()[..300],
    )
    .unwrap();
    let plan = ["plan", "in", "--out", "x", "--rules"];
    for (arguments, code, expected) in [
        (
            &[&plan[..], &["bad.toml"]].concat()[..],
            1,
            "bad.toml, line 3: unknown field `unit`",
        ),
        (
            &[&plan[..], &["none.toml"]].concat(),
            1,
            "none.toml: No such file",
        ),
        (
            &["plan", "in", "--out", "in", "--rules", "bounds.toml"],
            1,
            "outside of the output folder",
        ),
        (
            &[
                "plan",
                "in",
                "--out",
                "bounds.toml",
                "--rules",
                "bounds.toml",
            ],
            1,
            "bounds.toml",
        ),
        (&["plan", "in", "--out", "x"], 2, "--rules"),
        (
            &["plan", "-", "--out", "x", "--rules", "bounds.toml"],
            2,
            "name a file",
        ),
        (&["run", "cut.jsonl"], 1, "cut.jsonl"),
        (&["run", "none.jsonl"], 1, "none.jsonl: No such file"),
        (&["run", "in/0.nc"], 1, "in/0.nc: not a manifest"),
        (&["run", MANIFEST, "--part", "2/1"], 2, "invalid part"),
        (&["run", MANIFEST, "--jobs", "0"], 2, "0"),
        (
            &["run", MANIFEST, "--job", "2"],
            2,
            "see `fieldreel archive run --help`",
        ),
        (&["status", "cut.jsonl"], 1, "cut.jsonl"),
        (&["verify", "cut.jsonl"], 1, "cut.jsonl"),
        (&["nothing"], 2, "nothing"),
    ] {
        let output = archive.command(arguments).output().unwrap();
        assert_eq!(
            output.status.code(),
            Some(code),
            "{arguments:?}: {output:?}"
        );
        let error = error_of(&output);
        assert!(
            error.starts_with("error: ") && error.contains(expected),
            "{arguments:?}: {error}"
        );
    }
    assert!(!archive.path("x").exists());
}

/// The processes of `--jobs` report an error that stops all of them once.
#[test]
fn a_place_without_records_is_named() {
    let archive = Archive::new(3, SHAPE);
    fs::write(archive.path("archive/manifest.records"), "a file").unwrap();
    for jobs in ["1", "2"] {
        let output = archive
            .command(&["run", MANIFEST, "--jobs", jobs])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        assert!(error_of(&output).contains("manifest.records"), "{output:?}");
    }
}
