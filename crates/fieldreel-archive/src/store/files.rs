//! Small files of JSON, which appear when they are complete.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use fieldreel_core::files;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{ArchiveError, Result};

/// The largest size of a file in bytes: some 100,000 variables.
const MAX_BYTES: u64 = 64 << 20;

/// Reads a file; `None` if there is none.
pub(super) fn read<T: DeserializeOwned>(path: &Path) -> Result<Option<T>> {
    let file = match File::open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        file => file.map_err(ArchiveError::io(path))?,
    };
    let mut bytes = Vec::new();
    let read = file.take(MAX_BYTES + 1).read_to_end(&mut bytes);
    read.map_err(ArchiveError::io(path))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(ArchiveError::TooLarge {
            path: path.to_owned(),
            limit: MAX_BYTES,
        });
    }
    let parsed = serde_json::from_slice(&bytes);
    parsed
        .map(Some)
        .map_err(|source| ArchiveError::InvalidRecord {
            path: path.to_owned(),
            source,
        })
}

/// Writes a file, which replaces another one when it is complete.
pub(super) fn write<T: Serialize>(path: &Path, content: &T) -> Result<()> {
    let bytes = serde_json::to_vec(content).map_err(|source| ArchiveError::InvalidRecord {
        path: path.to_owned(),
        source,
    })?;
    files::write(path, &bytes).map_err(ArchiveError::io(path))
}
