//! Random access to the bytes of a source.

use std::io::{Read, Seek, SeekFrom};

use crate::{Limits, ReelError};

const WINDOW_BYTES: usize = 64 << 10;

/// A seekable source, with a window of its bytes in memory for searches.
#[derive(Clone, Debug)]
pub(super) struct WindowedSource<R> {
    inner: R,
    length: u64,
    /// The bytes that the last search read.
    window: Vec<u8>,
    window_at: u64,
    buffer: Vec<u8>,
}

impl<R: Read + Seek> WindowedSource<R> {
    /// Wraps a source.
    ///
    /// # Errors
    /// [`ReelError::Io`].
    pub(super) fn new(mut inner: R) -> Result<Self, ReelError> {
        let length = inner.seek(SeekFrom::End(0))?;
        Ok(Self {
            inner,
            length,
            window: Vec::new(),
            window_at: 0,
            buffer: Vec::new(),
        })
    }

    /// Returns the length of the source in bytes.
    pub(super) const fn len(&self) -> u64 {
        self.length
    }

    /// Reads `count` bytes at position `at`.
    ///
    /// # Errors
    /// [`ReelError::Corrupt`] if the source ends before; [`ReelError::LimitExceeded`] before
    /// memory is allocated; [`ReelError::Io`].
    pub(super) fn read(
        &mut self,
        at: u64,
        count: u64,
        limits: &Limits,
    ) -> Result<Vec<u8>, ReelError> {
        if at.checked_add(count).is_none_or(|end| end > self.length) {
            return Err(ReelError::corrupt("the file is truncated"));
        }
        let count = limits.values([count, 1, 1], 1)?;
        let mut bytes = vec![0; count];
        self.inner.seek(SeekFrom::Start(at))?;
        self.inner.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    /// Reads up to `count` bytes at position `at`: fewer only at the end of the source.
    ///
    /// # Errors
    /// [`ReelError::Io`].
    pub(super) fn peek(&mut self, at: u64, count: usize) -> Result<&[u8], ReelError> {
        let count = self.length.saturating_sub(at).min(count as u64) as usize;
        let to_usize = |from: u64| usize::try_from(from).ok();
        let from = at.checked_sub(self.window_at).and_then(to_usize);
        let range = from.and_then(|from| Some(from..from.checked_add(count)?));
        if let Some(range) = range.filter(|range| range.end <= self.window.len()) {
            return Ok(&self.window[range]);
        }
        // The window is not moved: refilling it for each jump would be slow.
        self.buffer.resize(count, 0);
        self.inner.seek(SeekFrom::Start(at))?;
        self.inner.read_exact(&mut self.buffer)?;
        Ok(&self.buffer)
    }

    /// Returns the first position from `at` on at which the bytes `wanted` occur. If each call
    /// continues after the result of the previous one, each byte of the source is read about once.
    ///
    /// # Errors
    /// [`ReelError::Io`].
    pub(super) fn find(&mut self, mut at: u64, wanted: &[u8]) -> Result<Option<u64>, ReelError> {
        loop {
            let window_end = self.window_at + self.window.len() as u64;
            if at < self.window_at || at + wanted.len() as u64 > window_end {
                self.fill_window(at)?;
            }
            let window = &self.window[(at - self.window_at) as usize..];
            if window.len() < wanted.len() {
                return Ok(None);
            }
            if let Some(found) = window
                .windows(wanted.len())
                .position(|candidate| candidate == wanted)
            {
                return Ok(Some(at + found as u64));
            }
            at += (window.len() - wanted.len() + 1) as u64;
        }
    }

    fn fill_window(&mut self, at: u64) -> Result<(), ReelError> {
        let count = self.length.saturating_sub(at).min(WINDOW_BYTES as u64);
        self.window.clear();
        self.window_at = at;
        self.inner.seek(SeekFrom::Start(at))?;
        let mut window = vec![0; count as usize];
        self.inner.read_exact(&mut window)?;
        self.window = window;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    #[test]
    fn bytes_are_found_across_windows() {
        for position in [0, 7, WINDOW_BYTES - 2, WINDOW_BYTES, 3 * WINDOW_BYTES + 5] {
            let mut bytes = vec![b'e'; 4 * WINDOW_BYTES];
            bytes[position..position + 4].copy_from_slice(b"reel");
            let mut source = WindowedSource::new(Cursor::new(bytes)).unwrap();
            let position = position as u64;
            assert_eq!(source.find(0, b"reel").unwrap(), Some(position));
            assert_eq!(source.find(position, b"reel").unwrap(), Some(position));
            assert_eq!(source.find(position + 1, b"reel").unwrap(), None);
            assert_eq!(source.peek(position, 4).unwrap(), b"reel");
            assert_eq!(source.peek(source.len() - 2, 4).unwrap(), b"ee");
            assert_eq!(source.peek(source.len() + 2, 4).unwrap(), b"");
            let limits = Limits::default();
            assert_eq!(source.read(position, 4, &limits).unwrap(), b"reel");
            assert!(source.read(u64::MAX, 4, &limits).is_err());
            assert!(source.read(0, 4, &Limits::new(3)).is_err());
        }
    }
}
