//! Slabs of large variables: plans, runs, failures, damage, and processes that stop between two steps.

use std::fs;

use fieldreel::formats::FieldValues;
use fieldreel_archive::{
    Manifest, Part, RunOptions, Unit, UnitState, Verdict, run, status, verify_unit,
};

use crate::common::{Archive, run_all, run_with};

/// A slab has one chunk of 2×20×30 values of four bytes, so that a file of six times has three slabs.
const RULES: &str = "format = 'zarr'\nchunks = { time = 2 }\nsplit_above = '5 kB'\n\
                     [[rules]]\nunits = 'K'\nbound = 'rel:1e-3'\n";

fn slabs(manifest: &Manifest) -> Vec<&Unit> {
    let units = manifest.units().iter();
    units.filter(|unit| unit.is_slab()).collect()
}

/// Returns the values of a variable `t`.
fn values(archive: &Archive, name: &str) -> Vec<f32> {
    let field = fieldreel::read_field(archive.path(name), Some("t")).unwrap();
    match field.values {
        FieldValues::F32(values) => values.iter().copied().collect(),
        values => panic!("{:?}", values.shape()),
    }
}

#[test]
fn a_file_is_done_after_its_slabs() {
    let archive = Archive::new(2);
    let manifest = archive.plan(RULES);
    let outputs: Vec<&str> = manifest.units().iter().map(|unit| unit.output()).collect();
    assert_eq!(
        outputs[..4],
        [
            "0.zarr.slabs/t/0-2.zarr",
            "0.zarr.slabs/t/2-4.zarr",
            "0.zarr.slabs/t/4-6.zarr",
            "0.zarr"
        ]
    );
    let read = Manifest::read(manifest.path()).unwrap();
    assert_eq!(read.units(), manifest.units());

    let mut order = Vec::new();
    let summary = run(&manifest, &RunOptions::default(), |unit, _| {
        order.push(unit.is_slab());
    });
    assert_eq!(summary.unwrap().done, 8);
    assert_eq!(order, [true, true, true, true, true, true, false, false]);
    assert_eq!(run_all(&manifest), [0, 8, 0]);
    // The outputs of slabs are gone.
    let entries = fs::read_dir(archive.path("out")).unwrap();
    assert_eq!(entries.count(), 4);
    for unit in manifest.units() {
        let verdict = verify_unit(&manifest, unit).unwrap();
        assert!(matches!(verdict, Verdict::Intact(_)), "{verdict:?}");
    }
    let found = status(&manifest).unwrap();
    assert_eq!((found.units, found.finished), (8, 8));
    let [t] = found.variables.as_slice() else {
        panic!("{:?}", found.variables);
    };
    assert_eq!((t.files, t.bytes), (2, 2 * 4 * 6 * 20 * 30));
    let input_bytes: u64 = ["in/0.nc", "in/1.nc"]
        .map(|name| fs::metadata(archive.path(name)).unwrap().len())
        .iter()
        .sum();
    assert_eq!((found.bytes, found.input_bytes), (input_bytes, input_bytes));

    let (original, decoded) = (values(&archive, "in/0.nc"), values(&archive, "out/0.zarr"));
    let least = original.iter().copied().fold(f32::INFINITY, f32::min);
    let most = original.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let errors = original.iter().zip(&decoded).map(|(x, y)| (x - y).abs());
    let error = errors.fold(0.0, f32::max);
    assert!(error > 0.0 && error <= 1e-3 * (most - least), "{error}");
}

/// A process that has a file in its part does the slabs that no other process has.
#[test]
fn a_part_with_a_file_does_its_slabs() {
    let archive = Archive::new(1);
    let manifest = archive.plan(RULES);
    let file = manifest.units().iter().position(|unit| !unit.is_slab());
    let file = &manifest.units()[file.unwrap()];
    let parts = (1..=4).map(|index| Part::new(index, 4).unwrap());
    let part = parts
        .clone()
        .find(|part| part.units(manifest.units()).contains(&file));
    let options = RunOptions::default().with_part(part.unwrap());
    assert_eq!(run_with(&manifest, &options).0, [1, 0, 0]);
    assert_eq!(run_all(&manifest), [0, 4, 0]);
}

#[test]
fn slabs_are_done_by_threads_that_claim_them() {
    let archive = Archive::new(3);
    let manifest = archive.plan(RULES);
    // HDF5 works in one thread at a time, and claims are locks of open files as between processes.
    let done: usize = std::thread::scope(|scope| {
        let workers = [0, 1].map(|_| scope.spawn(|| run_all(&manifest)));
        let results = workers.map(|worker| worker.join().unwrap());
        assert!(results.iter().all(|result| result[2] == 0), "{results:?}");
        results.iter().map(|result| result[0]).sum()
    });
    // A slab that was done for its file counts as skipped.
    assert!((3..=12).contains(&done), "{done}");
    assert_eq!(run_all(&manifest), [0, 12, 0]);
    let recheck = RunOptions::default().with_recheck(true);
    assert_eq!(run_with(&manifest, &recheck).0, [0, 12, 0]);
}

