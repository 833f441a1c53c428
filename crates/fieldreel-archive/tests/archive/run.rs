//! Runs: what is done, done again, skipped, and fails.

use std::fs;
use std::time::{Duration, SystemTime};

use fieldreel::formats::{Field, NetcdfOptions, write_netcdf};
use fieldreel_archive::{Part, RunOptions, Status, UnitState, status};
use proptest::prelude::*;

use crate::common::{Archive, RULES, run_all, run_with, write_field};

#[test]
fn a_second_run_does_what_is_left() {
    let archive = Archive::new(4);
    let manifest = archive.plan(RULES);
    let part = RunOptions::default().with_part(Part::new(2, 2).unwrap());
    assert_eq!(run_with(&manifest, &part).0, [2, 0, 0]);
    assert_eq!(run_all(&manifest), [2, 2, 0]);
    assert_eq!(run_all(&manifest), [0, 4, 0]);
    let mut files: Vec<String> = fs::read_dir(manifest.records())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    let mut expected: Vec<String> = manifest
        .units()
        .iter()
        .map(|unit| format!("{}.json", unit.id()))
        .collect();
    expected.sort();
    assert_eq!(files, expected);
}

#[test]
fn values_are_within_the_bounds_of_the_rules() {
    let archive = Archive::new(1);
    write_field(&archive.path("in/u.nc"), "u", "m s-1", 3);
    let manifest = archive.plan(RULES);
    assert_eq!(run_all(&manifest), [2, 0, 0]);
    let Status { variables, .. } = status(&manifest).unwrap();
    let [t, u] = variables.as_slice() else {
        panic!("{variables:?}");
    };
    assert_eq!(
        (t.name.as_str(), t.bounds.as_slice()),
        ("t", &["abs:1e-2".to_owned()][..])
    );
    assert_eq!(
        (u.name.as_str(), u.bounds.as_slice()),
        ("u", &["rel:1e-2".to_owned()][..])
    );
    assert!(t.max_abs_error > 0.0 && t.max_abs_error <= 0.01);
    for (name, input, output) in [("t", "in/0.nc", "out/0.nc"), ("u", "in/u.nc", "out/u.nc")] {
        let [original, decoded] = [input, output].map(|path| {
            let field = fieldreel::read_field(archive.path(path), Some(name)).unwrap();
            match field.values {
                fieldreel::formats::FieldValues::F32(values) => values,
                values => panic!("{:?}", values.shape()),
            }
        });
        let errors = original.iter().zip(&decoded).map(|(x, y)| (x - y).abs());
        let largest = f64::from(errors.fold(0.0, f32::max));
        let variable = variables.iter().find(|found| found.name == name).unwrap();
        assert!(
            (largest - variable.max_abs_error).abs() < 1e-6,
            "{name}: {largest}"
        );
    }
}

#[test]
fn what_has_changed_is_done_again() {
    let archive = Archive::new(3);
    let manifest = archive.plan(RULES);
    run_all(&manifest);
    let output = archive.path("out/1.nc");
    let record = manifest
        .records()
        .join(format!("{}.json", manifest.units()[1].id()));

    fs::remove_file(&output).unwrap();
    assert_eq!(run_all(&manifest), [1, 2, 0]);
    let bytes = fs::read(&output).unwrap();
    fs::write(&output, &bytes[1..]).unwrap();
    assert_eq!(run_all(&manifest), [1, 2, 0]);
    fs::write(&record, "{}").unwrap();
    assert_eq!(run_all(&manifest), [1, 2, 0]);

    // Damage that keeps the size is found by the checksum.
    let mut bytes = fs::read(&output).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&output, &bytes).unwrap();
    assert_eq!(run_all(&manifest), [0, 3, 0]);
    let recheck = RunOptions::default().with_recheck(true);
    assert_eq!(run_with(&manifest, &recheck).0, [1, 2, 0]);
    assert_eq!(run_with(&manifest, &recheck).0, [0, 3, 0]);

    // Rules that change nothing for these files, and rules that do.
    let same = format!("# a comment\n{RULES}[[rules]]\nunits = 'm'\nbound = 'abs:1'\n");
    assert_eq!(run_all(&archive.plan(&same)), [0, 3, 0]);
    assert_eq!(run_all(&archive.plan("default = 'abs:0.5'")), [3, 0, 0]);

    // A new file and a file that was written again.
    write_field(&archive.path("in/3.nc"), "t", "K", 7);
    let file = fs::File::options()
        .write(true)
        .open(archive.path("in/0.nc"));
    let later = SystemTime::now() + Duration::from_secs(9);
    file.unwrap().set_modified(later).unwrap();
    assert_eq!(run_all(&archive.plan("default = 'abs:0.5'")), [2, 2, 0]);

    // An input that is removed after it was archived.
    let manifest = archive.plan("default = 'abs:0.5'");
    fs::remove_file(archive.path("in/2.nc")).unwrap();
    assert_eq!(run_all(&manifest), [0, 4, 0]);
}

