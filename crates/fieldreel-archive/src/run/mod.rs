//! Working off a manifest.

mod output;
mod part;
mod slabs;
mod unit;

use std::thread::sleep;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use crate::manifest::{Unit, nanoseconds};
use crate::store::Store;
use crate::{Manifest, Result};
pub use part::Part;
use unit::Attempt;

/// The shortest and the longest time between two attempts to claim the units that other processes
/// have.
const PAUSES: [Duration; 2] = [Duration::from_millis(50), Duration::from_secs(2)];

/// Options of [`run`].
///
/// ```
/// use fieldreel_archive::RunOptions;
///
/// let options = RunOptions::default().with_part("3/20".parse()?).with_threads(4);
/// # Ok::<(), fieldreel_archive::ArchiveError>(())
/// ```
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct RunOptions {
    /// The part of the units to work on. Default: all.
    pub part: Part,
    /// True if the outputs of finished units are read and compared with the checksums of their
    /// records. Default: false, their sizes are compared.
    pub recheck: bool,
    /// The number of chunks that are encoded at the same time. Default: `None`, the number of
    /// threads of the machine.
    pub threads: Option<usize>,
    /// The time in nanoseconds since 1970-01-01 UTC from which the failure of another process
    /// counts as one of this run, so that processes of one run do not repeat it. Default: `None`,
    /// the time at which the run starts.
    pub since: Option<i64>,
}

impl RunOptions {
    /// Sets the part of the units to work on.
    #[must_use]
    pub fn with_part(mut self, part: Part) -> Self {
        self.part = part;
        self
    }

    /// Sets whether the outputs of finished units are read and compared with their checksums.
    #[must_use]
    pub fn with_recheck(mut self, recheck: bool) -> Self {
        self.recheck = recheck;
        self
    }

    /// Sets the number of chunks that are encoded at the same time.
    #[must_use]
    pub fn with_threads(mut self, threads: usize) -> Self {
        self.threads = Some(threads);
        self
    }

    /// Sets the time from which the failure of another process counts as one of this run.
    #[must_use]
    pub fn with_since(mut self, nanoseconds: i64) -> Self {
        self.since = Some(nanoseconds);
        self
    }
}

/// The outcome of a unit in a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Outcome {
    /// This process has done the unit.
    Done {
        /// The size of the input in bytes; 0 for a slab, whose values count with its file.
        input_bytes: u64,
        /// The size of the output in bytes; 0 for a slab.
        output_bytes: u64,
    },
    /// The unit was finished before, or by another process.
    Skipped,
    /// The unit failed in this process, or in another one during the run.
    Failed {
        /// The message of the error.
        error: String,
    },
}

/// The outcomes of a run, by number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RunSummary {
    /// The number of units that this process has done.
    pub done: usize,
    /// The number of units that were finished before, or by another process.
    pub skipped: usize,
    /// The number of units that failed.
    pub failed: usize,
}

/// Does the units of a part that are not finished, the largest first, and returns when each of
/// them is finished or has failed.
///
/// Any number of processes may run a manifest at the same time, in the same part or in different
/// ones, and on different machines if the file system of the records locks files for all of them.
/// A process claims a unit by a lock that the operating system releases when the process ends. A
/// unit that another process has is left to it; if that process ends without finishing the unit,
/// another one does it.
///
/// The unit of a file with slabs is done when all its slabs are. The process that has the unit does
/// those slabs that no other process has, whether they are in its part or not.
///
/// An output appears when it is complete and every bound is checked, and its record after it. A
/// unit that fails does not stop the others. `on_outcome` is called with the outcome of each unit.
///
/// # Errors
/// An error that concerns all units, such as [`ArchiveError::Io`](crate::ArchiveError::Io) if the
/// folder of records cannot be created,
/// [`ArchiveError::LocksUnsupported`](crate::ArchiveError::LocksUnsupported) if files cannot be
/// locked, and any error of writing a record.
pub fn run(
    manifest: &Manifest,
    options: &RunOptions,
    mut on_outcome: impl FnMut(&Unit, &Outcome),
) -> Result<RunSummary> {
    let store = Store::of(manifest);
    store.create()?;
    let since = options.since;
    let since = since.unwrap_or_else(|| nanoseconds(SystemTime::now()));
    let mut waiting = options.part.units(manifest.units());
    // Files depend on their slabs.
    waiting.sort_by_key(|unit| !unit.is_slab());
    let mut summary = RunSummary::default();
    let [mut pause, longest] = PAUSES;
    while !waiting.is_empty() {
        let mut busy = Vec::new();
        let before = waiting.len();
        for unit in waiting {
            match unit::attempt(manifest, &store, unit, options, since)? {
                Attempt::Busy => busy.push(unit),
                Attempt::Over(outcome) => {
                    match outcome {
                        Outcome::Done { .. } => summary.done += 1,
                        Outcome::Skipped => summary.skipped += 1,
                        Outcome::Failed { .. } => summary.failed += 1,
                    }
                    on_outcome(unit, &outcome);
                }
            }
        }
        if busy.len() == before {
            sleep(pause);
            pause = (pause * 2).min(longest);
        }
        waiting = busy;
    }
    Ok(summary)
}
