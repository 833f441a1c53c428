//! Files that are written from start to end.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use super::PendingFile;
use super::destination::Destination;

/// A file that is written from start to end: a [`PendingFile`], a FIFO or a character device.
///
/// FIFOs and character devices are written directly.
///
/// ```
/// use fieldreel_core::files::SequentialFile;
/// use std::io::Write;
///
/// # let directory = tempfile::tempdir()?;
/// # let path = directory.path().join("means.csv");
/// let mut file = SequentialFile::create(&path)?;
/// writeln!(file, "t2m,{}", 273.15)?;
/// file.commit()?;
/// assert_eq!(std::fs::read(&path)?, b"t2m,273.15\n");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct SequentialFile {
    file: File,
    pending: Option<PendingFile>,
}

impl SequentialFile {
    /// Opens a destination. For a FIFO, this waits until there is a reader.
    ///
    /// # Errors
    /// The errors of [`PendingFile::create`], except that FIFOs and character devices are
    /// accepted.
    pub fn create(destination: &Path) -> io::Result<Self> {
        match Destination::resolve(destination)? {
            Destination::File(resolved) => {
                let pending = PendingFile::at(resolved, destination)?;
                let file = pending.open()?;
                let pending = Some(pending);
                Ok(Self { file, pending })
            }
            Destination::Sequential(_) => {
                let file = OpenOptions::new().write(true).open(destination)?;
                let pending = None;
                Ok(Self { file, pending })
            }
        }
    }

    /// Gives a regular file its name, as [`PendingFile::commit`] does.
    ///
    /// # Errors
    /// The errors of [`PendingFile::commit`].
    pub fn commit(self) -> io::Result<()> {
        self.pending.map_or(Ok(()), PendingFile::commit)
    }
}

impl Write for SequentialFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
