//! Several processes at once, and the end of the process that started others.

use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::common::{Archive, result_of};

const SHAPE: [usize; 3] = [8, 60, 80];
const RUN: [&str; 4] = ["run", "archive/manifest.jsonl", "--threads", "1"];

#[test]
fn processes_share_the_units() {
    let archive = Archive::new(12, SHAPE);
    let children: Vec<_> = (0..3)
        .map(|_| archive.command(&RUN).arg("--json").spawn().unwrap())
        .collect();
    let mut done = 0;
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{output:?}");
        let result = result_of(&output);
        let [own, others] = ["done", "skipped"].map(|key| result[key].as_u64().unwrap());
        // A process ends when all units are finished, whichever process did them.
        assert_eq!((own + others, result["units"].as_u64()), (12, Some(12)));
        done += own;
    }
    assert_eq!((done, archive.records().len()), (12, 12));
    let leftover = archive.path("archive/manifest.records");
    assert_eq!(std::fs::read_dir(leftover).unwrap().count(), 12);
}

#[test]
fn parts_and_jobs_share_the_units() {
    let archive = Archive::new(9, SHAPE);
    let parts = ["1/2", "2/2"].map(|part| {
        let mut command = archive.command(&RUN);
        command.args(["--part", part, "--jobs", "2", "--json"]);
        command.spawn().unwrap()
    });
    let mut done = 0;
    for child in parts {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{output:?}");
        let result = result_of(&output);
        assert_eq!(result["done"], result["units"]);
        done += result["done"].as_u64().unwrap();
    }
    assert_eq!(done, 9);
    let records = archive.records();
    let mut processes: Vec<_> = records
        .values()
        .map(|record| record["process"].as_u64())
        .collect();
    processes.sort_unstable();
    processes.dedup();
    assert!(processes.len() > 2, "{processes:?}");
}

/// The processes of `--jobs` end when the process that started them is killed, and leave complete
/// outputs only.
#[test]
fn jobs_end_with_their_parent() {
    let archive = Archive::new(60, SHAPE);
    let mut command = archive.command(&RUN);
    let mut parent = command.args(["--jobs", "2"]).spawn().unwrap();
    let start = Instant::now();
    while archive.records().len() < 3 {
        assert!(
            start.elapsed() < Duration::from_secs(60),
            "no unit was done"
        );
        sleep(Duration::from_millis(5));
    }
    parent.kill().unwrap();
    parent.wait().unwrap();
    let status = || archive.json(&["status", "archive/manifest.jsonl"]).0;
    while !status()["running"].as_array().unwrap().is_empty() {
        assert!(
            start.elapsed() < Duration::from_secs(90),
            "the processes still work"
        );
        sleep(Duration::from_millis(20));
    }
    let finished = archive.records().len();
    assert!(finished < 60, "the processes have done everything");
    sleep(Duration::from_millis(300));
    assert_eq!(archive.records().len(), finished);
    let (rest, code) = archive.json(&[&RUN[..], &["--jobs", "2"]].concat());
    assert_eq!(
        (rest["done"].as_u64(), code),
        (Some(60 - finished as u64), Some(0))
    );
    assert_eq!(
        archive
            .json(&["verify", "archive/manifest.jsonl", "--against"])
            .1,
        Some(0)
    );
}
