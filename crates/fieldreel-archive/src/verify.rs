//! Verification of outputs against their records.

use std::io::ErrorKind;
use std::path::Path;

use fieldreel::Criterion;
use fieldreel::dataset::{Fidelity, read_schema};
use fieldreel::formats::dataset::{Schema, VariableSchema};

use crate::content::checksum;
use crate::manifest::Unit;
use crate::state::recorded;
use crate::store::{OutputRecord, Record, Store};
use crate::{ArchiveError, Manifest, Result};

/// The outcome of the verification of a unit.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Verdict {
    /// The output is the one that was recorded.
    Intact(Box<Record>),
    /// The unit has no record for its settings and its input.
    Unfinished,
    /// The output or the record is damaged or missing.
    Damaged {
        /// A description of the damage.
        problem: String,
    },
}

/// Verifies the output of a unit: its size and its checksum, and the bounds and the largest errors
/// that its variables state, are those of the record. If the output is a Zarr store, its size is
/// that of all its files, and its checksum covers their paths and their bytes. A slab counts as
/// intact if its file has a record, because the output of the file then contains its values.
///
/// # Errors
/// - [`ArchiveError::Io`] if a file exists but cannot be read.
/// - [`ArchiveError::UnsupportedVersion`] if the record has a version that is not supported.
/// - [`ArchiveError::File`] if the output is a Zarr store, and this build lacks the feature `zarr`.
pub fn verify_unit(manifest: &Manifest, unit: &Unit) -> Result<Verdict> {
    let store = Store::of(manifest);
    if let Unit::Slab(slab) = unit
        && let Some(record) = recorded(&store, &slab.file_unit())?
    {
        return Ok(Verdict::Intact(Box::new(record)));
    }
    let record = match store.record(unit.id()) {
        Ok(Some(record)) => record,
        Ok(None) => return Ok(Verdict::Unfinished),
        Err(error @ (ArchiveError::InvalidRecord { .. } | ArchiveError::TooLarge { .. })) => {
            return Ok(damaged(error.to_string()));
        }
        Err(error) => return Err(error),
    };
    if record.settings != *unit.settings() || record.fingerprint != unit.fingerprint() {
        return Ok(Verdict::Unfinished);
    }
    let path = manifest.output_path(unit);
    let (size, xxh64) = match checksum(&path) {
        Err(ArchiveError::Io { source, .. }) if source.kind() == ErrorKind::NotFound => {
            return Ok(damaged(format!(
                "{}: the output is missing",
                path.display()
            )));
        }
        found => found?,
    };
    let expected = record.output.size();
    if size != expected {
        return Ok(damaged(format!(
            "{}: the output has {size} instead of {expected}",
            path.display()
        )));
    }
    let found = OutputRecord::new(unit.output(), size, xxh64);
    if found != record.output {
        return Ok(damaged(format!(
            "{}: the output has the checksum {} instead of {}",
            path.display(),
            found.xxh64,
            record.output.xxh64
        )));
    }
    match check_variables(&path, &record)? {
        None => Ok(Verdict::Intact(Box::new(record))),
        Some(problem) => Ok(damaged(format!("{}: {problem}", path.display()))),
    }
}

fn damaged(problem: String) -> Verdict {
    Verdict::Damaged { problem }
}

/// Compares the bounds and the largest errors that an output states with those of its record, and
/// returns a description of the first difference.
fn check_variables(path: &Path, record: &Record) -> Result<Option<String>> {
    let schema = match read_schema(path) {
        Ok(schema) => schema,
        Err(error @ fieldreel::Error::FeatureMissing { .. }) => {
            return Err(ArchiveError::file(path)(error));
        }
        Err(error) => return Ok(Some(error.to_string())),
    };
    let difference = record.variables.iter().find_map(|recorded| {
        let name = &recorded.name;
        let Some(variable) = find(&schema, name) else {
            return Some(format!("the output has no variable {name}"));
        };
        let stated = stated(variable);
        let expected = match &recorded.fidelity {
            Fidelity::Bounded { criterion, max_abs } => Some((*criterion, *max_abs)),
            _ => None,
        };
        // An output that was compressed before may state a bound of its lossless variables.
        let differs = expected.is_some() && stated != expected;
        let describe = |bound: Option<(Criterion, f64)>| match bound {
            Some((criterion, max_abs)) => format!("{criterion} and a largest error of {max_abs:e}"),
            None => "no bound".to_owned(),
        };
        differs.then(|| {
            let (stated, expected) = (describe(stated), describe(expected));
            format!("{name} states {stated} instead of {expected}")
        })
    });
    Ok(difference)
}

fn find<'a>(schema: &'a Schema, name: &str) -> Option<&'a VariableSchema> {
    let mut variables = schema.variables.iter();
    variables.find(|variable| schema.full_name(variable) == name)
}

/// Returns the requested criterion and the largest error that a variable states.
fn stated(variable: &VariableSchema) -> Option<(Criterion, f64)> {
    let text = |name: &str| variable.attributes.text(name);
    let criterion =
        text("lossy_compression_requested").or_else(|| text("lossy_compression_bound"))?;
    let max_abs = variable
        .attributes
        .number("lossy_compression_max_absolute_error")?;
    Some((criterion.parse().ok()?, max_abs))
}
