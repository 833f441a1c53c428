//! Runs that are stopped at any time.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::tempdir;

use crate::programs::{PROGRAMS, Program, entries, error_of, inputs};

/// The number of runs that are to be stopped, every tenth by SIGKILL: `make interrupted` says 200.
pub(crate) const RUNS: &str = "FIELDREEL_INTERRUPTED";
const SIGNALS: [(&str, i32); 3] = [("-INT", 2), ("-TERM", 15), ("-HUP", 1)];

/// Returns whether an output is whole, by its values where its bytes hold the time.
fn is_whole(program: Program, path: &Path, whole: &Path) -> bool {
    let values = |path: &Path| Some(fieldreel::read_field(path, None).ok()?.values);
    match program.output {
        "nc" => matches!((values(path), values(whole)), (Some(own), Some(whole)) if own == whole),
        _ => fs::read(path).unwrap() == fs::read(whole).unwrap(),
    }
}

#[test]
fn a_run_that_is_stopped_leaves_the_old_file_or_the_new_one() {
    let (runs, frames): (usize, usize) = match std::env::var(RUNS) {
        Ok(runs) => (runs.parse().unwrap(), 200),
        Err(_) => (16, 12),
    };
    let folder = tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    inputs(folder.path(), frames);
    fs::create_dir(at("out")).unwrap();
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    // A number from 0 to 1.
    let mut random = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    let (mut stopped, mut finished, mut killed) = (0, 0, 0);
    let mut whole_after_all = 0;
    let programs = PROGRAMS.iter().filter(|program| program.name != "inspect");
    let programs: Vec<(Program, Duration)> = programs
        .map(|&program| {
            let whole = at(&program.whole());
            let start = Instant::now();
            let output = program.run(folder.path(), &whole);
            assert!(
                output.status.success(),
                "{program:?}: {}",
                error_of(&output)
            );
            (program, start.elapsed())
        })
        .collect();
    for run in 0.. {
        if stopped == runs {
            break;
        }
        assert!(run < 3 * runs + 50, "{stopped} of {run} runs were stopped");
        let (program, duration) = programs[run % programs.len()];
        let whole = at(&program.whole());
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
        let signal = SIGNALS[run % SIGNALS.len()];
        if is_kill {
            child.kill().unwrap();
        } else {
            let pid = child.id().to_string();
            // Of one that has ended already there is nothing to stop.
            Command::new("kill")
                .args([signal.0, &pid])
                .status()
                .unwrap();
        }
        let status = child.wait().unwrap();
        let case = format!("run {run}, {program:?}, old file: {has_old}, {status}");
        match status.signal() {
            Some(number) => {
                assert_eq!(number, if is_kill { 9 } else { signal.1 }, "{case}");
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
                is_old && has_old || is_whole(program, &target, &whole),
                "{case}"
            );
            whole_after_all += u32::from(!is_old && status.signal().is_some());
            assert!(!(is_old && status.success()), "{case}");
            fs::remove_file(&target).unwrap();
        } else {
            assert!(!has_old && !status.success(), "{case}");
        }
    }
    println!(
        "{stopped} runs stopped, {killed} by SIGKILL, {whole_after_all} once the new file was there; {finished} more had ended"
    );
}
