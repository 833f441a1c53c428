//! Archives of Zarr stores: runs, damage of chunks, failures, and paths that are inside of others.

use std::fs;
use std::path::{Path, PathBuf};

use fieldreel::dataset::open_zarr;
use fieldreel::formats::DEFAULT_LIMITS;
use fieldreel_archive::{
    ArchiveError, Manifest, PlanOptions, Rules, RunOptions, UnitState, Verdict, plan, status,
    verify_unit,
};

use crate::common::{Archive, RULES, run_all, run_with, write_field};

/// Returns the rules of the other tests, with stores of chunks of 5×20×30 values as outputs.
fn rules() -> String {
    format!("format = 'zarr'\nchunks = {{ time = 5 }}\n{RULES}")
}

/// Returns the paths of the files in a folder and its subfolders.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(files(&path)),
            false => found.push(path),
        }
    }
    found.sort();
    found
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

fn problem(manifest: &Manifest) -> String {
    match verify_unit(manifest, &manifest.units()[0]).unwrap() {
        Verdict::Damaged { problem } => problem,
        other => panic!("{other:?}"),
    }
}

#[test]
fn stores_are_planned_written_and_verified() {
    let archive = Archive::new(2);
    write_field(&archive.path("in/a/u.nc"), "u", "m s-1", 3);
    let manifest = archive.plan(&rules());
    let outputs: Vec<&str> = manifest.units().iter().map(|unit| unit.output()).collect();
    assert_eq!(outputs, ["0.zarr", "1.zarr", "a/u.zarr"]);
    assert_eq!(run_all(&manifest), [3, 0, 0]);
    assert_eq!(run_all(&manifest), [0, 3, 0]);
    let recheck = RunOptions::default().with_recheck(true);
    assert_eq!(run_with(&manifest, &recheck).0, [0, 3, 0]);
    assert_eq!(
        names(&archive.path("out")),
        [
            "0.zarr",
            "1.zarr",
            "a",
            "manifest.jsonl",
            "manifest.records"
        ]
    );
    assert_eq!(names(&archive.path("out/a")), ["u.zarr"]);

    for unit in manifest.units() {
        let Verdict::Intact(record) = verify_unit(&manifest, unit).unwrap() else {
            panic!("{}", unit.output());
        };
        // The metadata of the group and of the array, and two chunks along time.
        let files = files(&manifest.output_path(unit));
        let sizes = files.iter().map(|file| fs::metadata(file).unwrap().len());
        let recorded = (record.output.files, record.output.bytes);
        assert_eq!(recorded, (Some(4), sizes.sum()), "{files:?}");
    }
    let store = open_zarr(archive.path("out/0.zarr"), &DEFAULT_LIMITS).unwrap();
    assert_eq!(store.chunk(0), Some(&[5, 20, 30][..]));
    let [original, decoded] = ["in/0.nc", "out/0.zarr"].map(|path| {
        let field = fieldreel::read_field(archive.path(path), Some("t")).unwrap();
        match field.values {
            fieldreel::formats::FieldValues::F32(values) => values,
            values => panic!("{:?}", values.shape()),
        }
    });
    let errors = original.iter().zip(&decoded).map(|(x, y)| (x - y).abs());
    let largest = f64::from(errors.fold(0.0, f32::max));
    let found = status(&manifest).unwrap();
    assert!(largest > 0.0 && found.variables[0].max_abs_error <= 0.01);
    assert!(largest <= found.variables[0].max_abs_error + 1e-6);

    // The same inputs in the other format have other outputs and units.
    assert_eq!(run_all(&archive.plan(RULES)), [3, 0, 0]);
    assert_eq!(run_all(&archive.plan(&rules())), [0, 3, 0]);
}

#[test]
fn each_damaged_file_of_a_store_is_found() {
    let archive = Archive::new(1);
    let manifest = archive.plan(&rules());
    assert_eq!(run_all(&manifest), [1, 0, 0]);
    let store = archive.path("out/0.zarr");
    let recheck = RunOptions::default().with_recheck(true);
    for path in files(&store) {
        let bytes = fs::read(&path).unwrap();
        for at in [0, bytes.len() / 2, bytes.len() - 1] {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1;
            fs::write(&path, &damaged).unwrap();
            let problem = problem(&manifest);
            assert!(
                problem.contains("out/0.zarr") && problem.contains("has the checksum"),
                "{problem}"
            );
        }
        // The size is the same, so that only the checksum shows the damage.
        assert_eq!(run_all(&manifest), [0, 1, 0]);
        assert_eq!(run_with(&manifest, &recheck).0, [1, 0, 0]);

        fs::remove_file(&path).unwrap();
        assert!(problem(&manifest).contains("in 3 files instead of"));
        if path == store.join("zarr.json") {
            // Without the metadata of its root, the folder could be anything.
            let (numbers, errors) = run_with(&manifest, &RunOptions::default());
            assert_eq!(numbers, [0, 0, 1]);
            assert!(errors[0].contains("is not a Zarr store"), "{errors:?}");
            fs::remove_dir_all(&store).unwrap();
        }
        assert_eq!(run_all(&manifest), [1, 0, 0]);
    }
    let chunk = store.join("t/c/1/0/0");
    fs::rename(&chunk, store.join("t/c/2")).unwrap();
    assert!(problem(&manifest).contains("has the checksum"));
    fs::rename(store.join("t/c/2"), &chunk).unwrap();
    fs::write(store.join("other"), "").unwrap();
    assert!(problem(&manifest).contains("in 5 files instead of"));
    fs::remove_dir_all(&store).unwrap();
    assert!(problem(&manifest).contains("the output is missing"));
    fs::write(&store, "a file").unwrap();
    assert!(problem(&manifest).contains("has 6 bytes instead of"));
}

