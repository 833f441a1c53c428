//! Units of work.

use std::path::{Component, Path};

use serde::{Deserialize, Serialize};

use super::Fingerprint;
use super::fingerprint::{fingerprint, text_checksum};
use crate::{ArchiveError, Result, Settings};

/// A unit of work, which one process does at a time.
///
/// Other kinds of units may be added, such as regions of one large array.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
#[non_exhaustive]
pub enum Unit {
    /// The compression of one file.
    File(FileUnit),
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
    /// The size of all values in memory in bytes, by which the work is estimated.
    pub value_bytes: u64,
    /// The settings of the compression.
    pub settings: Settings,
}

impl Unit {
    /// Returns the name of the unit.
    #[must_use]
    pub fn id(&self) -> &str {
        let Self::File(unit) = self;
        &unit.id
    }

    /// Returns the path of the input.
    #[must_use]
    pub fn input(&self) -> &Path {
        let Self::File(unit) = self;
        Path::new(&unit.input)
    }

    /// Returns the path of the output, relative to the output folder.
    #[must_use]
    pub fn output(&self) -> &str {
        let Self::File(unit) = self;
        &unit.output
    }

    /// Returns the size and the time of modification of the input when the unit was planned.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        let Self::File(unit) = self;
        Fingerprint {
            bytes: unit.bytes,
            modified: unit.modified,
        }
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
        let Self::File(unit) = self;
        &unit.settings
    }

    /// Returns the estimated work: the number of bytes of values to encode, and at least that of
    /// the input.
    #[must_use]
    pub fn work(&self) -> u64 {
        let Self::File(unit) = self;
        unit.value_bytes.max(unit.bytes).max(1)
    }

    /// Returns whether the output is a path within the output folder, and the id is that of the
    /// output.
    pub(super) fn is_valid(&self) -> bool {
        let output = self.output();
        let mut components = Path::new(output).components();
        let is_inside = components.all(|component| matches!(component, Component::Normal(_)));
        !output.is_empty()
            && !output.contains('\0')
            && is_inside
            && self.id() == id_of_output(output)
    }
}

/// Returns the id of the unit with this output.
pub(crate) fn id_of_output(output: &str) -> String {
    format!("{:016x}", text_checksum(output))
}
