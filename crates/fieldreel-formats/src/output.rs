//! Files that appear whole or not at all.

use std::fs::Permissions;
use std::path::{Path, PathBuf};

use tempfile::{Builder, TempPath};

use crate::{FormatError, Result};

/// A file under a temporary name in the folder of its destination. Dropped before
/// [`commit`](Self::commit), it is removed.
pub(crate) struct PendingFile {
    temporary: TempPath,
    destination: PathBuf,
}

impl PendingFile {
    /// An empty file, ready to be written by name.
    pub(crate) fn create(destination: &Path) -> Result<Self> {
        let folder = match destination.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let mut builder = Builder::new();
        builder.prefix(".fieldreel-").suffix(".partial");
        // A temporary file is private by default; a result has the permissions of any new file.
        #[cfg(unix)]
        builder.permissions(<Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o666));
        let temporary = builder
            .tempfile_in(folder)
            .map_err(|source| FormatError::io(folder, "create a file in this folder", source))?
            .into_temp_path();
        Ok(Self {
            temporary,
            destination: destination.to_path_buf(),
        })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.temporary
    }

    /// Gives the file its name, replacing what was there.
    pub(crate) fn commit(self) -> Result<()> {
        let destination = self.destination;
        self.temporary
            .persist(&destination)
            .map_err(|error| FormatError::io(&destination, "rename the finished file", error.error))
    }
}