/// The second chunk of an input cannot be read, after the first one has been written.
#[test]
fn a_unit_that_fails_half_way_leaves_no_store() {
    let archive = Archive::new(2);
    let input = archive.path("in/0.nc");
    let field = fieldreel::read_field(&input, Some("t")).unwrap();
    let compressed = fieldreel::formats::NetcdfOptions::default();
    fieldreel::formats::write_netcdf(&input, &field, &compressed).unwrap();
    let whole = fs::read(&input).unwrap();
    let mut damaged = whole.clone();
    let end = damaged.len() - 1500;
    damaged[end - 100..end].fill(0x5a);
    fs::write(&input, &damaged).unwrap();
    let manifest = archive.plan(&rules());
    let (numbers, errors) = run_with(&manifest, &RunOptions::default());
    assert_eq!(numbers, [1, 0, 1]);
    assert!(errors[0].contains("in/0.nc"), "{errors:?}");
    let expected = ["1.zarr", "manifest.jsonl", "manifest.records"];
    assert_eq!(names(&archive.path("out")), expected);
    let unit = &manifest.units()[0];
    assert_eq!(verify_unit(&manifest, unit).unwrap(), Verdict::Unfinished);
    let state = UnitState::of(&manifest, unit).unwrap();
    assert!(matches!(state, UnitState::Failed(_)), "{state:?}");

    // A store of an earlier plan stays until its unit succeeds.
    fs::write(&input, &whole).unwrap();
    assert_eq!(run_all(&archive.plan(&rules())), [1, 1, 0]);
    let before = files(&archive.path("out/0.zarr"));
    fs::write(&input, &damaged).unwrap();
    let manifest = archive.plan(&rules());
    assert_eq!(run_all(&manifest), [0, 1, 1]);
    assert_eq!(files(&archive.path("out/0.zarr")), before);
    let unit = &manifest.units()[0];
    assert_eq!(verify_unit(&manifest, unit).unwrap(), Verdict::Unfinished);
}

#[test]
fn a_folder_that_is_no_store_is_not_replaced() {
    let archive = Archive::new(2);
    let manifest = archive.plan(&rules());
    fs::create_dir(archive.path("out/0.zarr")).unwrap();
    fs::write(archive.path("out/0.zarr/notes"), "mine").unwrap();
    fs::write(archive.path("out/1.zarr"), "mine").unwrap();
    let (numbers, mut errors) = run_with(&manifest, &RunOptions::default());
    assert_eq!(numbers, [0, 0, 2]);
    errors.sort();
    for (error, name) in errors.iter().zip(["out/0.zarr", "out/1.zarr"]) {
        assert!(error.contains(name), "{error}");
    }
    assert!(errors[0].contains("is not a Zarr store"), "{}", errors[0]);
    for name in ["out/0.zarr/notes", "out/1.zarr"] {
        assert_eq!(fs::read(archive.path(name)).unwrap(), b"mine");
    }
}

#[test]
fn outputs_that_contain_others_are_refused() {
    let archive = Archive::new(1);
    write_field(&archive.path("nested/a.nc"), "t", "K", 0);
    write_field(&archive.path("nested/a.zarr/b/c.nc"), "t", "K", 1);
    let rules = Rules::parse(&rules(), "bounds.toml").unwrap();
    let refused = |input: &str, options: &PlanOptions| {
        plan(&[archive.path(input)], &rules, options, |_| {}).unwrap_err()
    };
    let options = PlanOptions::new(archive.path("out"));
    let error = refused("nested", &options);
    assert!(
        matches!(&error, ArchiveError::NestedOutput { outer, inner }
            if outer == "a.zarr" && inner == "a.zarr/b/c.zarr"),
        "{error}"
    );
    let inside = options.with_manifest(archive.path("out/0.zarr/manifest.jsonl"));
    let error = refused("in", &inside);
    assert!(
        matches!(&error, ArchiveError::NestedOutput { outer, inner }
            if outer == "0.zarr" && inner.ends_with("0.zarr/manifest.jsonl")),
        "{error}"
    );
    // The output would replace a folder that contains another input.
    let options = PlanOptions::new(archive.path("nested"));
    let inputs = ["nested/a.nc", "nested/a.zarr/b/c.nc"].map(|name| archive.path(name));
    let error = plan(&inputs, &rules, &options, |_| {}).unwrap_err();
    assert!(
        matches!(&error, ArchiveError::OutputIsInput { output, input }
            if output.ends_with("nested/a.zarr") && input.ends_with("c.nc")),
        "{error}"
    );
    assert!(!archive.path("out").exists() && !archive.path("nested/manifest.jsonl").exists());
}
