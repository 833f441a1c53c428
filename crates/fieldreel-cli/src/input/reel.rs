//! Opening of reels from files, pipes and standard input.

use std::fs;
use std::io::{self, Cursor, Read, Seek};
use std::path::Path;

use fieldreel::{Limits, ReelReader};

use crate::error::Result;
use crate::options::is_standard;

/// A source of the bytes of a reel.
pub(crate) trait ReelInput: Read + Seek + Send {}

impl<T: Read + Seek + Send> ReelInput for T {}

/// A reader of a reel from any source.
pub(crate) type InputReader = ReelReader<Box<dyn ReelInput>>;

/// Opens a reel, and returns a reader and the number of bytes. Standard input, for the path `-`,
/// and FIFOs are read into memory, up to the limit.
pub(crate) fn open_reel(path: &Path, limits: Limits) -> Result<(InputReader, u64)> {
    let io_error = |source| fieldreel::Error::Io {
        path: Some(path.to_owned()),
        source,
    };
    let (source, bytes): (Box<dyn ReelInput>, u64) = if is_standard(path) {
        read_into_memory(io::stdin().lock(), limits)
    } else {
        let file = fs::File::open(path).map_err(io_error)?;
        let metadata = file.metadata().map_err(io_error)?;
        match metadata.is_file() {
            true => Ok((Box::new(file) as Box<dyn ReelInput>, metadata.len())),
            false => read_into_memory(file, limits),
        }
    }
    .map_err(io_error)?;
    let reader = ReelReader::open(source, limits);
    let reader = reader.map_err(|source| fieldreel::Error::from(source).with_path(path))?;
    Ok((reader, bytes))
}

fn read_into_memory(source: impl Read, limits: Limits) -> io::Result<(Box<dyn ReelInput>, u64)> {
    let mut bytes = Vec::new();
    let max_bytes = limits.max_bytes;
    source
        .take(max_bytes.saturating_add(1))
        .read_to_end(&mut bytes)?;
    let length = bytes.len() as u64;
    match length > max_bytes {
        true => Err(io::Error::other(format!(
            "more than {max_bytes} bytes, the limit of what is read into memory: name a file"
        ))),
        false => Ok((Box::new(Cursor::new(bytes)), length)),
    }
}
