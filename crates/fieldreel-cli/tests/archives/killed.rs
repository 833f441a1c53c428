//! Processes that are killed at random times.

use std::collections::BTreeMap;
use std::fs;
use std::process::Child;
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::common::{Archive, result_of};

/// The environment variable with the number of processes to kill. `make archive-killed` sets 20,
/// for 500 files of 2 MB.
const KILLS: &str = "FIELDREEL_ARCHIVE_KILLS";

const MANIFEST: &str = "archive/manifest.jsonl";

/// The number of processes that are killed and started again; others are left alone.
const VICTIMS: usize = 2;

struct Size {
    kills: usize,
    files: usize,
    processes: usize,
    shape: [usize; 3],
}

fn size() -> Size {
    match std::env::var(KILLS) {
        Ok(kills) => Size {
            kills: kills.parse().unwrap(),
            files: 500,
            processes: 4,
            shape: [12, 200, 210],
        },
        Err(_) => Size {
            kills: 6,
            files: 24,
            processes: 2,
            shape: [8, 60, 80],
        },
    }
}

#[test]
fn an_archive_survives_killed_processes() {
    let size = size();
    let archive = Archive::new(size.files, size.shape);
    run_and_kill(&size, &archive);
}

#[cfg(feature = "zarr")]
#[test]
fn an_archive_of_zarr_stores_survives_killed_processes() {
    let size = size();
    let archive = Archive::new(size.files, size.shape);
    archive.set_rules("format = 'zarr'\nchunks = { time = 2 }\n");
    archive.plan("archive");
    run_and_kill(&size, &archive);
}

/// A file of several slabs is complete and within its bounds, or absent.
#[cfg(feature = "zarr")]
#[test]
fn slabs_survive_killed_processes() {
    let archive = Archive::new(2, [24, 120, 160]);
    archive.set_rules("format = 'zarr'\nchunks = { time = 2 }\nsplit_above = '400 kB'\n");
    archive.plan("archive");
    let units = archive.json(&["status", MANIFEST]).0["units"].as_u64();
    let units = units.unwrap() as usize;
    assert_eq!(units, 2 * 6 + 2);
    for kill in 0..4 {
        let start = || {
            archive
                .command(&["run", MANIFEST, "--threads", "1"])
                .spawn()
        };
        let mut children = [start().unwrap(), start().unwrap()];
        while archive.records().len() < 3 * (kill + 1) {
            sleep(Duration::from_millis(2));
        }
        for child in &mut children {
            child.kill().unwrap();
            child.wait().unwrap();
        }
        let (verified, code) = archive.json(&["verify", MANIFEST]);
        let damaged = verified["damaged"].as_array().map(Vec::len);
        assert_eq!(damaged, Some(0), "{verified}");
        assert!(matches!(code, Some(0 | 1)), "{code:?}");
    }
    let (ran, code) = archive.json(&["run", MANIFEST]);
    assert_eq!(code, Some(0), "{ran}");
    let (verified, code) = archive.json(&["verify", MANIFEST, "--against"]);
    assert_eq!(
        (verified["intact"].as_u64(), code),
        (Some(units as u64), Some(0))
    );
    assert_eq!(archive.records().len(), units);
}

/// Runs an archive by processes that are killed, and checks that every output is complete and within
/// its bounds, and that no unit that was finished is done again.
fn run_and_kill(size: &Size, archive: &Archive) {
    let start = || {
        let mut command = archive.command(&["run", MANIFEST, "--threads", "1", "--json"]);
        command.spawn().unwrap()
    };
    let begin = Instant::now();
    let mut children: Vec<Child> = (0..size.processes).map(|_| start()).collect();
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    // The records of killed processes, which nobody may replace.
    let mut kept: BTreeMap<String, Value> = BTreeMap::new();
    let mut killed_at_work = 0;
    for kill in 0..size.kills {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        // Kills at random times, spread over the run.
        let finished = || archive.records().len();
        while finished() < (size.files * kill / (size.kills + 1)).max(1) {
            sleep(Duration::from_millis(2));
        }
        sleep(Duration::from_millis(state % 100));
        let victim = kill % VICTIMS;
        let process = children[victim].id();
        let was_running = children[victim].try_wait().unwrap().is_none();
        assert!(
            was_running,
            "process {process} has ended before it was killed"
        );
        children[victim].kill().unwrap();
        children[victim].wait().unwrap();
        let records = archive.records().into_iter();
        kept.extend(records.filter(|(_, record)| record["process"] == process));
        // Each other process has at most one lock.
        killed_at_work += usize::from(locks(archive) == size.processes);
        children[victim] = start();
    }
    let mut done = 0;
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{output:?}");
        let result = result_of(&output);
        assert_eq!(result["failed"].as_array().map(Vec::len), Some(0));
        done += result["done"].as_u64().unwrap() as usize;
    }
    let seconds = begin.elapsed().as_secs_f64();
    let records = archive.records();
    assert_eq!(records.len(), size.files);
    for (id, record) in &kept {
        assert_eq!(records.get(id), Some(record), "{id} was done again");
    }
    // Each unit was done by one process: a killed one, or one that ended by itself.
    assert_eq!(done + kept.len(), size.files);

    let (again, code) = archive.json(&["run", MANIFEST, "--recheck"]);
    assert_eq!(
        (again["skipped"].as_u64(), code),
        (Some(size.files as u64), Some(0))
    );
    let (verified, code) = archive.json(&["verify", MANIFEST, "--against"]);
    assert_eq!(
        (verified["intact"].as_u64(), code),
        (Some(size.files as u64), Some(0))
    );
    // Nothing but the outputs, the manifest and the records is left.
    let count = |name: &str| fs::read_dir(archive.path(name)).unwrap().count();
    assert_eq!(count("archive"), size.files + 2);
    assert_eq!(count("archive/manifest.records"), size.files);
    println!(
        "{} files, {} processes, {} kills, at least {killed_at_work} of them in the middle of a unit: \
         {done} units done by processes that ended by themselves, {} by killed ones, none twice, \
         in {seconds:.1} s",
        size.files,
        size.processes,
        size.kills,
        kept.len()
    );
    if std::env::var_os(KILLS).is_some() {
        print_times(archive);
    }
}

/// Returns the number of units that processes have or had when they were killed.
fn locks(archive: &Archive) -> usize {
    let entries = fs::read_dir(archive.path("archive/manifest.records")).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.ends_with(".lock")).count()
}

/// Prints the time of one and of two processes for all files.
fn print_times(archive: &Archive) {
    for jobs in ["1", "2"] {
        let out = format!("jobs-{jobs}");
        archive.plan(&out);
        let manifest = format!("{out}/manifest.jsonl");
        let (result, code) = archive.json(&["run", &manifest, "--jobs", jobs, "--threads", "1"]);
        assert_eq!(code, Some(0));
        let [before, after] = ["input_bytes", "output_bytes"].map(|key| &result[key]);
        println!(
            "--jobs {jobs}: {before} bytes to {after} in {} s",
            result["seconds"]
        );
        fs::remove_dir_all(archive.path(&out)).unwrap();
    }
}
