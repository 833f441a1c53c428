//! One unit: claim, work, record.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::time::{Instant, SystemTime};

use fieldreel::dataset::compress_dataset;

use super::{Outcome, RunOptions};
use crate::content::checksum;
use crate::manifest::{Unit, nanoseconds};
use crate::process::host_name;
use crate::state::finished;
use crate::store::{Claimed, FORMAT_VERSION, Failure, OutputRecord, Record, Store};
use crate::{ArchiveError, Manifest, Result};

/// The outcome of an attempt to do a unit.
pub(super) enum Attempt {
    /// Another process has the unit.
    Busy,
    /// The unit is finished or has failed.
    Over(Outcome),
}

/// Does a unit, unless it is finished or another process has it.
pub(super) fn attempt(
    manifest: &Manifest,
    store: &Store,
    unit: &Unit,
    options: &RunOptions,
    since: i64,
) -> Result<Attempt> {
    // Most units of a run that is started again are finished, and need no claim.
    if finished(manifest, store, unit, options.recheck)?.is_some() {
        store.clean_up(unit.id())?;
        return Ok(Attempt::Over(Outcome::Skipped));
    }
    let Claimed::Here(_claim) = store.claim(unit.id())? else {
        return Ok(Attempt::Busy);
    };
    // The unit may have been finished, or have failed, before it was claimed.
    if finished(manifest, store, unit, options.recheck)?.is_some() {
        return Ok(Attempt::Over(Outcome::Skipped));
    }
    if let Ok(Some(failure)) = store.failure(unit.id())
        && failure.time >= since
    {
        return Ok(Attempt::Over(Outcome::Failed {
            error: failure.error,
        }));
    }
    let outcome = match work(manifest, unit, options) {
        Ok(record) => {
            store.write_record(&record)?;
            store.remove_failure(unit.id())?;
            Outcome::Done {
                input_bytes: record.fingerprint.bytes,
                output_bytes: record.output.bytes,
            }
        }
        Err(error) => {
            let error = one_line(&error);
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
fn work(manifest: &Manifest, unit: &Unit, options: &RunOptions) -> Result<Record> {
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
    let summary = compress_dataset(input, &output, &dataset_options);
    let summary = summary.map_err(|error| about(input, &output, error))?;
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
        variables: summary.variables,
        seconds: start.elapsed().as_secs_f64(),
        finished: humantime::format_rfc3339_seconds(SystemTime::now()).to_string(),
        host: host_name(),
        process: std::process::id(),
        fieldreel: env!("CARGO_PKG_VERSION").to_owned(),
    })
}

/// Returns an error with the input, unless it names the output.
fn about(input: &Path, output: &Path, error: fieldreel::Error) -> ArchiveError {
    let names_output = error.to_string().contains(&output.display().to_string());
    ArchiveError::file(if names_output { output } else { input })(error)
}

/// Returns the message of an error and of its causes as one line.
fn one_line(error: &dyn Error) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        // Many messages already include the cause.
        if !line.contains(&text) {
            line = format!("{line}: {text}");
        }
        cause = error.source();
    }
    line.replace('\n', " ")
}
