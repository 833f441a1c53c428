//! The processes of `--jobs`: this program, started several times.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStderr, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Sender, channel};
use std::thread;

use fieldreel_archive::{Manifest, Outcome, Unit};

use super::worker::Line;
use crate::error::Result;

/// Starts processes with these arguments after the manifest, and calls `on_outcome` with the
/// outcomes that they report. A process that a signal ends is no error: the others do its units.
///
/// # Errors
/// Fails if a process cannot be started, or ends with an error.
pub(super) fn run(
    manifest: &Manifest,
    jobs: usize,
    arguments: Vec<String>,
    mut on_outcome: impl FnMut(&Unit, Outcome),
) -> Result {
    let units = manifest.units().iter().map(|unit| (unit.id(), unit));
    let units: HashMap<&str, &Unit> = units.collect();
    let program = std::env::current_exe()?;
    let mut workers = Vec::new();
    for _ in 0..jobs {
        let mut command = Command::new(&program);
        command.args(["archive", "run"]).arg(manifest.path());
        // The pipe of standard input ends when this process ends in any way.
        let command = command.args(&arguments).stdin(Stdio::piped());
        let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
        workers.push(Worker(command.spawn()?));
    }
    let (sender, lines) = channel();
    let ends = thread::scope(|scope| {
        let threads: Vec<_> = workers
            .into_iter()
            .map(|worker| {
                let sender = sender.clone();
                scope.spawn(move || worker.wait(&sender))
            })
            .collect();
        drop(sender);
        for Line { unit, outcome } in lines {
            if let Some(unit) = units.get(unit.as_str()) {
                on_outcome(unit, outcome);
            }
        }
        threads
            .into_iter()
            .map(|thread| match thread.join() {
                Ok(end) => end,
                Err(_) => Err(std::io::Error::other(
                    "a thread of this program has ended early",
                )),
            })
            .collect::<Vec<_>>()
    });
    for end in ends {
        let (status, error) = end?;
        if status.code().is_some_and(|code| code != 0) {
            return Err(error
                .trim_start_matches("error: ")
                .trim_end()
                .to_owned()
                .into());
        }
    }
    Ok(())
}

/// A process, which is killed if it is dropped before it has ended.
struct Worker(Child);

impl Worker {
    /// Sends the lines that the process prints until it ends, and returns its exit status and what
    /// it has printed to standard error.
    fn wait(mut self, sender: &Sender<Line>) -> std::io::Result<(ExitStatus, String)> {
        let stdout = self.0.stdout.take();
        let stderr = self.0.stderr.take();
        // Held until the process has ended.
        let _stdin = self.0.stdin.take();
        let error = thread::spawn(move || read_error(stderr));
        send_lines(stdout, sender);
        let status = self.0.wait()?;
        Ok((status, error.join().unwrap_or_default()))
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Sends lines until the end of the pipe. The last line of a process that was killed may be
/// incomplete; the record of its unit, if it was finished, is found by another process.
fn send_lines(stdout: Option<ChildStdout>, sender: &Sender<Line>) {
    let Some(stdout) = stdout else {
        return;
    };
    for text in BufReader::new(stdout).lines().map_while(|line| line.ok()) {
        if let Ok(line) = serde_json::from_str(&text) {
            let _ = sender.send(line);
        }
    }
}

fn read_error(stderr: Option<ChildStderr>) -> String {
    let mut bytes = Vec::new();
    if let Some(mut stderr) = stderr {
        let _ = stderr.read_to_end(&mut bytes);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
