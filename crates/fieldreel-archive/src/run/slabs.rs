//! Slabs of a file: waiting for them, combining them, and removing them.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use fieldreel::dataset::{DatasetOptions, Fidelity, VariableSummary};

use super::unit::{Attempt, attempt_with};
use super::{Outcome, RunOptions};
use crate::manifest::{FileUnit, SlabUnit, Unit};
use crate::state::finished;
use crate::store::{Claimed, Store};
use crate::{ArchiveError, Manifest, Result};

/// A finished slab: its output, and the largest error of a value.
#[cfg_attr(not(feature = "zarr"), expect(dead_code))]
pub(super) struct Encoded {
    output: PathBuf,
    max_abs: f64,
}

/// Does the slabs of a file that no other process has. Returns `None` if all of them are finished.
pub(super) fn attempt_all(
    manifest: &Manifest,
    store: &Store,
    file: &FileUnit,
    options: &RunOptions,
    since: i64,
) -> Result<Option<Attempt>> {
    let mut is_busy = false;
    for unit in file.slab_units() {
        // The outputs of the slabs themselves are needed, not a store that contains them.
        match attempt_with(manifest, store, &unit, options, since, finished)? {
            Attempt::Busy => is_busy = true,
            Attempt::Over(Outcome::Failed { error }) => {
                return Ok(Some(Attempt::Over(Outcome::Failed { error })));
            }
            Attempt::Over(_) => {}
        }
    }
    Ok(is_busy.then_some(Attempt::Busy))
}

/// Returns the finished slabs of a file, in the order of the unit.
pub(super) fn encoded(manifest: &Manifest, store: &Store, file: &FileUnit) -> Result<Vec<Encoded>> {
    let encoded = file.slab_units().map(|unit| {
        let record = finished(manifest, store, &unit, false)?;
        let errors = record.iter().flat_map(|record| &record.variables);
        let mut errors = errors.filter_map(|variable| match &variable.fidelity {
            Fidelity::Bounded { max_abs, .. } => Some(*max_abs),
            _ => None,
        });
        let output = manifest.output_path(&unit);
        match errors.next() {
            Some(max_abs) => Ok(Encoded { output, max_abs }),
            None => Err(ArchiveError::MissingSlab { output }),
        }
    });
    encoded.collect()
}

/// Removes the outputs of the slabs of a file, which a store contains, and the failures of slabs.
pub(super) fn remove(manifest: &Manifest, store: &Store, file: &FileUnit) -> Result<()> {
    for unit in file.slab_units() {
        let output = manifest.output_path(&unit);
        match fs::remove_dir_all(&output) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(ArchiveError::io(&output)(error));
            }
            _ => {}
        }
        store.remove_failure(unit.id())?;
        // A folder that holds anything else stays.
        let parents = output.ancestors().skip(1);
        let folder = folder(manifest, file);
        for parent in parents.take_while(|parent| parent.starts_with(&folder)) {
            let _ = fs::remove_dir(parent);
        }
    }
    Ok(())
}

/// Removes the outputs of slabs that a process has left because it was killed after it had written
/// the record of the file.
pub(super) fn clean_up(manifest: &Manifest, store: &Store, unit: &Unit) -> Result<()> {
    if let Unit::File(file) = unit
        && !file.slabs.is_empty()
        && folder(manifest, file).exists()
        && let Claimed::Here(_claim) = store.claim(&file.id)?
    {
        remove(manifest, store, file)?;
    }
    Ok(())
}

/// Returns the folder of the outputs of the slabs of a file.
fn folder(manifest: &Manifest, file: &FileUnit) -> PathBuf {
    manifest
        .output_folder()
        .join(format!("{}.slabs", file.output))
}

/// Writes the output of a slab, and returns the summary of its variable.
#[cfg(feature = "zarr")]
pub(super) fn write(
    input: &Path,
    output: &Path,
    unit: &SlabUnit,
    options: &DatasetOptions,
) -> Result<Vec<VariableSummary>, fieldreel::Error> {
    use fieldreel::dataset::{Slab, compress_slab};

    let slab = &unit.slab;
    let options = match slab.range {
        Some(range) => options.clone().with_range(&slab.variable, range),
        None => options.clone(),
    };
    let slab = Slab::new(&slab.variable, slab.start..slab.end);
    compress_slab(input, output, &slab, &options).map(|summary| vec![summary])
}

/// Writes the output of a file whose slabs are finished, and returns the summaries of its variables.
#[cfg(feature = "zarr")]
pub(super) fn combine(
    input: &Path,
    output: &Path,
    file: &FileUnit,
    options: &DatasetOptions,
    encoded: &[Encoded],
) -> Result<Vec<VariableSummary>, fieldreel::Error> {
    use fieldreel::dataset::{EncodedSlab, Slab, compress_with_slabs};

    let mut options = options.clone();
    let mut slabs = Vec::with_capacity(encoded.len());
    for (slab, encoded) in file.slabs.iter().zip(encoded) {
        if let Some(range) = slab.range {
            options = options.with_range(&slab.variable, range);
        }
        let slab = Slab::new(&slab.variable, slab.start..slab.end);
        slabs.push(EncodedSlab::new(slab, &encoded.output, encoded.max_abs));
    }
    let summary = compress_with_slabs(input, output, &options, &slabs)?;
    Ok(summary.variables)
}

/// Fails, because slabs are parts of Zarr stores.
#[cfg(not(feature = "zarr"))]
pub(super) fn write(
    _: &Path,
    output: &Path,
    _: &SlabUnit,
    _: &DatasetOptions,
) -> Result<Vec<VariableSummary>, fieldreel::Error> {
    Err(feature_missing(output))
}

/// Fails, because slabs are parts of Zarr stores.
#[cfg(not(feature = "zarr"))]
pub(super) fn combine(
    _: &Path,
    output: &Path,
    _: &FileUnit,
    _: &DatasetOptions,
    _: &[Encoded],
) -> Result<Vec<VariableSummary>, fieldreel::Error> {
    Err(feature_missing(output))
}

#[cfg(not(feature = "zarr"))]
fn feature_missing(path: &Path) -> fieldreel::Error {
    fieldreel::Error::FeatureMissing {
        path: path.to_owned(),
        feature: "zarr",
    }
}
