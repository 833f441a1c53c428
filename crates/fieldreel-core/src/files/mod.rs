//! Files that appear whole or not at all.
//!
//! ```
//! let folder = tempfile::tempdir()?;
//! let path = folder.path().join("table.json");
//! fieldreel_core::files::write(&path, b"{}")?;
//! assert_eq!(std::fs::read(&path)?, b"{}");
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! | the destination is | it is |
//! |---|---|
//! | missing | created |
//! | a regular file | replaced when the new one is whole; its permissions are kept |
//! | a symbolic link | followed: the file that it names is created or replaced |
//! | a FIFO or a character device | written to by [`SequentialFile`], refused by [`PendingFile`] |
//! | a directory, a block device, a socket, a file that must not be written | refused |
//!
//! On Linux a file has no name until it is whole (`O_TMPFILE`), so that nothing is left behind even by a process that is
//! killed. Where the file system has no files without names, a file has a temporary name beside its destination, which is
//! removed when writing fails, by [`abandon`] when the process is told to end, and otherwise by the next process that writes
//! to the same destination.

#[cfg(target_os = "linux")]
mod descriptors;
mod destination;
mod names;
mod pending;
mod sequential;
#[cfg(test)]
#[cfg(unix)]
mod tests;
#[cfg(target_os = "linux")]
mod unnamed;

use std::io::{self, Write};
use std::path::Path;

pub use destination::is_same_file;
pub use names::{TemporaryDirectory, abandon};
pub use pending::PendingFile;
pub use sequential::SequentialFile;

/// Writes `bytes` to a file, as a [`SequentialFile`].
///
/// # Errors
/// As [`SequentialFile::create`], and the system's if the bytes cannot be written.
pub fn write(destination: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = SequentialFile::create(destination)?;
    file.write_all(bytes)?;
    file.commit()
}
