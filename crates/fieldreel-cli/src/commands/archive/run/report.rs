//! The outcomes of a run, as text, as JSON and as an error.

use std::collections::HashSet;
use std::time::Instant;

use fieldreel_archive::{Manifest, Outcome, Unit};
use serde::Serialize;

use crate::commands::archive::units;
use crate::error::Result;
use crate::options::Printing;
use crate::output::size_change::describe_change;

/// The outcomes of the units of a run, each of which counts once, whichever process reports it
/// first.
pub(super) struct Report {
    start: Instant,
    reported: HashSet<String>,
    result: RunResult,
}

/// The result of a run, which `--json` prints in this form.
#[derive(Serialize)]
struct RunResult {
    /// The number of units of the part.
    units: usize,
    /// The number of units that this run has done.
    done: usize,
    /// The number of units that were finished before, or by another run.
    skipped: usize,
    failed: Vec<FailedUnit>,
    /// The size of the inputs of the units that this run has done.
    input_bytes: u64,
    output_bytes: u64,
    seconds: f64,
}

/// A unit that has failed.
#[derive(Serialize)]
struct FailedUnit {
    input: String,
    error: String,
}

impl Report {
    /// Returns a report on a number of units, none of which has an outcome yet.
    pub(super) fn new(units: usize) -> Self {
        Self {
            start: Instant::now(),
            reported: HashSet::new(),
            result: RunResult {
                units,
                done: 0,
                skipped: 0,
                failed: Vec::new(),
                input_bytes: 0,
                output_bytes: 0,
                seconds: 0.0,
            },
        }
    }

    /// Adds an outcome, and returns true if it is the first one of the unit. The outcome of the
    /// process that has done a unit replaces that of a process that has skipped it.
    pub(super) fn add(&mut self, unit: &Unit, outcome: Outcome) -> bool {
        let is_first = self.reported.insert(unit.id().to_owned());
        let result = &mut self.result;
        match outcome {
            Outcome::Done {
                input_bytes,
                output_bytes,
            } => {
                result.done += 1;
                result.skipped -= usize::from(!is_first);
                result.input_bytes += input_bytes;
                result.output_bytes += output_bytes;
            }
            Outcome::Failed { error } if is_first => result.failed.push(FailedUnit {
                input: unit.input().to_string_lossy().into_owned(),
                error,
            }),
            Outcome::Skipped if is_first => result.skipped += 1,
            _ => {}
        }
        is_first
    }

    /// Prints the report, and fails if units have failed or have no outcome.
    pub(super) fn finish(mut self, manifest: &Manifest, printing: &Printing) -> Result {
        self.result.seconds = self.start.elapsed().as_secs_f64();
        printing.print(None, &self.result, RunResult::text)?;
        let missing = self.result.units - self.reported.len();
        if missing > 0 {
            let path = manifest.path().display();
            let count = units(missing);
            return Err(format!("{path}: {count} not done, because processes ended early").into());
        }
        match self.result.failed.as_slice() {
            [] => Ok(()),
            [first, ..] => {
                let (path, error) = (manifest.path().display(), &first.error);
                let (failed, units) = (self.result.failed.len(), self.result.units);
                Err(format!("{path}: {failed} of {units} units failed; the first: {error}").into())
            }
        }
    }
}

impl RunResult {
    fn text(&self) -> String {
        let (done, skipped, failed) = (self.done, self.skipped, self.failed.len());
        let (before, after, seconds) = (self.input_bytes, self.output_bytes, self.seconds);
        let units = units(self.units);
        let mut text = format!(
            "{units}: {done} done in {seconds:.1} s, {skipped} finished before, {failed} failed\n"
        );
        if done > 0 {
            let change = describe_change(before, after);
            text += &format!("{before} bytes to {after}: {change}\n");
        }
        for unit in &self.failed {
            text += &format!("failed: {}\n", unit.error);
        }
        text
    }
}
