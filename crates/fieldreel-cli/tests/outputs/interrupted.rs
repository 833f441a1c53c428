//! Runs of the programs that a signal stops at a random time.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::Stdio;
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::tempdir;

use crate::programs::{CASES, ProgramCase, entries, stderr_of, write_inputs};

/// The environment variable with the number of runs to stop. Every tenth run is stopped by
/// SIGKILL. `make interrupted` sets 200.
pub(crate) const RUNS: &str = "FIELDREEL_INTERRUPTED";
const SIGNALS: [Signal; 3] = [Signal::INT, Signal::TERM, Signal::HUP];

/// Returns whether an output is complete. NetCDF files are compared by their values, because their
/// bytes contain the time.
fn is_complete(program: ProgramCase, path: &Path, reference: &Path) -> bool {
    let values = |path: &Path| Some(fieldreel::read_field(path, None).ok()?.values);
    match program.output {
        "nc" => values(path).is_some() && values(path) == values(reference),
        _ => fs::read(path).unwrap() == fs::read(reference).unwrap(),
    }
}

#[test]
fn a_stopped_run_leaves_the_old_or_the_new_file() {
    let (runs, frames): (usize, usize) = match std::env::var(RUNS) {
        Ok(runs) => (runs.parse().unwrap(), 200),
        Err(_) => (16, 12),
    };
    let folder = tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    write_inputs(folder.path(), frames);
    fs::create_dir(at("out")).unwrap();
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    // Returns a number from 0 to 1.
    let mut random = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    let (mut stopped, mut finished, mut killed) = (0, 0, 0);
    let mut stopped_after_completion = 0;
    let programs = CASES.iter().filter(|program| program.name != "inspect");
    let programs: Vec<(ProgramCase, Duration)> = programs
        .map(|&program| {
            let reference = at(&program.reference_name());
            // The first run is slower, because the system reads files that later runs find in memory.
            let [_, duration] = [(); 2].map(|()| {
                let start = Instant::now();
                let output = program.run(folder.path(), &reference);
                assert!(
                    output.status.success(),
                    "{program:?}: {}",
                    stderr_of(&output)
                );
                start.elapsed()
            });
            (program, duration)
        })
        .collect();
    for run in 0.. {
        if stopped == runs {
            break;
        }
        assert!(run < 3 * runs + 50, "{stopped} of {run} runs were stopped");
        let (program, duration) = programs[run % programs.len()];
        let reference = at(&program.reference_name());
        let target = at("out/target").with_extension(program.output);
        let has_old = random() < 0.5;
        if has_old {
            fs::write(&target, "old").unwrap();
        }
        let mut command = program.command(folder.path(), &target);
        let mut child = command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        sleep(duration.mul_f64(random()));
        let is_kill = stopped % 10 == 9;
        let signal = match is_kill {
            true => Signal::KILL,
            false => SIGNALS[run % SIGNALS.len()],
        };
        // The process exists until it is waited for, even if it has ended.
        kill_process(Pid::from_child(&child), signal).unwrap();
        let status = child.wait().unwrap();
        let case = format!("run {run}, {program:?}, old file: {has_old}, {status}");
        match status.signal() {
            Some(number) => {
                assert_eq!(number, signal.as_raw(), "{case}");
                stopped += 1;
                killed += u32::from(is_kill);
            }
            None => {
                assert!(status.success(), "{case}");
                finished += 1;
            }
        }
        let expected: &[&str] = match target.exists() {
            true => &[target.file_name().unwrap().to_str().unwrap()],
            false => &[],
        };
        assert_eq!(entries(&at("out")), expected, "{case}");
        if target.exists() {
            let is_old = fs::read(&target).unwrap() == b"old";
            assert!(
                is_old && has_old || is_complete(program, &target, &reference),
                "{case}"
            );
            stopped_after_completion += u32::from(!is_old && status.signal().is_some());
            assert!(!(is_old && status.success()), "{case}");
            fs::remove_file(&target).unwrap();
        } else {
            assert!(!has_old && !status.success(), "{case}");
        }
    }
    println!(
        "{stopped} runs were stopped, {killed} by SIGKILL, {stopped_after_completion} after the \
         new file was complete; {finished} other runs finished"
    );
}
