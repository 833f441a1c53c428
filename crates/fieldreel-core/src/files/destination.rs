//! Destinations: checking the path that a file is written to.

use std::fs::{self, Metadata};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// The maximum number of symbolic links to follow, as in Linux.
const MAX_SYMLINKS: usize = 40;

/// A destination that can be written.
#[derive(Debug)]
pub(crate) enum Destination {
    /// The path of a new or existing regular file. Its last component is not a symbolic link.
    File(PathBuf),
    /// A FIFO or a character device, described for an error message.
    Sequential(&'static str),
}

impl Destination {
    /// Resolves the symbolic links of a path, and checks that the result can be written.
    ///
    /// # Errors
    /// [`ErrorKind::IsADirectory`] for a directory; [`ErrorKind::InvalidInput`] for anything else
    /// that cannot be written, such as a socket; any I/O error of examining the path.
    pub(crate) fn resolve(path: &Path) -> io::Result<Self> {
        let existing = match fs::metadata(path) {
            Ok(metadata) => Some(metadata),
            // The path is missing, or it is a link to a missing path.
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        if let Some(metadata) = &existing
            && !metadata.is_file()
        {
            return describe_sequential(metadata).map(Self::Sequential);
        }
        let resolved = follow_symlinks(path)?;
        let is_directory = resolved.as_os_str().as_encoded_bytes().ends_with(b"/");
        if is_directory || resolved.file_name().is_none() {
            let problem = "the path is that of a directory, not of a file";
            return Err(io::Error::new(ErrorKind::InvalidInput, problem));
        }
        if existing.is_some() {
            // The text of a link in /proc to a deleted file is not a path of that file.
            if !is_same_file(path, &resolved) {
                return Err(ErrorKind::NotFound.into());
            }
            check_writable(&resolved)?;
        }
        Ok(Self::File(resolved))
    }
}

/// Returns the directory that contains a path.
pub(crate) fn parent_directory(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Returns true if two paths lead to the same regular file.
///
/// The paths may differ by `.` and `..`, symbolic links, hard links and, on case-insensitive file
/// systems, letter case. Returns false if either path does not exist.
///
/// ```
/// use fieldreel_core::files::is_same_file;
///
/// # let directory = tempfile::tempdir()?;
/// # let directory = directory.path();
/// let path = directory.join("wind.nc");
/// std::fs::write(&path, b"CDF")?;
/// assert!(is_same_file(&path, &directory.join("./wind.nc")));
/// assert!(!is_same_file(&path, &directory.join("wind.reel")));
/// # Ok::<(), std::io::Error>(())
/// ```
#[must_use]
pub fn is_same_file(a: &Path, b: &Path) -> bool {
    let [Ok(first), Ok(second)] = [a, b].map(fs::metadata) else {
        return false;
    };
    first.is_file() && second.is_file() && has_same_identity(a, &first, b, &second)
}

/// Returns true if two paths lead to the same file or folder, or one of them is inside the other.
///
/// The paths may differ by `.` and `..`, symbolic links and, for files, hard links. Neither needs
/// to exist.
///
/// ```
/// use fieldreel_core::files::overlaps;
///
/// # let directory = tempfile::tempdir()?;
/// # let directory = directory.path();
/// let store = directory.join("wind.zarr");
/// std::fs::create_dir(&store)?;
/// assert!(overlaps(&store, &directory.join("./wind.zarr")));
/// assert!(overlaps(&store, &store.join("copy.nc")));
/// assert!(!overlaps(&store, &directory.join("wind.zarr.nc")));
/// # Ok::<(), std::io::Error>(())
/// ```
#[must_use]
pub fn overlaps(a: &Path, b: &Path) -> bool {
    let [first, second] = [a, b].map(canonical);
    is_same_file(a, b) || first.starts_with(&second) || second.starts_with(&first)
}

/// Returns the canonical form of a path, of which only the first part needs to exist.
fn canonical(path: &Path) -> PathBuf {
    let resolved = follow_symlinks(path).unwrap_or_else(|_| path.to_path_buf());
    if let Ok(canonical) = fs::canonicalize(&resolved) {
        return canonical;
    }
    match (resolved.parent(), resolved.file_name()) {
        (Some(_), Some(name)) => canonical(parent_directory(&resolved)).join(name),
        _ => resolved,
    }
}

#[cfg(unix)]
fn has_same_identity(_: &Path, first: &Metadata, _: &Path, second: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (first.dev(), first.ino()) == (second.dev(), second.ino())
}

#[cfg(not(unix))]
fn has_same_identity(a: &Path, _: &Metadata, b: &Path, _: &Metadata) -> bool {
    matches!([a, b].map(fs::canonicalize), [Ok(a), Ok(b)] if a == b)
}

/// Returns the end of a chain of symbolic links, which need not exist.
pub(crate) fn follow_symlinks(path: &Path) -> io::Result<PathBuf> {
    let mut resolved = path.to_path_buf();
    for _ in 0..=MAX_SYMLINKS {
        match fs::symlink_metadata(&resolved) {
            Ok(metadata) if metadata.is_symlink() => {
                resolved = parent_directory(&resolved).join(fs::read_link(&resolved)?);
            }
            Ok(_) => return Ok(resolved),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(resolved),
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::other("too many symbolic links"))
}

/// Describes a file that is written from start to end.
#[cfg(unix)]
fn describe_sequential(metadata: &Metadata) -> io::Result<&'static str> {
    use std::os::unix::fs::FileTypeExt;
    let kind = metadata.file_type();
    let problem = match kind {
        kind if kind.is_fifo() => return Ok("a FIFO"),
        kind if kind.is_char_device() => return Ok("a device"),
        kind if kind.is_dir() => return Err(ErrorKind::IsADirectory.into()),
        kind if kind.is_socket() => "the path is a socket: use a regular file",
        kind if kind.is_block_device() => "the path is a block device: use a regular file",
        _ => "the path is not a regular file: use one",
    };
    Err(io::Error::new(ErrorKind::InvalidInput, problem))
}

#[cfg(not(unix))]
fn describe_sequential(metadata: &Metadata) -> io::Result<&'static str> {
    match metadata.is_dir() {
        true => Err(ErrorKind::IsADirectory.into()),
        false => Ok("a device"),
    }
}

/// Checks that the file itself may be written.
///
/// Renaming another file over it checks only the permissions of its directory.
#[cfg(unix)]
pub(crate) fn check_writable(path: &Path) -> io::Result<()> {
    Ok(rustix::fs::access(path, rustix::fs::Access::WRITE_OK)?)
}

#[cfg(not(unix))]
pub(crate) fn check_writable(path: &Path) -> io::Result<()> {
    match fs::metadata(path)?.permissions().readonly() {
        true => Err(ErrorKind::PermissionDenied.into()),
        false => Ok(()),
    }
}
