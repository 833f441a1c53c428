//! One unit: claim, work, record.

use std::fs;
use std::time::{Instant, SystemTime};

use fieldreel_core::one_line_message;

use super::{Outcome, RunOptions, output, slabs};
use crate::content::checksum;
use crate::manifest::{Unit, nanoseconds};
use crate::process::host_name;
use crate::state::settled;
use crate::store::{Claimed, FORMAT_VERSION, Failure, OutputRecord, Record, Store};
use crate::{ArchiveError, Manifest, Result};

/// The outcome of an attempt to do a unit.
pub(super) enum Attempt {
    /// Another process has the unit.
    Busy,
    /// The unit is finished or has failed.
    Over(Outcome),
}

/// Does a unit, unless it need not be done or another process has it.
pub(super) fn attempt(
    manifest: &Manifest,
    store: &Store,
    unit: &Unit,
    options: &RunOptions,
    since: i64,
) -> Result<Attempt> {
    attempt_with(manifest, store, unit, options, since, settled)
}

/// Does a unit, unless `find_record` returns its record or another process has it.
pub(super) fn attempt_with(
    manifest: &Manifest,
    store: &Store,
    unit: &Unit,
    options: &RunOptions,
    since: i64,
    find_record: fn(&Manifest, &Store, &Unit, bool) -> Result<Option<Record>>,
) -> Result<Attempt> {
    // Most units of a run that is started again are finished, and need no claim.
    if find_record(manifest, store, unit, options.recheck)?.is_some() {
        store.clean_up(unit.id())?;
        slabs::clean_up(manifest, store, unit)?;
        return Ok(Attempt::Over(Outcome::Skipped));
    }
    let Claimed::Here(_claim) = store.claim(unit.id())? else {
        return Ok(Attempt::Busy);
    };
    // The unit may have been finished, or have failed, before it was claimed.
    if find_record(manifest, store, unit, options.recheck)?.is_some() {
        return Ok(Attempt::Over(Outcome::Skipped));
    }
    if let Ok(Some(failure)) = store.failure(unit.id())
        && failure.time >= since
    {
        return Ok(Attempt::Over(Outcome::Failed {
            error: failure.error,
        }));
    }
    if let Unit::File(file) = unit
        && let Some(attempt) = slabs::attempt_all(manifest, store, file, options, since)?
    {
        return Ok(attempt);
    }
    let outcome = match work(manifest, store, unit, options) {
        Ok(record) => {
            store.write_record(&record)?;
            store.remove_failure(unit.id())?;
            let (input_bytes, output_bytes) = match unit {
                Unit::File(file) => {
                    slabs::remove(manifest, store, file)?;
                    (record.fingerprint.bytes, record.output.bytes)
                }
                Unit::Slab(_) => (0, 0),
            };
            Outcome::Done {
                input_bytes,
                output_bytes,
            }
        }
        Err(error) => {
            let error = one_line_message(&error);
            let now = nanoseconds(SystemTime::now());
            let process = std::process::id();
            let failure = Failure::new(unit.id(), error.clone(), now, host_name(), process);
            store.write_failure(&failure)?;
            Outcome::Failed { error }
        }
    };
    Ok(Attempt::Over(outcome))
}

/// Writes the output of a unit, and returns its record.
fn work(manifest: &Manifest, store: &Store, unit: &Unit, options: &RunOptions) -> Result<Record> {
    let start = Instant::now();
    let input = unit.input();
    unit.check_input()?;
    let output = manifest.output_path(unit);
    if let Some(folder) = output.parent() {
        fs::create_dir_all(folder).map_err(ArchiveError::io(folder))?;
    }
    let settings = unit.settings();
    let mut dataset_options = settings.to_options().map_err(ArchiveError::file(input))?;
    if let Some(threads) = options.threads {
        dataset_options = dataset_options.with_threads(threads);
    }
    let variables = output::write(manifest, store, unit, &dataset_options)?;
    // A change during the compression makes the output one of no state of the input.
    unit.check_input()?;
    let (size, xxh64) = checksum(&output)?;
    Ok(Record {
        version: FORMAT_VERSION,
        unit: unit.id().to_owned(),
        input: input.to_string_lossy().into_owned(),
        fingerprint: unit.fingerprint(),
        settings: settings.clone(),
        output: OutputRecord::new(unit.output(), size, xxh64),
        variables,
        seconds: start.elapsed().as_secs_f64(),
        finished: humantime::format_rfc3339_seconds(SystemTime::now()).to_string(),
        host: host_name(),
        process: std::process::id(),
        fieldreel: env!("CARGO_PKG_VERSION").to_owned(),
    })
}
