//! A buffer in memory that a muxer owns while its creator can still read it.

use std::io::{Cursor, Result, Seek, SeekFrom, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Bytes in memory, shared between the muxer that writes them and the caller that takes them.
#[derive(Clone, Default)]
pub(crate) struct SharedBuffer(Arc<Mutex<Cursor<Vec<u8>>>>);

impl SharedBuffer {
    /// Takes the bytes out of the buffer, which is empty afterward.
    pub(crate) fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.lock()).into_inner()
    }

    fn lock(&self) -> MutexGuard<'_, Cursor<Vec<u8>>> {
        // A panic of the writer leaves incomplete bytes, but breaks no invariant.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Write for SharedBuffer {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        self.lock().write(bytes)
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

impl Seek for SharedBuffer {
    fn seek(&mut self, to: SeekFrom) -> Result<u64> {
        self.lock().seek(to)
    }
}
