//! A sink that counts the bytes written to it.

use std::io::{self, Write};

/// The sink of a reel, with the number of bytes written to it.
#[derive(Debug)]
pub(super) struct CountingSink<W> {
    inner: W,
    written: u64,
}

impl<W: Write> CountingSink<W> {
    pub(super) const fn new(inner: W) -> Self {
        Self { inner, written: 0 }
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.inner.write_all(bytes)?;
        self.written += bytes.len() as u64;
        Ok(())
    }

    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }

    pub(super) const fn written(&self) -> u64 {
        self.written
    }

    pub(super) fn into_inner(self) -> W {
        self.inner
    }
}
