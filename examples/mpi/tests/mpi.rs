//! The programs, on several numbers of processes. `--nocapture` shows their times.
#![cfg(test)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Mutex, PoisonError};

/// Only one test at a time starts processes, because they wait for each other by polling.
static PROCESSES: Mutex<()> = Mutex::new(());

/// Runs `simulate` on a number of processes of this machine.
fn simulate(processes: usize, arguments: &[&str]) -> Output {
    // A test that failed has no processes any more.
    let _lock = PROCESSES.lock().unwrap_or_else(PoisonError::into_inner);
    Command::new("mpirun")
        .args(["-n", &processes.to_string(), env!("CARGO_BIN_EXE_simulate")])
        .args(arguments)
        // A run that waits forever is stopped.
        .env("MPIEXEC_TIMEOUT", "60")
        // Open MPI refuses root, and more processes than cores, unless it is told otherwise.
        .env("OMPI_ALLOW_RUN_AS_ROOT", "1")
        .env("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1")
        .env("OMPI_MCA_rmaps_base_oversubscribe", "1")
        .env("PRTE_MCA_rmaps_default_mapping_policy", ":oversubscribe")
        .env("OMPI_MCA_mpi_yield_when_idle", "1")
        // Processes of one machine need no network, and containers forbid one to read another.
        .env("OMPI_MCA_btl", "^tcp")
        .env("OMPI_MCA_btl_vader_single_copy_mechanism", "none")
        .output()
        .unwrap()
}

fn check(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_check"));
    command.args(arguments).output().unwrap()
}

/// Returns what a program printed, and checks that it succeeded.
fn succeeded(output: &Output) -> String {
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{error}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Checks that a program failed, and that its message contains `expected` exactly once.
fn failed(output: &Output, expected: &str) {
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "{expected}");
    assert_eq!(error.matches(expected).count(), 1, "{expected}: {error}");
}

/// Simulates and checks, and returns the files of the output.
fn files(folder: &Path, format: &str, processes: usize, bound: &str) -> BTreeMap<PathBuf, Vec<u8>> {
    let path = folder.join(format!("{format}-{processes}"));
    let name = path.to_str().unwrap();
    print!(
        "{}",
        succeeded(&simulate(processes, &[format, name, bound]))
    );
    print!("{}", succeeded(&check(&[format, name, bound])));
    assert!(
        !folder
            .join(format!("{format}-{processes}.partial"))
            .exists()
    );
    let mut files = BTreeMap::new();
    let mut folders = vec![path.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap().path();
            if entry.is_dir() {
                folders.push(entry);
            } else {
                let name = entry.strip_prefix(&path).unwrap().to_owned();
                files.insert(name, fs::read(entry).unwrap());
            }
        }
    }
    let bytes: usize = files.values().map(Vec::len).sum();
    println!(
        "{format} on {processes}: {} files, {bytes} bytes",
        files.len()
    );
    files
}

#[test]
fn an_array_is_the_same_for_any_number_of_processes() {
    let folder = tempfile::tempdir().unwrap();
    let expected = files(folder.path(), "zarr", 1, "rel:1e-3");
    // Three chunks in time, four along each other axis, and the metadata.
    assert_eq!(expected.len(), 3 * 4 * 4 + 1);
    for processes in [2, 4] {
        let files = files(folder.path(), "zarr", processes, "rel:1e-3");
        assert!(files == expected, "{processes}");
    }
}

#[test]
fn reels_of_all_processes_are_one_array() {
    let folder = tempfile::tempdir().unwrap();
    for processes in [1, 2, 4] {
        let files = files(folder.path(), "reels", processes, "rel:1e-3");
        assert_eq!(files.len(), processes);
    }
}

#[test]
fn the_simulation_does_not_depend_on_the_number_of_processes() {
    let folder = tempfile::tempdir().unwrap();
    files(folder.path(), "zarr", 4, "lossless");
    // Tiles of different widths.
    files(folder.path(), "reels", 3, "pointwise:1e-2");
}

#[test]
fn invalid_arguments_are_errors_of_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("height");
    let name = path.to_str().unwrap();
    failed(&simulate(2, &["zarr"]), "usage:");
    failed(&simulate(2, &["hdf5", name]), "unknown format hdf5");
    failed(&simulate(2, &["zarr", name, "rel:2"]), "rel:2");
    failed(
        &simulate(5, &["zarr", name]),
        "5 processes cannot divide 4×4 chunks",
    );
    let missing = folder.path().join("missing/height");
    let missing = missing.to_str().unwrap();
    failed(
        &simulate(2, &["reels", missing]),
        "missing/height.partial: No such file",
    );
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    failed(&check(&["zarr", missing]), "missing/height");
    failed(&check(&["reels", missing]), "missing/height");

    fs::write(&path, "kept").unwrap();
    failed(
        &simulate(2, &["reels", name]),
        "exists; remove it or name another output",
    );
    assert_eq!(fs::read_to_string(&path).unwrap(), "kept");
    failed(&check(&["reels", name]), "Not a directory");
    failed(&check(&["zarr", name]), "height");
}

#[test]
fn missing_and_damaged_chunks_are_found() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("height");
    let name = path.to_str().unwrap();
    succeeded(&simulate(2, &["zarr", name, "abs:1e-3"]));
    succeeded(&check(&["zarr", name, "abs:1e-3"]));
    failed(
        &check(&["zarr", name, "abs:1e-6"]),
        "the error may be at most 1e-6",
    );

    let chunk = path.join("c/1/2/3");
    let bytes = fs::read(&chunk).unwrap();
    fs::remove_file(&chunk).unwrap();
    failed(&check(&["zarr", name, "abs:1e-3"]), "[16, 128, 192] is NaN");
    fs::write(&chunk, &bytes[..bytes.len() / 2]).unwrap();
    failed(&check(&["zarr", name, "abs:1e-3"]), "height");
    fs::write(&chunk, &bytes).unwrap();
    succeeded(&check(&["zarr", name, "abs:1e-3"]));
}
