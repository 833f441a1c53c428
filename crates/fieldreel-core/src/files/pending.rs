//! A file that gets its name when it is whole.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::destination::Destination;
#[cfg(target_os = "linux")]
use super::destination::folder_of;
#[cfg(target_os = "linux")]
use super::temporary::unless_abandoned;
use super::temporary::{Name, remove_stale};
#[cfg(target_os = "linux")]
use super::unnamed::Unnamed;

/// Bytes that a file has room for if it can be written: as many as a library writes at once. A file system may have some room
/// left, or again, after it refused that.
const PROBE: usize = 1 << 24;

/// A file that is written beside its destination and gets its name on [`commit`](Self::commit). Dropped before, it is gone.
#[derive(Debug)]
pub struct PendingFile {
    part: Part,
    place: PathBuf,
    destination: PathBuf,
}

#[derive(Debug)]
enum Part {
    #[cfg(target_os = "linux")]
    Unnamed(Unnamed),
    Named(Name),
}

impl PendingFile {
    /// Creates an empty file, closed. Where a file is there already, nobody can read the new one who cannot read the old one.
    ///
    /// # Errors
    /// [`ErrorKind::IsADirectory`] if `destination` is a folder; [`ErrorKind::InvalidInput`] if it is a FIFO, a device or a
    /// socket; the system's if the folder is not there or cannot be written, or a file is there and must not be written.
    pub fn create(destination: &Path) -> io::Result<Self> {
        match Destination::of(destination)? {
            Destination::File(place) => Self::at(place, destination),
            Destination::Sequential(kind) => Err(io::Error::new(
                ErrorKind::InvalidInput,
                format!("this is {kind}, and the format needs a regular file: name one"),
            )),
        }
    }

    /// Creates a file for a place that [`Destination`] found.
    pub(crate) fn at(place: PathBuf, destination: &Path) -> io::Result<Self> {
        #[cfg(target_os = "linux")]
        if let Ok(unnamed) = Unnamed::create(folder_of(&place), mode_while_written(&place)) {
            remove_stale(&place);
            let part = Part::Unnamed(unnamed);
            let destination = destination.to_path_buf();
            return Ok(Self {
                part,
                place,
                destination,
            });
        }
        Self::named(place, destination)
    }

    fn named(place: PathBuf, destination: &Path) -> io::Result<Self> {
        remove_stale(&place);
        let mode = mode_while_written(&place);
        let (name, _) = Name::beside(&place, |path| create_new(path, mode))?;
        let part = Part::Named(name);
        let destination = destination.to_path_buf();
        Ok(Self {
            part,
            place,
            destination,
        })
    }

    /// Creates a file as where the file system has none without names.
    #[cfg(all(test, unix))]
    pub(crate) fn create_named(destination: &Path) -> io::Result<Self> {
        match Destination::of(destination)? {
            Destination::File(place) => Self::named(place, destination),
            Destination::Sequential(_) => Err(ErrorKind::InvalidInput.into()),
        }
    }

    /// Returns the path that the file was created for: the name of the file in messages.
    #[must_use]
    pub fn destination(&self) -> &Path {
        &self.destination
    }

    /// Opens the file at its start, to read and to write.
    ///
    /// # Errors
    /// The system's.
    pub fn open(&self) -> io::Result<File> {
        match &self.part {
            #[cfg(target_os = "linux")]
            Part::Unnamed(unnamed) => unnamed.open(),
            Part::Named(name) => OpenOptions::new().read(true).write(true).open(name.path()),
        }
    }

    /// Calls a library that opens the file by a path, which is good only during the call.
    ///
    /// # Errors
    /// The system's, if there can be no such path.
    pub fn with_path<T>(&self, open: impl FnOnce(&Path) -> T) -> io::Result<T> {
        match &self.part {
            #[cfg(target_os = "linux")]
            Part::Unnamed(unnamed) => unnamed.with_path(open),
            Part::Named(name) => Ok(open(name.path())),
        }
    }

    /// Returns the system's error for writing to the file, such as a full disk: for use after a library failed that does not
    /// tell. `None` if the file can be written.
    #[must_use]
    pub fn write_error(&self) -> Option<io::Error> {
        let probe = || {
            let mut file = self.open()?;
            let length = file.seek(SeekFrom::End(0))?;
            let block = [0; 1 << 16];
            let written = (0..PROBE / block.len()).try_for_each(|_| file.write_all(&block));
            let written = written.and_then(|()| file.sync_data());
            file.set_len(length)?;
            written
        };
        probe().err()
    }

    /// Gives the file up, which a library still has open by [its path](Self::with_path) and is to close. The file is emptied, so
    /// that there is room for the rest that the library writes; on Linux that goes into memory. HDF5 does not survive a file that
    /// it cannot write while it closes it: the process crashes when it ends.
    pub fn discard(&self) {
        if let Ok(file) = self.open() {
            let _ = file.set_len(0);
            #[cfg(target_os = "linux")]
            let _ = super::redirect::divert(&file);
        }
    }

    /// Puts the file on the disk and gives it its name, replacing the file that was there, whose permissions it gets.
    ///
    /// # Errors
    /// The system's; [`ErrorKind::InvalidInput`] if there is no regular file at the destination any more, but something else.
    /// Nothing is left behind.
    pub fn commit(self) -> io::Result<()> {
        let existing = match fs::symlink_metadata(&self.place) {
            Ok(metadata) if metadata.is_file() => Some(metadata),
            Ok(_) => {
                let problem = "something else has come here while the file was written";
                return Err(io::Error::new(ErrorKind::InvalidInput, problem));
            }
            Err(_) => None,
        };
        let file = self.open()?;
        if existing.is_some()
            && let Some(mode) = mode_of(&self.place)
        {
            set_mode(&file, mode)?;
        }
        // Before the old file is gone: after a power failure a name may be there without its bytes.
        file.sync_data()?;
        drop(file);
        match self.part {
            #[cfg(target_os = "linux")]
            Part::Unnamed(unnamed) => {
                if existing.is_none() {
                    match unless_abandoned(|| unnamed.name(&self.place)) {
                        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                        named => return named,
                    }
                }
                let (name, ()) = Name::beside(&self.place, |path| unnamed.name(path))?;
                name.rename(&self.place)
            }
            Part::Named(name) => name.rename(&self.place),
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

/// Nobody may read a part who may not read the file; its owner may write it, too.
fn mode_while_written(place: &Path) -> u32 {
    mode_of(place).map_or(0o666, |mode| mode | 0o600)
}

/// Who may read, write and run the file at a place, if there is one.
#[cfg(unix)]
fn mode_of(place: &Path) -> Option<u32> {
    use std::os::unix::fs::MetadataExt;
    fs::metadata(place).ok().map(|file| file.mode() & 0o777)
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
