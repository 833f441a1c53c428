//! The state of a unit: finished, failed, in work, or waiting.

use std::io::ErrorKind;

use crate::content::{checksum, size};
use crate::manifest::{Unit, fingerprint};
use crate::store::{Failure, OutputRecord, Record, Store};
use crate::{ArchiveError, Manifest, Result};

/// The state of a unit.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum UnitState {
    /// The unit has an output and a record, which belong to the input and the settings.
    Finished(Box<Record>),
    /// A process works on the unit.
    Running,
    /// The last attempt failed.
    Failed(Failure),
    /// No process has tried the unit, or its output is missing or outdated.
    Waiting,
}

impl UnitState {
    /// Returns the state of a unit. The output of a finished unit is not read: its size, and the
    /// number of its files if it is a Zarr store, are compared with those of the record.
    ///
    /// # Errors
    /// [`ArchiveError::Io`] if a file exists but cannot be examined.
    pub fn of(manifest: &Manifest, unit: &Unit) -> Result<Self> {
        let store = Store::of(manifest);
        if let Some(record) = settled(manifest, &store, unit, false)? {
            return Ok(Self::Finished(Box::new(record)));
        }
        if store.is_claimed(unit.id())? {
            return Ok(Self::Running);
        }
        let failure = readable(store.failure(unit.id()))?;
        Ok(failure.map_or(Self::Waiting, Self::Failed))
    }
}

/// Returns the record of a unit that need not be done: its own one if the unit is finished, or that
/// of the file that contains a slab.
pub(crate) fn settled(
    manifest: &Manifest,
    store: &Store,
    unit: &Unit,
    recheck: bool,
) -> Result<Option<Record>> {
    match (finished(manifest, store, unit, recheck)?, unit) {
        (None, Unit::Slab(slab)) => finished(manifest, store, &slab.file_unit(), false),
        (record, _) => Ok(record),
    }
}

/// Returns the record of a unit if the unit need not be done again: the record is that of the
/// settings and the input of the unit, and the output has the recorded size and, with `recheck`,
/// the recorded checksum.
pub(crate) fn finished(
    manifest: &Manifest,
    store: &Store,
    unit: &Unit,
    recheck: bool,
) -> Result<Option<Record>> {
    let Some(record) = recorded(store, unit)? else {
        return Ok(None);
    };
    let is_current =
        // An input that was removed after it was archived needs no other output.
        existing(fingerprint(unit.input()))?.is_none_or(|found| found == record.fingerprint);
    if !is_current {
        return Ok(None);
    }
    let path = manifest.output_path(unit);
    let is_intact = match recheck {
        true => existing(checksum(&path))?.is_some_and(|(size, xxh64)| {
            record.output == OutputRecord::new(unit.output(), size, xxh64)
        }),
        false => existing(size(&path))?.is_some_and(|size| size == record.output.size()),
    };
    Ok(is_intact.then_some(record))
}

/// Returns the record of a unit if it is that of the settings and the input of the unit.
pub(crate) fn recorded(store: &Store, unit: &Unit) -> Result<Option<Record>> {
    let record = readable(store.record(unit.id()))?;
    Ok(record.filter(|record| {
        record.unit == unit.id()
            && record.output.path == unit.output()
            && record.settings == *unit.settings()
            && record.fingerprint == unit.fingerprint()
    }))
}

/// Returns what a file holds; `None` if the file is damaged or of another version, so that it has
/// to be written again.
fn readable<T>(read: Result<Option<T>>) -> Result<Option<T>> {
    match read {
        Err(
            ArchiveError::InvalidRecord { .. }
            | ArchiveError::UnsupportedVersion { .. }
            | ArchiveError::TooLarge { .. },
        ) => Ok(None),
        read => read,
    }
}

/// Returns the property of a file or a folder; `None` if it is missing.
fn existing<T>(found: Result<T>) -> Result<Option<T>> {
    match found {
        Err(ArchiveError::Io { source, .. }) if source.kind() == ErrorKind::NotFound => Ok(None),
        found => found.map(Some),
    }
}
