//! Claims: locks by which processes agree on who works on a unit.
//!
//! The operating system releases the lock of a process that ends in any way, so a claim never
//! outlives its process.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::Store;
use crate::{ArchiveError, Result};

/// The claim of this process to a unit, which ends when it is dropped.
#[derive(Debug)]
pub(crate) struct Claim {
    path: PathBuf,
    /// The file, which is locked while it is open.
    _file: File,
}

/// The outcome of an attempt to claim a unit.
#[derive(Debug)]
pub(crate) enum Claimed {
    /// This process has the unit.
    Here(Claim),
    /// Another process has the unit.
    Elsewhere,
}

impl Store {
    /// Claims a unit, unless another process has it.
    pub(crate) fn claim(&self, id: &str) -> Result<Claimed> {
        let path = self.path(id, "lock");
        loop {
            let mut options = OpenOptions::new();
            let file = options.write(true).create(true).truncate(false).open(&path);
            let file = file.map_err(ArchiveError::io(&path))?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Ok(Claimed::Elsewhere),
                Err(TryLockError::Error(source)) => return Err(lock_error(&path, source)),
            }
            // The process that had the lock may have removed the file since it was opened here.
            if is_at(&file, &path).map_err(ArchiveError::io(&path))? {
                return Ok(Claimed::Here(Claim { path, _file: file }));
            }
        }
    }

    /// Removes the files that a process left of a finished unit because it was killed after it had
    /// written the record.
    pub(crate) fn clean_up(&self, id: &str) -> Result<()> {
        if self.path(id, "lock").exists()
            && let Claimed::Here(_claim) = self.claim(id)?
        {
            self.remove_failure(id)?;
        }
        Ok(())
    }

    /// Returns whether a process works on a unit.
    pub(crate) fn is_claimed(&self, id: &str) -> Result<bool> {
        let path = self.path(id, "lock");
        let file = match File::open(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
            file => file.map_err(ArchiveError::io(&path))?,
        };
        match file.try_lock_shared() {
            Ok(()) => Ok(false),
            Err(TryLockError::WouldBlock) => Ok(true),
            Err(TryLockError::Error(source)) => Err(lock_error(&path, source)),
        }
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        // The file is still locked. Elsewhere than on Unix, an open file cannot be removed, and an
        // empty file remains.
        #[cfg(unix)]
        let _ = fs::remove_file(&self.path);
    }
}

fn lock_error(path: &Path, source: io::Error) -> ArchiveError {
    let path = path.to_owned();
    #[cfg(unix)]
    let is_unsupported = [
        rustix::io::Errno::NOLCK,
        rustix::io::Errno::NOSYS,
        rustix::io::Errno::OPNOTSUPP,
        rustix::io::Errno::INVAL,
    ]
    .iter()
    .any(|errno| source.raw_os_error() == Some(errno.raw_os_error()));
    #[cfg(not(unix))]
    let is_unsupported = source.kind() == ErrorKind::Unsupported;
    match is_unsupported {
        true => ArchiveError::LocksUnsupported { path, source },
        false => ArchiveError::Io { path, source },
    }
}

/// Returns whether a path is that of an open file.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;

    let open = file.metadata()?;
    match fs::metadata(path) {
        Ok(found) => Ok((open.dev(), open.ino()) == (found.dev(), found.ino())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> io::Result<bool> {
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_is_claimed_once_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store {
            folder: folder.path().to_owned(),
        };
        assert!(!store.is_claimed("a").unwrap());
        let Claimed::Here(claim) = store.claim("a").unwrap() else {
            panic!("the unit is free");
        };
        assert!(matches!(store.claim("a").unwrap(), Claimed::Elsewhere));
        assert!(matches!(store.claim("b").unwrap(), Claimed::Here(_)));
        assert!(store.is_claimed("a").unwrap());
        drop(claim);
        assert!(!store.is_claimed("a").unwrap());
        assert!(matches!(store.claim("a").unwrap(), Claimed::Here(_)));
    }

    #[test]
    fn a_claim_needs_a_folder() {
        let store = Store {
            folder: PathBuf::from("/nowhere"),
        };
        let error = store.claim("a").unwrap_err();
        assert!(error.to_string().contains("/nowhere/a.lock"), "{error}");
    }
}
