//! The outcomes of a run, as text, as JSON and as an error.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::PathBuf;
use std::time::Instant;

use fieldreel_archive::{Manifest, Outcome, Unit};
use serde::Serialize;

use crate::commands::archive::units;
use crate::error::Result;
use crate::options::Printing;
use crate::output::size_change::describe_change;

/// The outcomes of the units of a run, each of which counts once, whichever process reports it.
pub(super) struct Report {
    start: Instant,
    units: usize,
    /// The outcomes by the input and the id of the unit.
    outcomes: BTreeMap<(PathBuf, String), Outcome>,
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
            units,
            outcomes: BTreeMap::new(),
        }
    }

    /// Adds an outcome, and returns true if it is the first one of the unit. A process that has
    /// skipped a unit, or has found that it failed, knows less than the one that has done it.
    pub(super) fn add(&mut self, unit: &Unit, outcome: Outcome) -> bool {
        match self
            .outcomes
            .entry((unit.input().to_owned(), unit.id().to_owned()))
        {
            Entry::Vacant(entry) => {
                entry.insert(outcome);
                true
            }
            Entry::Occupied(mut entry) => {
                if matches!(outcome, Outcome::Done { .. }) {
                    entry.insert(outcome);
                }
                false
            }
        }
    }

    /// Prints the report, and fails if units have failed or have no outcome.
    pub(super) fn finish(self, manifest: &Manifest, printing: &Printing) -> Result {
        let result = self.result();
        printing.print(None, &result, RunResult::text)?;
        let path = manifest.path().display();
        let missing = result.units - self.outcomes.len();
        if missing > 0 {
            let count = units(missing);
            return Err(format!("{path}: {count} not done, because processes ended early").into());
        }
        match result.failed.as_slice() {
            [] => Ok(()),
            [first, ..] => {
                let (failed, units, error) = (result.failed.len(), result.units, &first.error);
                Err(format!("{path}: {failed} of {units} units failed; the first: {error}").into())
            }
        }
    }

    fn result(&self) -> RunResult {
        let mut result = RunResult {
            units: self.units,
            done: 0,
            skipped: 0,
            failed: Vec::new(),
            input_bytes: 0,
            output_bytes: 0,
            seconds: self.start.elapsed().as_secs_f64(),
        };
        for ((input, _), outcome) in &self.outcomes {
            match outcome {
                Outcome::Done {
                    input_bytes,
                    output_bytes,
                } => {
                    result.done += 1;
                    result.input_bytes += input_bytes;
                    result.output_bytes += output_bytes;
                }
                Outcome::Failed { error } => result.failed.push(FailedUnit {
                    input: input.to_string_lossy().into_owned(),
                    error: error.clone(),
                }),
                _ => result.skipped += 1,
            }
        }
        result
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
        // Slabs alone have no sizes.
        if before > 0 {
            let change = describe_change(before, after);
            text += &format!("{before} bytes to {after}: {change}\n");
        }
        for unit in &self.failed {
            text += &format!("failed: {}\n", unit.error);
        }
        text
    }
}
