//! A reader of numbers and blocks of bytes.

use crate::ReelError;

const TRUNCATED: ReelError = ReelError::corrupt("the data are truncated");

/// The bytes that have not been read yet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ByteReader<'a> {
    rest: &'a [u8],
}

impl<'a> ByteReader<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(crate) const fn len(&self) -> usize {
        self.rest.len()
    }

    /// Reads the next `count` bytes.
    pub(crate) fn raw(&mut self, count: usize) -> Result<&'a [u8], ReelError> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(TRUNCATED)?;
        self.rest = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], ReelError> {
        let (taken, rest) = self.rest.split_first_chunk().ok_or(TRUNCATED)?;
        self.rest = rest;
        Ok(*taken)
    }

    pub(crate) fn u8(&mut self) -> Result<u8, ReelError> {
        self.array::<1>().map(|[byte]| byte)
    }

    pub(crate) fn i16(&mut self) -> Result<i16, ReelError> {
        self.array().map(i16::from_le_bytes)
    }

    pub(crate) fn u32(&mut self) -> Result<u32, ReelError> {
        self.array().map(u32::from_le_bytes)
    }

    pub(crate) fn u64(&mut self) -> Result<u64, ReelError> {
        self.array().map(u64::from_le_bytes)
    }

    pub(crate) fn f64(&mut self) -> Result<f64, ReelError> {
        self.array().map(f64::from_le_bytes)
    }

    /// Reads an unsigned LEB128 number. Only the shortest form is accepted.
    pub(crate) fn varint(&mut self) -> Result<u64, ReelError> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.u8()?;
            let bits = u64::from(byte & 0x7f);
            if bits << shift >> shift != bits {
                break;
            }
            value |= bits << shift;
            if byte & 0x80 == 0 {
                let longer_than_needed = byte == 0 && shift > 0;
                return match longer_than_needed {
                    true => Err(ReelError::corrupt(
                        "a LEB128 number is not in its shortest form",
                    )),
                    false => Ok(value),
                };
            }
        }
        Err(ReelError::corrupt("a LEB128 number has more than 64 bits"))
    }

    /// Reads a length that fits in a `usize`.
    pub(crate) fn length(&mut self) -> Result<usize, ReelError> {
        usize::try_from(self.varint()?).map_err(|_| TRUNCATED)
    }

    /// Reads a length, and as many bytes.
    pub(crate) fn block(&mut self) -> Result<&'a [u8], ReelError> {
        let length = self.length()?;
        self.raw(length)
    }

    /// Checks that no bytes remain.
    pub(crate) fn finish(self) -> Result<(), ReelError> {
        match self.rest {
            [] => Ok(()),
            _ => Err(ReelError::corrupt("bytes follow the end of the data")),
        }
    }
}
