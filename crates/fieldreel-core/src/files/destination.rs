//! The place that a file goes to, and the file that is there already.

use std::fs::{self, Metadata};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// As many symbolic links as Linux follows.
const MAX_LINKS: usize = 40;

/// The kind of a destination.
#[derive(Debug)]
pub(crate) enum Destination {
    /// A place for a regular file, free of symbolic links in its last component.
    File(PathBuf),
    /// A FIFO or a character device.
    Sequential(&'static str),
}

impl Destination {
    /// Follows symbolic links to the place that is written.
    ///
    /// # Errors
    /// The system's; [`ErrorKind::IsADirectory`] and [`ErrorKind::InvalidInput`] for what cannot be written at all.
    pub(crate) fn of(path: &Path) -> io::Result<Self> {
        let existing = match fs::metadata(path) {
            Ok(metadata) => Some(metadata),
            // Missing, or a link to what is missing.
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        if let Some(metadata) = &existing
            && !metadata.is_file()
        {
            return sequential(metadata).map(Self::Sequential);
        }
        let place = followed(path)?;
        let is_folder = place.as_os_str().as_encoded_bytes().ends_with(b"/");
        if is_folder || place.file_name().is_none() {
            let problem = "this is the name of a directory, not of a file";
            return Err(io::Error::new(ErrorKind::InvalidInput, problem));
        }
        if existing.is_some() {
            // A link in /proc to a file that was deleted leads to no file.
            if !is_same_file(path, &place) {
                return Err(ErrorKind::NotFound.into());
            }
            check_writable(&place)?;
        }
        Ok(Self::File(place))
    }
}

/// The folder of a place.
pub(crate) fn folder_of(place: &Path) -> &Path {
    match place.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Returns whether two paths lead to the same regular file: through `.` and `..`, symbolic links, hard links or, where the
/// file system takes them for the same, other letter cases. Paths that lead nowhere are not the same.
#[must_use]
pub fn is_same_file(a: &Path, b: &Path) -> bool {
    let [Ok(first), Ok(second)] = [a, b].map(fs::metadata) else {
        return false;
    };
    first.is_file() && second.is_file() && same(a, &first, b, &second)
}

#[cfg(unix)]
fn same(_: &Path, first: &Metadata, _: &Path, second: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (first.dev(), first.ino()) == (second.dev(), second.ino())
}

#[cfg(not(unix))]
fn same(a: &Path, _: &Metadata, b: &Path, _: &Metadata) -> bool {
    matches!([a, b].map(fs::canonicalize), [Ok(a), Ok(b)] if a == b)
}

/// The place that a chain of symbolic links ends at, whether something is there or not.
fn followed(path: &Path) -> io::Result<PathBuf> {
    let mut place = path.to_path_buf();
    for _ in 0..=MAX_LINKS {
        match fs::symlink_metadata(&place) {
            Ok(metadata) if metadata.is_symlink() => {
                place = folder_of(&place).join(fs::read_link(&place)?);
            }
            Ok(_) => return Ok(place),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(place),
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::other("too many symbolic links"))
}

/// The name of what is written from front to back.
#[cfg(unix)]
fn sequential(metadata: &Metadata) -> io::Result<&'static str> {
    use std::os::unix::fs::FileTypeExt;
    let kind = metadata.file_type();
    let problem = match kind {
        kind if kind.is_fifo() => return Ok("a FIFO"),
        kind if kind.is_char_device() => return Ok("a device"),
        kind if kind.is_dir() => return Err(ErrorKind::IsADirectory.into()),
        kind if kind.is_socket() => "this is a socket: name a file",
        kind if kind.is_block_device() => "this is a block device: name a file",
        _ => "this is no regular file: name one",
    };
    Err(io::Error::new(ErrorKind::InvalidInput, problem))
}

#[cfg(not(unix))]
fn sequential(metadata: &Metadata) -> io::Result<&'static str> {
    match metadata.is_dir() {
        true => Err(ErrorKind::IsADirectory.into()),
        false => Ok("a device"),
    }
}

/// Checks that the file itself may be written: a rename over it asks its folder only.
#[cfg(unix)]
fn check_writable(place: &Path) -> io::Result<()> {
    Ok(rustix::fs::access(place, rustix::fs::Access::WRITE_OK)?)
}

#[cfg(not(unix))]
fn check_writable(place: &Path) -> io::Result<()> {
    match fs::metadata(place)?.permissions().readonly() {
        true => Err(ErrorKind::PermissionDenied.into()),
        false => Ok(()),
    }
}