#[test]
fn a_failing_slab_leaves_no_store() {
    let archive = Archive::new(1);
    let manifest = archive.plan(RULES);
    let slab = manifest.output_path(slabs(&manifest)[1]);
    fs::create_dir_all(slab.parent().unwrap()).unwrap();
    fs::write(&slab, "in the way").unwrap();
    let (numbers, errors) = run_with(&manifest, &RunOptions::default());
    assert_eq!(numbers, [2, 0, 2]);
    assert!(errors[0].contains("t/2-4.zarr"), "{errors:?}");
    assert!(!archive.path("out/0.zarr").exists());
    let found = status(&manifest).unwrap();
    assert_eq!(
        (found.finished, found.failed.len(), found.waiting),
        (2, 1, 1)
    );
    let file = manifest.units().last().unwrap();
    assert_eq!(verify_unit(&manifest, file).unwrap(), Verdict::Unfinished);
    fs::remove_file(&slab).unwrap();
    assert_eq!(run_all(&manifest), [2, 2, 0]);
}

/// A slab whose output is damaged before its file is done is done again, and so are slabs of a file
/// whose store is damaged.
#[test]
fn damage_is_found_and_repaired() {
    let archive = Archive::new(1);
    let manifest = archive.plan(RULES);
    let slab = slabs(&manifest)[0];
    let part = RunOptions::default().with_part(Part::new(1, 4).unwrap());
    let first = Part::new(1, 4).unwrap().units(manifest.units())[0];
    assert!(first.is_slab());
    assert_eq!(run_with(&manifest, &part).0, [1, 0, 0]);
    let state = UnitState::of(&manifest, first).unwrap();
    assert!(matches!(state, UnitState::Finished(_)), "{state:?}");
    let metadata = manifest.output_path(first).join("t/zarr.json");
    let text = fs::read_to_string(&metadata).unwrap();
    fs::write(&metadata, text.replace('{', "[")).unwrap();
    let verdict = verify_unit(&manifest, first).unwrap();
    assert!(matches!(verdict, Verdict::Damaged { .. }), "{verdict:?}");
    fs::remove_file(&metadata).unwrap();
    assert_eq!(UnitState::of(&manifest, first).unwrap(), UnitState::Waiting);
    assert_eq!(run_all(&manifest), [4, 0, 0]);

    let chunk = archive.path("out/0.zarr/t/c/1/0/0");
    let mut bytes = fs::read(&chunk).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&chunk, &bytes).unwrap();
    let file = manifest.units().last().unwrap();
    let verdict = verify_unit(&manifest, file).unwrap();
    assert!(matches!(verdict, Verdict::Damaged { .. }), "{verdict:?}");
    assert_eq!(run_all(&manifest), [0, 4, 0]);
    let recheck = RunOptions::default().with_recheck(true);
    // The slabs, which the store seems to contain, are done with the file.
    assert_eq!(run_with(&manifest, &recheck).0, [1, 3, 0]);
    let verdict = verify_unit(&manifest, file).unwrap();
    assert!(matches!(verdict, Verdict::Intact(_)), "{verdict:?}");
    fs::remove_file(&chunk).unwrap();
    assert_eq!(run_all(&manifest), [4, 0, 0]);

    // A process that was killed between the record and the removal of the slabs.
    let left = manifest.output_path(slab);
    fs::create_dir_all(&left).unwrap();
    assert_eq!(run_all(&manifest), [0, 4, 0]);
    assert!(!archive.path("out/0.zarr.slabs").exists());
}

#[test]
fn small_and_lossless_variables_are_not_split() {
    let archive = Archive::new(1);
    for rules in [
        RULES.replace("5 kB", "15 kB"),
        RULES.replace("rel:1e-3", "lossless"),
        RULES.replace("time = 2", "time = 6"),
    ] {
        let manifest = archive.plan(&rules);
        assert_eq!(manifest.units().len(), 1, "{rules}");
    }
    // Two of the three chunks fit into a slab.
    let manifest = archive.plan(&RULES.replace("5 kB", "10 kB"));
    assert_eq!(manifest.units().len(), 3);
}

#[test]
fn hostile_slabs_are_refused() {
    let archive = Archive::new(1);
    let manifest = archive.plan(RULES);
    let text = fs::read_to_string(manifest.path()).unwrap();
    for (from, to) in [
        ("\"variable\":\"t\"", "\"variable\":\"../../t\""),
        ("\"start\":2", "\"start\":3"),
        ("\"store\":\"0.zarr\"", "\"store\":\"../0.zarr\""),
        ("0.zarr.slabs", "1.zarr.slabs"),
    ] {
        let changed = text.replace(from, to);
        assert_ne!(changed, text, "{from}");
        let parsed = Manifest::parse(changed.as_bytes(), manifest.path());
        let error = parsed.unwrap_err();
        assert_eq!(error.kind(), fieldreel::ErrorKind::Corrupt, "{error}");
    }
}