#[test]
fn a_unit_that_fails_does_not_stop_the_others() {
    let archive = Archive::new(4);
    let manifest = archive.plan(RULES);
    write_field(&archive.path("in/0.nc"), "t", "K", 9);
    fs::remove_file(archive.path("in/1.nc")).unwrap();
    fs::create_dir(archive.path("out/2.nc")).unwrap();
    let (numbers, mut errors) = run_with(&manifest, &RunOptions::default());
    assert_eq!(numbers, [1, 0, 3]);
    errors.sort();
    for (error, expected) in errors.iter().zip([
        ["in/0.nc", "has changed since the manifest was planned"],
        ["in/1.nc", "No such file"],
        ["out/2.nc", "directory"],
    ]) {
        assert!(expected.iter().all(|text| error.contains(text)), "{error}");
    }
    let found = status(&manifest).unwrap();
    assert_eq!(
        (found.finished, found.failed.len(), found.waiting),
        (1, 3, 0)
    );
    assert_eq!(found.failed[0].error, errors[0]);

    // Once the causes are removed, the next run does the units, and their failures are gone.
    fs::remove_dir(archive.path("out/2.nc")).unwrap();
    assert_eq!(run_all(&manifest), [1, 1, 2]);
    write_field(&archive.path("in/1.nc"), "t", "K", 1);
    assert_eq!(run_all(&archive.plan(RULES)), [2, 2, 0]);
    assert!(status(&archive.plan(RULES)).unwrap().failed.is_empty());
}

/// Processes of one run leave the failures of each other alone.
#[test]
fn a_failure_of_the_same_run_is_not_repeated() {
    let archive = Archive::new(1);
    let manifest = archive.plan(RULES);
    fs::create_dir(archive.path("out/0.nc")).unwrap();
    let run = |since: i64| run_with(&manifest, &RunOptions::default().with_since(since));
    assert_eq!(run(0).0, [0, 0, 1]);
    fs::remove_dir(archive.path("out/0.nc")).unwrap();
    let (numbers, errors) = run(0);
    assert_eq!(numbers, [0, 0, 1]);
    assert!(errors[0].contains("out/0.nc"), "{errors:?}");
    assert_eq!(run_all(&manifest), [1, 0, 0]);
}

/// A packed variable with an offset cannot have a pointwise-relative bound.
#[test]
fn a_variable_that_cannot_have_its_bound_fails() {
    let archive = Archive::new(0);
    let values = ndarray::Array3::from_shape_fn((4, 9, 9), |(t, y, x)| (t * y + x) as i16);
    let mut field = Field::new("t", values.into_dyn(), &["time", "y", "x"]).unwrap();
    for name in ["scale_factor", "add_offset"] {
        field.attributes.insert(name, vec![0.5]);
    }
    fs::create_dir(archive.path("in")).unwrap();
    write_netcdf(archive.path("in/0.nc"), &field, &NetcdfOptions::default()).unwrap();
    let rules = "[[rules]]\nvariable = 'NAME'\nbound = 'pointwise:0.1'";
    let named = archive.plan(&rules.replace("NAME", "t"));
    let (numbers, errors) = run_with(&named, &RunOptions::default());
    assert_eq!(numbers, [0, 0, 1]);
    let error = &errors[0];
    assert!(
        error.contains("in/0.nc") && error.contains("\"t\" cannot have this bound"),
        "{error}"
    );
    assert!(!archive.path("out/0.nc").exists());
    // A pattern leaves the variable lossless.
    assert_eq!(
        run_all(&archive.plan(&rules.replace("NAME", "t*"))),
        [1, 0, 0]
    );
}

#[test]
fn parts_have_each_unit_once_and_about_the_same_work() {
    let archive = Archive::new(0);
    for number in 0..30 {
        write_field(&archive.path(&format!("in/{number}.nc")), "t", "K", number);
    }
    let manifest = archive.plan(RULES);
    for count in [1, 2, 7, 30, 45] {
        let parts = (1..=count).map(|index| Part::new(index, count).unwrap());
        let parts: Vec<_> = parts.map(|part| part.units(manifest.units())).collect();
        let mut ids: Vec<&str> = parts.iter().flatten().map(|unit| unit.id()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 30);
        assert_eq!(parts.iter().map(Vec::len).sum::<usize>(), 30);
        let work = parts
            .iter()
            .map(|part| part.iter().map(|unit| unit.work()).sum::<u64>());
        let (least, most) = (work.clone().min().unwrap(), work.max().unwrap());
        let largest = manifest
            .units()
            .iter()
            .map(|unit| unit.work())
            .max()
            .unwrap();
        assert!(most - least <= largest, "{count}: {least} to {most}");
    }
    for wrong in [
        "",
        "1",
        "1/0",
        "0/1",
        "2/1",
        "a/b",
        "1/2/3",
        "-1/2",
        "1/99999999999999999999999",
    ] {
        assert!(wrong.parse::<Part>().is_err(), "{wrong}");
    }
    assert_eq!("3/20".parse::<Part>().unwrap().to_string(), "3/20");
}

/// A record of which bytes are missing or changed never panics: the unit is done again, or the
/// record still belongs to it.
#[test]
fn damaged_records_are_replaced() {
    let archive = Archive::new(1);
    let manifest = archive.plan(RULES);
    run_all(&manifest);
    let unit = &manifest.units()[0];
    let path = manifest.records().join(format!("{}.json", unit.id()));
    let record = fs::read(&path).unwrap();
    for length in 0..record.len() {
        fs::write(&path, &record[..length]).unwrap();
        let state = UnitState::of(&manifest, unit).unwrap();
        assert_eq!(state, UnitState::Waiting, "{length}");
    }
    let mut runner = proptest::test_runner::TestRunner::default();
    let result = runner.run(&(0..record.len(), any::<u8>()), |(at, byte)| {
        let mut changed = record.clone();
        changed[at] = byte;
        fs::write(&path, &changed).unwrap();
        let state = UnitState::of(&manifest, unit).unwrap();
        prop_assert!(matches!(state, UnitState::Waiting | UnitState::Finished(_)));
        Ok(())
    });
    result.unwrap();
    fs::write(&path, &record[..9]).unwrap();
    assert_eq!(run_all(&manifest), [1, 0, 0]);
    assert!(matches!(
        UnitState::of(&manifest, unit).unwrap(),
        UnitState::Finished(_)
    ));
}
