//! Slabs of large variables, which are units of their own.

use std::path::{Component, Path};

use serde::{Deserialize, Serialize};

use super::unit::id_of_output;
use super::{FileUnit, Unit};
use crate::Settings;

/// A slab of a variable: whole chunks of it, in a range of indices along its first dimension.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct VariableSlab {
    /// The full name of the variable.
    pub variable: String,
    /// The first index along the first dimension.
    pub start: usize,
    /// The index behind the last one.
    pub end: usize,
    /// The size of the values in memory in bytes.
    pub value_bytes: u64,
    /// The range, max − min of all valid values of the variable as they are stored, if its bound
    /// refers to the range. The plan has read it, so that all slabs have the same bound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<f64>,
}

/// The compression of a slab of a large variable. Its output is a store in which only the chunks of
/// the slab exist; the unit of the file takes them from there, and removes the output.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct SlabUnit {
    /// The name of the unit: the XXH64 of `output` in 16 hexadecimal digits.
    pub id: String,
    /// The absolute path of the input.
    pub input: String,
    /// The size of the input in bytes.
    pub bytes: u64,
    /// The time of modification of the input in nanoseconds since 1970-01-01 UTC.
    pub modified: i64,
    /// The path of the output, relative to the output folder: that of `store`, `.slabs`, and the
    /// variable and the indices.
    pub output: String,
    /// The output of the unit of the file.
    pub store: String,
    /// The slab.
    pub slab: VariableSlab,
    /// The settings of the compression.
    pub settings: Settings,
}

impl VariableSlab {
    /// Returns the path of the output of the slab, given that of the output of the file.
    fn output(&self, store: &str) -> String {
        let variable = self.variable.trim_start_matches('/');
        let (start, end) = (self.start, self.end);
        format!("{store}.slabs/{variable}/{start}-{end}.zarr")
    }
}

impl FileUnit {
    /// Returns the units of the slabs, on which this unit depends.
    pub(crate) fn slab_units(&self) -> impl Iterator<Item = Unit> {
        self.slabs.iter().map(|slab| {
            let output = slab.output(&self.output);
            Unit::Slab(SlabUnit {
                id: id_of_output(&output),
                input: self.input.clone(),
                bytes: self.bytes,
                modified: self.modified,
                output,
                store: self.output.clone(),
                slab: slab.clone(),
                settings: self.settings.clone(),
            })
        })
    }
}

impl SlabUnit {
    /// Returns the unit of the file, without its slabs.
    pub(crate) fn file_unit(&self) -> Unit {
        Unit::File(FileUnit {
            id: id_of_output(&self.store),
            input: self.input.clone(),
            bytes: self.bytes,
            modified: self.modified,
            output: self.store.clone(),
            value_bytes: 0,
            slabs: Vec::new(),
            settings: self.settings.clone(),
        })
    }

    /// Returns whether the output is that of the slab.
    pub(super) fn has_own_output(&self) -> bool {
        self.output == self.slab.output(&self.store) && is_inside(&self.store)
    }
}

/// Returns whether an output is a path within the output folder.
pub(super) fn is_inside(output: &str) -> bool {
    let mut components = Path::new(output).components();
    let is_inside = components.all(|component| matches!(component, Component::Normal(_)));
    !output.is_empty() && !output.contains('\0') && is_inside
}
