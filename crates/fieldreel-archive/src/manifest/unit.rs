//! Units of work.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::fingerprint::{fingerprint, text_checksum};
use super::slab::is_inside;
use super::{Fingerprint, SlabUnit, VariableSlab};
use crate::{ArchiveError, Result, Settings};

/// A unit of work, which one process does at a time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
#[non_exhaustive]
pub enum Unit {
    /// The compression of one file.
    File(FileUnit),
    /// The compression of a slab of a large variable.
    Slab(SlabUnit),
}

/// The compression of one file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct FileUnit {
    /// The name of the unit: the XXH64 of `output` in 16 hexadecimal digits. It stays the same if
    /// the archive is planned again.
    pub id: String,
    /// The absolute path of the input.
    pub input: String,
    /// The size of the input in bytes.
    pub bytes: u64,
    /// The time of modification of the input in nanoseconds since 1970-01-01 UTC.
    pub modified: i64,
    /// The path of the output, relative to the output folder, with `/` between its components.
    pub output: String,
    /// The size in memory of all values that are not in slabs, in bytes, by which the work is
    /// estimated.
    pub value_bytes: u64,
    /// The slabs of large variables, which units of their own compress before. Default: none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub slabs: Vec<VariableSlab>,
    /// The settings of the compression.
    pub settings: Settings,
}

impl Unit {
    /// Returns the name of the unit.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::File(unit) => &unit.id,
            Self::Slab(unit) => &unit.id,
        }
    }

    /// Returns the path of the input.
    #[must_use]
    pub fn input(&self) -> &Path {
        Path::new(match self {
            Self::File(unit) => &unit.input,
            Self::Slab(unit) => &unit.input,
        })
    }

    /// Returns the path of the output, relative to the output folder.
    #[must_use]
    pub fn output(&self) -> &str {
        match self {
            Self::File(unit) => &unit.output,
            Self::Slab(unit) => &unit.output,
        }
    }

    /// Returns the size and the time of modification of the input when the unit was planned.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        let (bytes, modified) = match self {
            Self::File(unit) => (unit.bytes, unit.modified),
            Self::Slab(unit) => (unit.bytes, unit.modified),
        };
        Fingerprint { bytes, modified }
    }

    /// Checks that the size and the time of modification of the input are those that were planned.
    ///
    /// # Errors
    /// [`ArchiveError::InputChanged`] if they differ; [`ArchiveError::Io`] if the input cannot be
    /// examined.
    pub fn check_input(&self) -> Result<()> {
        match fingerprint(self.input())? == self.fingerprint() {
            true => Ok(()),
            false => Err(ArchiveError::InputChanged {
                input: self.input().to_owned(),
            }),
        }
    }

    /// Returns the settings of the compression.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        match self {
            Self::File(unit) => &unit.settings,
            Self::Slab(unit) => &unit.settings,
        }
    }

    /// Returns whether the unit is a slab, whose input is also that of the unit of a file.
    #[must_use]
    pub const fn is_slab(&self) -> bool {
        matches!(self, Self::Slab(_))
    }

    /// Returns the estimated work: the number of bytes of values to encode, and at least that of
    /// the input if the input has no slabs.
    #[must_use]
    pub fn work(&self) -> u64 {
        let bytes = match self {
            Self::File(unit) if unit.slabs.is_empty() => unit.value_bytes.max(unit.bytes),
            Self::File(unit) => unit.value_bytes,
            Self::Slab(unit) => unit.slab.value_bytes,
        };
        bytes.max(1)
    }

    /// Returns whether the output is a path within the output folder, and the id is that of the
    /// output. The outputs of slabs have to meet the same conditions.
    pub(super) fn is_valid(&self) -> bool {
        let output = self.output();
        is_inside(output)
            && self.id() == id_of_output(output)
            && match self {
                Self::File(unit) => unit.slab_units().all(|unit| is_inside(unit.output())),
                Self::Slab(unit) => unit.has_own_output(),
            }
    }
}

/// Returns the id of the unit with this output.
pub(crate) fn id_of_output(output: &str) -> String {
    format!("{:016x}", text_checksum(output))
}
