//! Records of finished units.

use fieldreel::dataset::VariableSummary;
use serde::{Deserialize, Serialize};

use super::{Store, files};
use crate::content::Size;
use crate::manifest::Fingerprint;
use crate::{ArchiveError, Result, Settings};

/// The version of the format of records.
pub(crate) const FORMAT_VERSION: u32 = 1;

/// The record of a finished unit, which is written after its output is complete.
///
/// The file `ID.json` in the folder of records holds it as JSON. The errors of variables are those
/// that were measured on decoded values before the output was written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Record {
    /// The version of the format, 1.
    pub version: u32,
    /// The id of the unit.
    pub unit: String,
    /// The path of the input.
    pub input: String,
    /// The size and the time of modification of the input.
    pub fingerprint: Fingerprint,
    /// The settings of the compression.
    pub settings: Settings,
    /// The output.
    pub output: OutputRecord,
    /// The variables of the output, with their criteria, largest errors and sizes.
    pub variables: Vec<VariableSummary>,
    /// The time that the unit took in seconds.
    pub seconds: f64,
    /// The time at which the output was complete, in UTC.
    pub finished: String,
    /// The name of the machine.
    pub host: String,
    /// The number of the process.
    pub process: u32,
    /// The version of fieldreel.
    pub fieldreel: String,
}

/// The output of a finished unit: a file, or a Zarr store, which is a folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OutputRecord {
    /// The path, relative to the output folder.
    pub path: String,
    /// The size in bytes; of a store, the sum of the sizes of its files.
    pub bytes: u64,
    /// The XXH64 in 16 hexadecimal digits: of a file, that of its bytes; of a store, that of a text
    /// with a line for each file, in the order of the bytes of their paths. A line has the XXH64 of
    /// the file in 16 hexadecimal digits, two spaces, and the path within the store.
    pub xxh64: String,
    /// The number of files of a store. Default: `None`, the output is a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub files: Option<u64>,
}

impl OutputRecord {
    /// Returns the record of an output.
    pub(crate) fn new(path: &str, size: Size, xxh64: u64) -> Self {
        Self {
            path: path.to_owned(),
            bytes: size.bytes,
            xxh64: format!("{xxh64:016x}"),
            files: size.files,
        }
    }

    /// Returns the size of the output.
    pub(crate) fn size(&self) -> Size {
        Size {
            bytes: self.bytes,
            files: self.files,
        }
    }
}

impl Store {
    /// Reads the record of a unit; `None` if there is none.
    pub(crate) fn record(&self, id: &str) -> Result<Option<Record>> {
        let path = self.path(id, "json");
        match files::read::<Record>(&path)? {
            Some(record) if record.version != FORMAT_VERSION => {
                Err(ArchiveError::UnsupportedVersion {
                    path,
                    found: record.version,
                    supported: FORMAT_VERSION,
                })
            }
            record => Ok(record),
        }
    }

    /// Writes the record of a unit.
    pub(crate) fn write_record(&self, record: &Record) -> Result<()> {
        files::write(&self.path(&record.unit, "json"), record)
    }
}
