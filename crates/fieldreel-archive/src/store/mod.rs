//! The folder of records: finished units, failures and claims.
//!
//! | file | content |
//! |---|---|
//! | `ID.json` | the [`Record`] of a finished unit |
//! | `ID.failed.json` | the [`Failure`] of a unit |
//! | `ID.lock` | a file that the process that works on a unit has locked |

mod claim;
mod failure;
mod files;
mod record;

use std::fs;
use std::path::PathBuf;

use crate::{ArchiveError, Manifest, Result};
pub(crate) use claim::Claimed;
pub use failure::Failure;
pub(crate) use record::FORMAT_VERSION;
pub use record::{OutputRecord, Record};

/// The folder of records of a manifest.
#[derive(Debug)]
pub(crate) struct Store {
    folder: PathBuf,
}

impl Store {
    /// Returns the store of a manifest, whose folder may be missing.
    pub(crate) fn of(manifest: &Manifest) -> Self {
        Self {
            folder: manifest.records(),
        }
    }

    /// Creates the folder if it is missing.
    pub(crate) fn create(&self) -> Result<()> {
        fs::create_dir_all(&self.folder).map_err(ArchiveError::io(&self.folder))
    }

    /// Returns the path of a file of a unit.
    fn path(&self, id: &str, extension: &str) -> PathBuf {
        self.folder.join(format!("{id}.{extension}"))
    }
}
