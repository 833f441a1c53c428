//! A file that is written from front to back.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use super::PendingFile;
use super::destination::Destination;

/// A file that is written from front to back: a [`PendingFile`], or a FIFO or character device, which is written to as it is.
#[derive(Debug)]
pub struct SequentialFile {
    file: File,
    pending: Option<PendingFile>,
}

impl SequentialFile {
    /// Opens a destination. Waits for the reader of a FIFO.
    ///
    /// # Errors
    /// As [`PendingFile::create`], but for FIFOs and character devices.
    pub fn create(destination: &Path) -> io::Result<Self> {
        match Destination::of(destination)? {
            Destination::File(place) => {
                let pending = PendingFile::at(place, destination)?;
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

    /// Gives a regular file its name, as [`PendingFile::commit`].
    ///
    /// # Errors
    /// As [`PendingFile::commit`].
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
