//! Files that get their name when they are complete.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::destination::Destination;
#[cfg(target_os = "linux")]
use super::destination::parent_directory;
#[cfg(target_os = "linux")]
use super::temporary::with_lock;
use super::temporary::{TemporaryName, remove_stale};
#[cfg(target_os = "linux")]
use super::unnamed::UnnamedFile;

/// The number of bytes to write when probing for write errors, as many as a library writes at
/// once.
///
/// After a file system refused a large write, a smaller one may still succeed.
const PROBE_BYTES: usize = 1 << 24;

/// A file that is written beside its destination and gets its name on [`commit`](Self::commit).
///
/// Dropping it before that deletes it.
///
/// ```
/// use fieldreel_core::files::PendingFile;
/// use std::io::Write;
///
/// # let directory = tempfile::tempdir()?;
/// # let path = directory.path().join("wind.nc");
/// let pending = PendingFile::create(&path)?;
/// pending.open()?.write_all(b"CDF")?;
/// assert!(!path.exists());
/// pending.commit()?;
/// assert_eq!(std::fs::read(&path)?, b"CDF");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct PendingFile {
    storage: PendingStorage,
    /// The destination without symbolic links.
    resolved: PathBuf,
    destination: PathBuf,
}

#[derive(Debug)]
enum PendingStorage {
    #[cfg(target_os = "linux")]
    Unnamed(UnnamedFile),
    Named(TemporaryName),
}

impl PendingFile {
    /// Creates an empty file, which is not open.
    ///
    /// If it replaces a file, only those who can read the old file can read the new one.
    ///
    /// # Errors
    /// [`ErrorKind::IsADirectory`] if `destination` is a directory; [`ErrorKind::InvalidInput`] if
    /// it is a FIFO, a device or a socket; any I/O error if its directory is missing or read-only,
    /// or the existing file is read-only.
    pub fn create(destination: &Path) -> io::Result<Self> {
        match Destination::resolve(destination)? {
            Destination::File(resolved) => Self::at(resolved, destination),
            Destination::Sequential(kind) => Err(io::Error::new(
                ErrorKind::InvalidInput,
                format!("the path is {kind}, but the format needs a regular file: use one"),
            )),
        }
    }

    /// Creates a file for a path that [`Destination`] resolved.
    pub(crate) fn at(resolved: PathBuf, destination: &Path) -> io::Result<Self> {
        #[cfg(target_os = "linux")]
        if let Ok(unnamed) =
            UnnamedFile::create(parent_directory(&resolved), pending_mode(&resolved))
        {
            remove_stale(&resolved);
            return Ok(Self {
                storage: PendingStorage::Unnamed(unnamed),
                resolved,
                destination: destination.to_path_buf(),
            });
        }
        Self::named(resolved, destination)
    }

    fn named(resolved: PathBuf, destination: &Path) -> io::Result<Self> {
        remove_stale(&resolved);
        let mode = pending_mode(&resolved);
        let (name, _) = TemporaryName::create_beside(&resolved, |path| create_new(path, mode))?;
        Ok(Self {
            storage: PendingStorage::Named(name),
            resolved,
            destination: destination.to_path_buf(),
        })
    }

    /// Creates a file as on a file system that does not support unnamed files.
    #[cfg(all(test, unix))]
    pub(crate) fn create_named(destination: &Path) -> io::Result<Self> {
        match Destination::resolve(destination)? {
            Destination::File(resolved) => Self::named(resolved, destination),
            Destination::Sequential(_) => Err(ErrorKind::InvalidInput.into()),
        }
    }

    /// Returns the path that the file was created for, by which messages name the file.
    #[must_use]
    pub fn destination(&self) -> &Path {
        &self.destination
    }

    /// Opens the file for reading and writing, at its start.
    ///
    /// # Errors
    /// Any I/O error.
    pub fn open(&self) -> io::Result<File> {
        match &self.storage {
            #[cfg(target_os = "linux")]
            PendingStorage::Unnamed(unnamed) => unnamed.open(),
            PendingStorage::Named(name) => {
                OpenOptions::new().read(true).write(true).open(name.path())
            }
        }
    }

