//! The required length of a classic NetCDF file.
//!
//! netcdf-c reads zeros past the end of a truncated classic file and reports success. Therefore
//! the length that the header requires is computed here and compared with the length of the file
//! first. The [specification] describes the layout: `CDF\x01` (32-bit offsets), `CDF\x02` (64-bit
//! offsets) and `CDF\x05` (64-bit offsets and lengths).
//!
//! [specification]: https://docs.unidata.ucar.edu/netcdf-c/current/file_format_specifications.html

use std::io::{self, Read};

/// Returns the smallest length in bytes of a classic file that contains all values declared in its
/// header; `None` if the header is malformed.
///
/// `header` starts at the magic number. Only the header is read.
pub(super) fn required_length(header: impl Read) -> io::Result<Option<u64>> {
    let mut reader = ClassicHeader {
        source: header,
        position: 0,
        version: 0,
    };
    match reader.required_length() {
        Ok(length) => Ok(Some(length)),
        Err(HeaderError::Malformed) => Ok(None),
        Err(HeaderError::Io(error)) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
        Err(HeaderError::Io(error)) => Err(error),
    }
}

enum HeaderError {
    Malformed,
    Io(io::Error),
}

impl From<io::Error> for HeaderError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// A reader of the header of a classic file.
struct ClassicHeader<R> {
    source: R,
    position: u64,
    version: u8,
}

/// The tags of the lists in the header: `NC_DIMENSION`, `NC_VARIABLE` and `NC_ATTRIBUTE`.
const DIMENSIONS: u32 = 10;
const VARIABLES: u32 = 11;
const ATTRIBUTES: u32 = 12;

/// The numbers of records that mean "unknown", written by streaming writers.
const STREAMING: [u64; 2] = [u32::MAX as u64, u64::MAX];

impl<R: Read> ClassicHeader<R> {
    fn required_length(&mut self) -> Result<u64, HeaderError> {
        let magic: [u8; 4] = self.bytes()?;
        self.version = match &magic {
            [b'C', b'D', b'F', version @ (1 | 2 | 5)] => *version,
            _ => return Err(HeaderError::Malformed),
        };
        let records = self.count()?;
        let mut lengths = Vec::new();
        for _ in 0..self.list_length(DIMENSIONS)? {
            self.skip_name()?;
            lengths.push(self.count()?);
        }
        self.skip_attributes()?;
        let mut fixed_end = 0;
        // The begin, and the bytes of one record without padding, of each record variable.
        let mut record_variables = Vec::new();
        for _ in 0..self.list_length(VARIABLES)? {
            let (begin, bytes, is_record) = self.variable(&lengths)?;
            if is_record {
                record_variables.push((begin, bytes));
            } else if bytes > 0 {
                fixed_end = fixed_end.max(begin.saturating_add(bytes));
            }
        }
        let mut end = self.position.max(fixed_end);
        if records > 0 && !STREAMING.contains(&records) {
            // A lone record variable is not padded to four bytes.
            let record_bytes = match record_variables.as_slice() {
                [(_, bytes)] => *bytes,
                many => many.iter().fold(0u64, |sum, (_, bytes)| {
                    sum.saturating_add(bytes.saturating_add(3) & !3)
                }),
            };
            for (begin, bytes) in record_variables {
                let last = (records - 1).saturating_mul(record_bytes);
                end = end.max(begin.saturating_add(last).saturating_add(bytes));
            }
        }
        Ok(end)
    }

    /// Reads a variable and returns `(begin, bytes, is_record)`. For a record variable, `bytes` is
    /// the size of one record.
    fn variable(&mut self, lengths: &[u64]) -> Result<(u64, u64, bool), HeaderError> {
        self.skip_name()?;
        let rank = self.count()?;
        let mut values = 1u64;
        let mut is_record = false;
        for axis in 0..rank {
            let dimension = self.count()?;
            let length = usize::try_from(dimension)
                .ok()
                .and_then(|dimension| lengths.get(dimension))
                .ok_or(HeaderError::Malformed)?;
            match (*length, axis) {
                (0, 0) => is_record = true,
                (length, _) => values = values.saturating_mul(length),
            }
        }
        self.skip_attributes()?;
        let bytes = values.saturating_mul(self.type_size()?);
        self.count()?; // vsize, which is redundant, and wrong for variables over 4 GiB
        let begin = if self.version == 1 {
            u64::from(self.u32()?)
        } else {
            self.u64()?
        };
        Ok((begin, bytes, is_record))
    }

