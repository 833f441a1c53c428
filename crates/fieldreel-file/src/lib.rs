//! Files that appear whole or not at all.
//!
//! ```
//! let folder = tempfile::tempdir()?;
//! let path = folder.path().join("table.json");
//! fieldreel_file::write(&path, b"{}")?;
//! assert_eq!(std::fs::read(&path)?, b"{}");
//! # Ok::<(), std::io::Error>(())
//! ```

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, TempPath};

/// A file under a temporary name in the folder of its destination. Dropped before
/// [`commit`](Self::commit), it is removed.
#[derive(Debug)]
pub struct PendingFile {
    temporary: TempPath,
    destination: PathBuf,
}

impl PendingFile {
    /// An empty file, closed, with the permissions of any new file.
    ///
    /// # Errors
    /// The system's, if the folder of `destination` is not there or cannot be written.
    pub fn create(destination: &Path) -> io::Result<Self> {
        let folder = match destination.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let mut builder = Builder::new();
        builder.prefix(".fieldreel-").suffix(".partial");
        #[cfg(unix)]
        {
            // A temporary file is its owner's alone by default.
            use std::fs::Permissions;
            use std::os::unix::fs::PermissionsExt;
            builder.permissions(Permissions::from_mode(0o666));
        }
        let temporary = builder.tempfile_in(folder)?.into_temp_path();
        let destination = destination.to_path_buf();
        Ok(Self {
            temporary,
            destination,
        })
    }

    /// The temporary name, for libraries that open files themselves.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.temporary
    }

    /// Opens the file at its start, to read and to write.
    ///
    /// # Errors
    /// The system's.
    pub fn open(&self) -> io::Result<File> {
        OpenOptions::new()
            .read(true)
            .write(true)
            .open(&self.temporary)
    }

    /// Gives the file its name, replacing what was there.
    ///
    /// # Errors
    /// The system's, if the destination is a folder or cannot be replaced. Nothing is left behind.
    pub fn commit(self) -> io::Result<()> {
        self.temporary
            .persist(&self.destination)
            .map_err(|failed| failed.error)
    }
}

/// Writes `bytes` to a file that appears under its name only when it is whole.
///
/// # Errors
/// As [`PendingFile`]'s.
pub fn write(destination: &Path, bytes: &[u8]) -> io::Result<()> {
    let pending = PendingFile::create(destination)?;
    pending.open()?.write_all(bytes)?;
    pending.commit()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn what_is_not_committed_is_not_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let pending = PendingFile::create(&path).unwrap();
        pending.open().unwrap().write_all(b"half").unwrap();
        assert!(!path.exists());
        drop(pending);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn an_old_file_stays_until_the_new_one_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        write(&path, b"old").unwrap();
        let pending = PendingFile::create(&path).unwrap();
        pending.open().unwrap().write_all(b"new").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"old");
        pending.commit().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_folder_that_is_not_there_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("missing/file");
        assert_eq!(
            write(&missing, b"").unwrap_err().kind(),
            io::ErrorKind::NotFound
        );
        // The destination is a folder: it stays, and the temporary file goes.
        fs::create_dir(folder.path().join("taken")).unwrap();
        assert!(write(&folder.path().join("taken"), b"").is_err());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
