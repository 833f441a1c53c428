//! Reels from files, or from front to back.

use std::error::Error;
use std::fs;
use std::io::{self, Cursor, Read, Seek};
use std::path::Path;

use fieldreel::{Limits, ReelReader};

/// Bytes of a reel.
pub(crate) trait Source: Read + Seek + Send {}

impl<T: Read + Seek + Send> Source for T {}

/// An open reel.
pub(crate) type Reel = ReelReader<Box<dyn Source>>;

/// Opens a reel, and says how many bytes it has. Standard input, which `-` stands for, and FIFOs are read into memory, up to the
/// limit.
pub(crate) fn open(path: &Path, limits: Limits) -> Result<(Reel, u64), Box<dyn Error>> {
    let unreadable = |source| fieldreel::Error::Io {
        path: Some(path.to_owned()),
        source,
    };
    let is_standard = path == Path::new("-");
    let (source, bytes): (Box<dyn Source>, u64) = if is_standard {
        in_memory(io::stdin().lock(), limits)
    } else {
        let file = fs::File::open(path).map_err(unreadable)?;
        let metadata = file.metadata().map_err(unreadable)?;
        match metadata.is_file() {
            true => Ok((Box::new(file) as Box<dyn Source>, metadata.len())),
            false => in_memory(file, limits),
        }
    }
    .map_err(unreadable)?;
    let reader = ReelReader::open(source, limits);
    let reader = reader.map_err(|source| fieldreel::Error::from(source).with_path(path))?;
    Ok((reader, bytes))
}

fn in_memory(source: impl Read, limits: Limits) -> io::Result<(Box<dyn Source>, u64)> {
    let mut bytes = Vec::new();
    let most = limits.max_bytes;
    source
        .take(most.saturating_add(1))
        .read_to_end(&mut bytes)?;
    let length = bytes.len() as u64;
    match length > most {
        true => Err(io::Error::other(format!(
            "over {most} bytes, the limit of what is read from front to back: name a file"
        ))),
        false => Ok((Box::new(Cursor::new(bytes)), length)),
    }
}
