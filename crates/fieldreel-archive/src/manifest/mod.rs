//! Manifests: the units of work of an archive, one in each line.

mod fingerprint;
mod read;
mod slab;
mod unit;
mod write;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

pub use fingerprint::Fingerprint;
pub(crate) use fingerprint::{file_checksum, fingerprint, nanoseconds, text_checksum};
pub use slab::{SlabUnit, VariableSlab};
pub(crate) use unit::id_of_output;
pub use unit::{FileUnit, Unit};

/// The version of the format of manifests.
const FORMAT_VERSION: u32 = 1;

/// The units of work of an archive, which [`plan`](crate::plan) writes and [`run`](crate::run)
/// works off.
///
/// A manifest is a file of lines of JSON. The first line is a header, and each other line is a
/// [`Unit`]:
///
/// ```json
/// {"fieldreel_archive":1,"fieldreel":"0.1.0","planned":"2026-12-01T02:00:00Z","output":".","units":1,"rules":"default = 'rel:1e-3'"}
/// {"kind":"file","id":"5d1a…","input":"/data/a.nc","bytes":2000000,"modified":1796090400000000000,"output":"a.nc","value_bytes":4000000,"settings":{…}}
/// ```
///
/// | key of the header | value |
/// |---|---|
/// | `fieldreel_archive` | the version of the format, 1 |
/// | `fieldreel` | the version of the program that planned the archive |
/// | `planned` | the time of planning, in UTC |
/// | `output` | the output folder, relative to the folder of the manifest if it is in it |
/// | `units` | the number of units |
/// | `rules` | the text of the rules |
///
/// A unit of the kind `slab` is a part of a large variable, on which the unit of its file depends.
///
/// The records of finished units are in a folder beside the manifest, [`records`](Self::records).
#[derive(Debug, Clone)]
pub struct Manifest {
    path: PathBuf,
    header: Header,
    units: Vec<Unit>,
}

/// The first line of a manifest.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    fieldreel_archive: u32,
    fieldreel: String,
    planned: String,
    output: String,
    units: u64,
    rules: String,
}

impl Manifest {
    /// Returns the path of the manifest.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the units of work, in the order of the manifest.
    #[must_use]
    pub fn units(&self) -> &[Unit] {
        &self.units
    }

    /// Returns the text of the rules by which the units were planned.
    #[must_use]
    pub fn rules(&self) -> &str {
        &self.header.rules
    }

    /// Returns the time at which the units were planned, in UTC, such as `2026-12-01T02:00:00Z`.
    #[must_use]
    pub fn planned(&self) -> &str {
        &self.header.planned
    }

    /// Returns the folder of the outputs.
    #[must_use]
    pub fn output_folder(&self) -> PathBuf {
        match self.header.output.as_str() {
            "." => self.folder().to_owned(),
            output => self.folder().join(output),
        }
    }

    /// Returns the path of the output of a unit.
    #[must_use]
    pub fn output_path(&self, unit: &Unit) -> PathBuf {
        self.output_folder().join(unit.output())
    }

    /// Returns the folder of the records: the path of the manifest with the extension `records`.
    #[must_use]
    pub fn records(&self) -> PathBuf {
        self.path.with_extension("records")
    }

    fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new(""))
    }
}
