//! Failures of units.

use std::fs;
use std::io::ErrorKind;

use serde::{Deserialize, Serialize};

use super::{Store, files};
use crate::{ArchiveError, Result};

/// The last failure of a unit, which is removed when the unit is finished.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Failure {
    /// The id of the unit.
    pub unit: String,
    /// The message of the error.
    pub error: String,
    /// The time of the failure in nanoseconds since 1970-01-01 UTC.
    pub time: i64,
    /// The name of the machine.
    pub host: String,
    /// The number of the process.
    pub process: u32,
}

impl Failure {
    /// Returns a failure.
    pub(crate) fn new(unit: &str, error: String, time: i64, host: String, process: u32) -> Self {
        Self {
            unit: unit.to_owned(),
            error,
            time,
            host,
            process,
        }
    }
}

impl Store {
    /// Reads the last failure of a unit; `None` if there is none.
    pub(crate) fn failure(&self, id: &str) -> Result<Option<Failure>> {
        files::read(&self.path(id, "failed.json"))
    }

    /// Writes the failure of a unit.
    pub(crate) fn write_failure(&self, failure: &Failure) -> Result<()> {
        files::write(&self.path(&failure.unit, "failed.json"), failure)
    }

    /// Removes the failure of a unit, if there is one.
    pub(crate) fn remove_failure(&self, id: &str) -> Result<()> {
        let path = self.path(id, "failed.json");
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(ArchiveError::io(&path)(error))
            }
            _ => Ok(()),
        }
    }
}
