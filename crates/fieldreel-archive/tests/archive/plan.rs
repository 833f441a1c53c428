//! Plans: inputs, outputs, collisions and files that cannot be read.

use std::fs;
use std::path::PathBuf;

use fieldreel_archive::{ArchiveError, Plan, PlanOptions, Rules, plan};

use crate::common::{Archive, RULES, run_all, write_field};

/// Plans inputs of a folder, with options that `set` changes.
fn plan_inputs(
    archive: &Archive,
    inputs: &[&str],
    set: impl FnOnce(PlanOptions) -> PlanOptions,
) -> Result<Plan, ArchiveError> {
    let inputs = inputs.iter().map(|input| archive.path(input));
    let inputs: Vec<PathBuf> = inputs.collect();
    let rules = Rules::parse(RULES, "bounds.toml").unwrap();
    let options = set(PlanOptions::new(archive.path("out")));
    plan(&inputs, &rules, &options, |_| {})
}

fn outputs(plan: &Plan) -> Vec<&str> {
    let units = plan.manifest.units().iter();
    units.map(|unit| unit.output()).collect()
}

#[test]
fn outputs_have_the_paths_of_their_inputs() {
    let archive = Archive::new(1);
    for name in [
        "runs/a/x.nc",
        "runs/b/x.nc4",
        "runs/b/y.cdf",
        "runs/notes.nc.txt",
    ] {
        write_field(&archive.path(name), "t", "K", 0);
    }
    let same = |inputs: &[&str], expected: &[&str]| {
        let planned = plan_inputs(&archive, inputs, |options| options).unwrap();
        assert_eq!(outputs(&planned), expected, "{inputs:?}");
    };
    let all = ["a/x.nc", "b/x.nc", "b/y.nc"];
    same(&["runs"], &all);
    same(&["runs/*/*.[nc]*"], &all);
    same(&["runs/**/x.nc*"], &all[..2]);
    same(&["runs/b"], &["x.nc", "y.nc"]);
    same(&["runs/a/x.nc", "in/0.nc"], &["0.nc", "x.nc"]);
    // The same file twice, and a file without the extension of NetCDF.
    same(&["runs/a", "runs/a/x.nc"], &["x.nc"]);
    same(&["runs/notes.nc.txt"], &["notes.nc.nc"]);
    let based = plan_inputs(&archive, &["runs/a/x.nc", "in/0.nc"], |options| {
        options.with_base(archive.path(""))
    });
    assert_eq!(outputs(&based.unwrap()), ["in/0.nc", "runs/a/x.nc"]);
}

#[test]
fn outputs_are_not_inputs_of_the_same_archive() {
    let archive = Archive::new(2);
    let rules = Rules::parse(RULES, "bounds.toml").unwrap();
    // The output folder is in the folder of the inputs.
    let options = PlanOptions::new(archive.path("in/out"));
    for inputs in [archive.path("in"), archive.path("in/**/*.nc")] {
        let planned = plan(&[inputs], &rules, &options, |_| {}).unwrap();
        assert_eq!(planned.manifest.units().len(), 2);
        run_all(&planned.manifest);
    }
}

#[test]
fn a_manifest_may_be_elsewhere() {
    let archive = Archive::new(1);
    let planned = plan_inputs(&archive, &["in"], |options| {
        options.with_manifest(archive.path("plans/june.jsonl"))
    });
    let manifest = planned.unwrap().manifest;
    assert_eq!(manifest.records(), archive.path("plans/june.records"));
    assert_eq!(manifest.output_folder(), archive.path("out"));
    assert_eq!(run_all(&manifest), [1, 0, 0]);
    assert!(archive.path("out/0.nc").exists() && !archive.path("out/manifest.jsonl").exists());
}

#[test]
fn an_archive_can_be_moved() {
    let archive = Archive::new(2);
    run_all(&archive.plan(RULES));
    fs::rename(archive.path("out"), archive.path("moved")).unwrap();
    let moved = archive.path("moved/manifest.jsonl");
    let manifest = fieldreel_archive::Manifest::read(moved).unwrap();
    assert_eq!(run_all(&manifest), [0, 2, 0]);
}

