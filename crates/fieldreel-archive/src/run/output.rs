//! Writing of the output of a unit.

use fieldreel::dataset::{DatasetOptions, VariableSummary, compress_dataset};

use super::slabs;
use crate::manifest::Unit;
use crate::store::Store;
use crate::{ArchiveError, Manifest, Result};

/// Writes the output of a unit, and returns the summaries of its variables.
pub(super) fn write(
    manifest: &Manifest,
    store: &Store,
    unit: &Unit,
    options: &DatasetOptions,
) -> Result<Vec<VariableSummary>> {
    let (input, output) = (unit.input(), manifest.output_path(unit));
    let written = match unit {
        Unit::Slab(slab) => slabs::write(input, &output, slab, options),
        Unit::File(file) if !file.slabs.is_empty() => {
            let encoded = slabs::encoded(manifest, store, file)?;
            slabs::combine(input, &output, file, options, &encoded)
        }
        Unit::File(_) => compress_dataset(input, &output, options).map(|summary| summary.variables),
    };
    written.map_err(|error| {
        let names_output = error.to_string().contains(&output.display().to_string());
        ArchiveError::file(if names_output { &output } else { input })(error)
    })
}