    fn skip_attributes(&mut self) -> Result<(), HeaderError> {
        for _ in 0..self.list_length(ATTRIBUTES)? {
            self.skip_name()?;
            let size = self.type_size()?;
            let values = self.count()?;
            self.skip_padded(values.saturating_mul(size))?;
        }
        Ok(())
    }

    /// Reads the tag and the length of a list, and returns the length.
    fn list_length(&mut self, tag: u32) -> Result<u64, HeaderError> {
        let found = self.u32()?;
        let count = self.count()?;
        if found == tag || (found == 0 && count == 0) {
            Ok(count)
        } else {
            Err(HeaderError::Malformed)
        }
    }

    fn skip_name(&mut self) -> Result<(), HeaderError> {
        let bytes = self.count()?;
        self.skip_padded(bytes)
    }

    fn type_size(&mut self) -> Result<u64, HeaderError> {
        match self.u32()? {
            1 | 2 | 7 => Ok(1),
            3 | 8 => Ok(2),
            4 | 5 | 9 => Ok(4),
            6 | 10 | 11 => Ok(8),
            _ => Err(HeaderError::Malformed),
        }
    }

    /// Reads a number that has 64 bits in CDF-5 and 32 bits otherwise.
    fn count(&mut self) -> Result<u64, HeaderError> {
        if self.version == 5 {
            self.u64()
        } else {
            Ok(u64::from(self.u32()?))
        }
    }

    fn u32(&mut self) -> Result<u32, HeaderError> {
        Ok(u32::from_be_bytes(self.bytes()?))
    }

    fn u64(&mut self) -> Result<u64, HeaderError> {
        Ok(u64::from_be_bytes(self.bytes()?))
    }

    fn bytes<const N: usize>(&mut self) -> Result<[u8; N], HeaderError> {
        let mut bytes = [0; N];
        self.source.read_exact(&mut bytes)?;
        self.position += N as u64;
        Ok(bytes)
    }

    fn skip_padded(&mut self, bytes: u64) -> Result<(), HeaderError> {
        let padded = bytes.checked_add(3).ok_or(HeaderError::Malformed)? & !3;
        let skipped = io::copy(&mut (&mut self.source).take(padded), &mut io::sink())?;
        if skipped < padded {
            return Err(HeaderError::Malformed);
        }
        self.position = self.position.saturating_add(padded);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::required_length;

    /// Returns a header with a single byte variable `b(3)` at offset 80.
    fn small() -> Vec<u8> {
        let mut bytes = b"CDF\x01".to_vec();
        for word in [0, 10, 1, 1, 0x7800_0000, 3, 0, 0] {
            bytes.extend(u32::to_be_bytes(word));
        }
        for word in [11, 1, 1, 0x6200_0000, 1, 0, 0, 0, 1, 4, 80] {
            bytes.extend(u32::to_be_bytes(word));
        }
        bytes
    }

    #[test]
    fn the_required_length_includes_the_values() {
        assert_eq!(small().len(), 80);
        assert_eq!(required_length(small().as_slice()).unwrap(), Some(83));
    }

    #[test]
    fn every_prefix_of_a_header_is_malformed() {
        let header = small();
        for end in 0..header.len() {
            assert_eq!(required_length(&header[..end]).unwrap(), None, "{end}");
        }
    }

    proptest::proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(tail: Vec<u8>, version in 0u8..6, at in 0usize..80, byte: u8) {
            let mut bytes = vec![b'C', b'D', b'F', version];
            bytes.extend(tail);
            let _ = required_length(bytes.as_slice());
            let mut damaged = small();
            damaged[at] = byte;
            let _ = required_length(damaged.as_slice());
        }
    }
}
