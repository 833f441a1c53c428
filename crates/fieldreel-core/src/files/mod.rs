//! Files that are written completely or not at all.
//!
//! ```
//! let directory = tempfile::tempdir()?;
//! let path = directory.path().join("table.json");
//! fieldreel_core::files::write(&path, b"{}")?;
//! assert_eq!(std::fs::read(&path)?, b"{}");
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! | destination | effect |
//! |---|---|
//! | missing | It is created. |
//! | regular file | It is replaced when the new file is complete. Its permissions are kept. |
//! | symbolic link | It is followed: the file that it leads to is created or replaced. |
//! | FIFO, character device | [`SequentialFile`] writes to it, [`PendingFile`] refuses it. |
//! | directory | [`PendingFolder`] replaces it, everything else refuses it. |
//! | block device, socket, read-only file | It is refused. |
//!
//! On Linux, a file has no name until it is complete (`O_TMPFILE`), so that even a process that is
//! killed leaves nothing behind. On file systems without unnamed files, the file has a temporary
//! name beside its destination. That name is removed when writing fails, by [`remove_unfinished`]
//! when the process is terminated, and otherwise by the next process that writes to the same
//! destination.

mod destination;
mod folder;
mod pending;
#[cfg(target_os = "linux")]
mod redirect;
mod sequential;
mod temporary;
#[cfg(test)]
#[cfg(unix)]
mod tests;
#[cfg(target_os = "linux")]
mod unnamed;

use std::io::{self, Write};
use std::path::Path;

pub use destination::{is_same_file, overlaps};
pub use folder::PendingFolder;
pub use pending::PendingFile;
pub use sequential::SequentialFile;
pub use temporary::{TemporaryDirectory, remove_unfinished};

/// Writes `bytes` to a file, as a [`SequentialFile`].
///
/// ```
/// use fieldreel_core::files;
///
/// # let directory = tempfile::tempdir()?;
/// # let path = directory.path().join("ratios.csv");
/// files::write(&path, b"avg,31.2")?;
/// files::write(&path, b"avg,32.5")?; // Replaces the file.
/// assert_eq!(std::fs::read(&path)?, b"avg,32.5");
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
/// The errors of [`SequentialFile::create`], and any I/O error of writing the bytes.
pub fn write(destination: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = SequentialFile::create(destination)?;
    file.write_all(bytes)?;
    file.commit()
}

/// Returns the number of bytes of a file, or of all files in a folder.
///
/// ```
/// use fieldreel_core::files::stored_bytes;
///
/// # let directory = tempfile::tempdir()?;
/// let folder = directory.path().join("wind.zarr");
/// std::fs::create_dir_all(folder.join("c"))?;
/// std::fs::write(folder.join("c/0"), b"abc")?;
/// std::fs::write(folder.join("zarr.json"), b"{}")?;
/// assert_eq!(stored_bytes(&folder)?, 5);
/// assert_eq!(stored_bytes(&folder.join("zarr.json"))?, 2);
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
/// Any I/O error of examining the path or listing a folder.
pub fn stored_bytes(path: &Path) -> io::Result<u64> {
    let metadata = std::fs::metadata(path)?;
    if !metadata.is_dir() {
        return Ok(metadata.len());
    }
    let mut total = 0;
    for entry in std::fs::read_dir(path)? {
        let entry = entry?;
        // Links in a folder are not followed: they may form cycles.
        total += match entry.file_type()?.is_dir() {
            true => stored_bytes(&entry.path())?,
            false => entry.metadata()?.len(),
        };
    }
    Ok(total)
}