#[test]
fn collisions_are_refused() {
    let archive = Archive::new(2);
    write_field(&archive.path("other/0.nc"), "t", "K", 0);
    write_field(&archive.path("in/1.nc4"), "t", "K", 0);
    let refused = |inputs: &[&str], set: fn(PlanOptions) -> PlanOptions| {
        plan_inputs(&archive, inputs, set).unwrap_err()
    };
    for inputs in [&["in/0.nc", "other"][..], &["in"]] {
        let error = refused(inputs, |options| options);
        assert!(matches!(error, ArchiveError::SameOutput { .. }), "{error}");
    }
    // An output that would replace its own input, or another one, by any name.
    let out = |name: &str| PlanOptions::new(archive.path(name));
    let rules = Rules::parse(RULES, "bounds.toml").unwrap();
    fs::create_dir_all(archive.path("links")).unwrap();
    fs::hard_link(archive.path("in/0.nc"), archive.path("links/0.nc")).unwrap();
    for options in [
        out("in"),
        out("links"),
        out("out").with_manifest(archive.path("in/0.nc")),
    ] {
        let inputs = [archive.path("in/0.nc")];
        let before = fs::read(&inputs[0]).unwrap();
        let error = plan(&inputs, &rules, &options, |_| {}).unwrap_err();
        assert!(
            matches!(error, ArchiveError::OutputIsInput { .. }),
            "{error}"
        );
        assert_eq!(fs::read(&inputs[0]).unwrap(), before);
    }
    let error = refused(&["in/0.nc"], |options| options.with_base("/nowhere"));
    assert!(matches!(error, ArchiveError::OutsideBase { .. }), "{error}");
    assert!(!archive.path("out").exists());
}

#[test]
fn missing_inputs_are_named() {
    let archive = Archive::new(1);
    fs::create_dir_all(archive.path("empty")).unwrap();
    for (input, expected) in [
        ("none.nc", "No such file"),
        ("empty", "no input files"),
        ("in/*.grib", "no input files"),
        ("in/[.nc", "malformed pattern"),
    ] {
        let error = plan_inputs(&archive, &[input], |options| options).unwrap_err();
        let message = error.to_string();
        assert!(
            message.contains(expected) && message.contains(archive.path(input).to_str().unwrap()),
            "{message}"
        );
    }
    assert!(plan_inputs(&archive, &[], |options| options).is_err());
    assert!(!archive.path("out").exists());
}

#[test]
fn unreadable_inputs_are_refused_or_left_out() {
    let archive = Archive::new(2);
    fs::write(archive.path("in/bad.nc"), "no data").unwrap();
    let bytes = fs::read(archive.path("in/0.nc")).unwrap();
    fs::write(archive.path("in/short.nc"), &bytes[..bytes.len() / 3]).unwrap();
    fs::write(archive.path("in/void.nc"), "").unwrap();
    let error = plan_inputs(&archive, &["in"], |options| options).unwrap_err();
    let message = error.to_string();
    assert!(
        message.starts_with("3 of 5 inputs cannot be read") && message.contains("in/bad.nc"),
        "{message}"
    );
    assert!(!archive.path("out").exists());
    let planned = plan_inputs(&archive, &["in"], |options| {
        options.with_skip_unreadable(true)
    });
    let planned = planned.unwrap();
    assert_eq!(outputs(&planned), ["0.nc", "1.nc"]);
    let skipped: Vec<String> = planned.skipped.iter().map(ToString::to_string).collect();
    for (message, name) in skipped.iter().zip(["bad.nc", "short.nc", "void.nc"]) {
        assert!(message.contains(name), "{message}");
    }
}

#[test]
fn rules_that_match_nothing_are_reported() {
    let archive = Archive::new(1);
    let rules =
        "[[rules]]\nunits = 'm'\nbound = 'abs:1'\n\n[[rules]]\nunits = 'K'\nbound = 'abs:1'";
    let rules = Rules::parse(rules, "bounds.toml").unwrap();
    let options = PlanOptions::new(archive.path("out"));
    let planned = plan(&[archive.path("in")], &rules, &options, |_| {}).unwrap();
    assert_eq!(planned.unmatched, [1]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_path_that_is_not_utf8_is_refused() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let archive = Archive::new(1);
    let name = archive.path("in").join(OsStr::from_bytes(b"\xff.nc"));
    fs::copy(archive.path("in/0.nc"), &name).unwrap();
    let error = plan_inputs(&archive, &["in"], |options| options).unwrap_err();
    assert!(matches!(error, ArchiveError::NotUtf8 { .. }), "{error}");
}

#[test]
fn an_unwritable_place_is_named() {
    let archive = Archive::new(1);
    fs::write(archive.path("out"), "a file").unwrap();
    let error = plan_inputs(&archive, &["in"], |options| options).unwrap_err();
    assert!(matches!(error, ArchiveError::Io { .. }), "{error}");
    assert!(
        error
            .to_string()
            .contains(archive.path("out").to_str().unwrap()),
        "{error}"
    );
    assert_eq!(fs::read(archive.path("out")).unwrap(), b"a file");
}
