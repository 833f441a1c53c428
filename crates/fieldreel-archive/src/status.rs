//! The status of an archive, from its records.

use std::collections::BTreeMap;

use fieldreel::dataset::{Fidelity, VariableSummary};
use serde::Serialize;

use crate::{Manifest, Result, UnitState};

/// The status of an archive: numbers of units, sizes, and errors by variable.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Status {
    /// The number of units.
    pub units: usize,
    /// The number of finished units.
    pub finished: usize,
    /// The number of units that have to be done.
    pub waiting: usize,
    /// The size of the inputs of all units in bytes.
    pub bytes: u64,
    /// The size of the inputs of finished units in bytes.
    pub input_bytes: u64,
    /// The size of the outputs of finished units in bytes.
    pub output_bytes: u64,
    /// The sum of the times of finished units in seconds, without those of slabs.
    pub seconds: f64,
    /// The inputs of the units that processes work on.
    pub running: Vec<String>,
    /// The units that have failed and are not in work.
    pub failed: Vec<FailedUnit>,
    /// The variables of finished units that have a bound, sorted by name.
    pub variables: Vec<VariableStatus>,
}

/// A unit that has failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FailedUnit {
    /// The id of the unit.
    pub id: String,
    /// The path of the input.
    pub input: String,
    /// The message of the error.
    pub error: String,
}

/// The variables of one name in finished units.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct VariableStatus {
    /// The name; `/group/name` in a group.
    pub name: String,
    /// The bounds or targets, in the order of their first use.
    pub bounds: Vec<String>,
    /// The number of files with the variable and a bound for it.
    pub files: usize,
    /// The largest error of a value, in the unit of the variable.
    pub max_abs_error: f64,
    /// The size of the values in memory in bytes.
    pub bytes: u64,
    /// The size of the values in the outputs in bytes.
    pub stored_bytes: u64,
}

/// Returns the status of an archive.
///
/// # Errors
/// [`ArchiveError::Io`](crate::ArchiveError::Io) if a file exists but cannot be examined.
pub fn status(manifest: &Manifest) -> Result<Status> {
    let mut status = Status {
        units: manifest.units().len(),
        ..Status::default()
    };
    let mut variables: BTreeMap<String, VariableStatus> = BTreeMap::new();
    for unit in manifest.units() {
        if !unit.is_slab() {
            status.bytes += unit.fingerprint().bytes;
        }
        let input = unit.input().to_string_lossy().into_owned();
        match UnitState::of(manifest, unit)? {
            UnitState::Finished(record) => {
                status.finished += 1;
                if unit.is_slab() {
                    // The values of a slab count when they are in the store.
                    continue;
                }
                status.input_bytes += record.fingerprint.bytes;
                status.output_bytes += record.output.bytes;
                status.seconds += record.seconds;
                for variable in &record.variables {
                    add(&mut variables, variable);
                }
            }
            UnitState::Running => status.running.push(input),
            UnitState::Failed(failure) => status.failed.push(FailedUnit {
                id: unit.id().to_owned(),
                input,
                error: failure.error,
            }),
            UnitState::Waiting => status.waiting += 1,
        }
    }
    status.variables = variables.into_values().collect();
    Ok(status)
}

/// Adds a variable of a finished unit, if it has a bound.
fn add(variables: &mut BTreeMap<String, VariableStatus>, variable: &VariableSummary) {
    let Fidelity::Bounded { criterion, max_abs } = &variable.fidelity else {
        return;
    };
    let name = variable.name.clone();
    let total = variables
        .entry(name.clone())
        .or_insert_with(|| VariableStatus {
            name,
            bounds: Vec::new(),
            files: 0,
            max_abs_error: 0.0,
            bytes: 0,
            stored_bytes: 0,
        });
    let bound = criterion.to_string();
    if !total.bounds.contains(&bound) {
        total.bounds.push(bound);
    }
    total.files += 1;
    total.max_abs_error = total.max_abs_error.max(*max_abs);
    total.bytes += variable.bytes;
    total.stored_bytes += variable.stored_bytes;
}