    /// Calls a library that opens the file by a path, which is valid only during the call.
    ///
    /// ```
    /// use fieldreel_core::files::PendingFile;
    ///
    /// # let directory = tempfile::tempdir()?;
    /// # let path = directory.path().join("wind.nc");
    /// let pending = PendingFile::create(&path)?;
    /// pending.with_path(|path| std::fs::write(path, b"CDF"))??;
    /// pending.commit()?;
    /// assert_eq!(std::fs::read(&path)?, b"CDF");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    /// An I/O error if such a path cannot be created.
    pub fn with_path<T>(&self, open: impl FnOnce(&Path) -> T) -> io::Result<T> {
        match &self.storage {
            #[cfg(target_os = "linux")]
            PendingStorage::Unnamed(unnamed) => unnamed.with_path(open),
            PendingStorage::Named(name) => Ok(open(name.path())),
        }
    }

    /// Returns the I/O error of writing to the file, such as a full disk, or `None` if the file
    /// can be written.
    ///
    /// This finds the cause after a library failed without telling it.
    #[must_use]
    pub fn write_error(&self) -> Option<io::Error> {
        let probe = || {
            let mut file = self.open()?;
            let length = file.seek(SeekFrom::End(0))?;
            let block = [0; 1 << 16];
            let written = (0..PROBE_BYTES / block.len()).try_for_each(|_| file.write_all(&block));
            let written = written.and_then(|()| file.sync_data());
            file.set_len(length)?;
            written
        };
        probe().err()
    }

    /// Discards the contents of the file while a library that opened it [by its
    /// path](Self::with_path) still has to close it.
    ///
    /// The file is truncated, so that there is space for everything that the library still writes;
    /// on Linux, those bytes go to memory. If HDF5 fails to write while it closes a file, the
    /// process crashes when it exits.
    pub fn discard(&self) {
        if let Ok(file) = self.open() {
            let _ = file.set_len(0);
            #[cfg(target_os = "linux")]
            let _ = super::redirect::redirect_to_memory(&file);
        }
    }

    /// Writes the file to the disk and gives it its name.
    ///
    /// An existing file is replaced, and its permissions are kept.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] if something that is not a regular file has appeared at the
    /// destination; any I/O error. Nothing is left behind.
    pub fn commit(self) -> io::Result<()> {
        let existing = match fs::symlink_metadata(&self.resolved) {
            Ok(metadata) if metadata.is_file() => Some(metadata),
            Ok(_) => {
                let problem =
                    "the destination was replaced by something else while the file was written";
                return Err(io::Error::new(ErrorKind::InvalidInput, problem));
            }
            Err(_) => None,
        };
        let file = self.open()?;
        if existing.is_some()
            && let Some(mode) = mode_of(&self.resolved)
        {
            set_mode(&file, mode)?;
        }
        // Sync before replacing the old file: after a power failure, the name may exist without
        // the bytes.
        file.sync_data()?;
        drop(file);
        match self.storage {
            #[cfg(target_os = "linux")]
            PendingStorage::Unnamed(unnamed) => {
                if existing.is_none() {
                    match with_lock(|| unnamed.link_to(&self.resolved)) {
                        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                        result => return result,
                    }
                }
                let (name, ()) =
                    TemporaryName::create_beside(&self.resolved, |path| unnamed.link_to(path))?;
                name.rename(&self.resolved)
            }
            PendingStorage::Named(name) => name.rename(&self.resolved),
        }
    }
}

#[cfg(unix)]
fn create_new(path: &Path, mode: u32) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(mode).open(path)
}

#[cfg(not(unix))]
fn create_new(path: &Path, _: u32) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

/// Returns the mode of a file while it is pending: the mode of the existing file, with read and
/// write access for its owner added.
fn pending_mode(path: &Path) -> u32 {
    mode_of(path).map_or(0o666, |mode| mode | 0o600)
}

/// Returns the permission bits of a file, if it exists.
#[cfg(unix)]
fn mode_of(path: &Path) -> Option<u32> {
    use std::os::unix::fs::MetadataExt;
    fs::metadata(path).ok().map(|file| file.mode() & 0o777)
}

#[cfg(not(unix))]
fn mode_of(_: &Path) -> Option<u32> {
    None
}

#[cfg(unix)]
fn set_mode(file: &File, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn set_mode(_: &File, _: u32) -> io::Result<()> {
    Ok(())
}
