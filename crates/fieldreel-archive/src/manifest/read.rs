//! Reading of manifests.

use std::collections::HashSet;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use super::{FORMAT_VERSION, Header, Manifest, Unit};
use crate::{ArchiveError, Result};

/// The largest size of a manifest in bytes: some millions of units.
const MAX_BYTES: u64 = 4 << 30;

/// The largest size of a line in bytes: a unit with a bound for each of some 100,000 variables.
const MAX_LINE_BYTES: u64 = 16 << 20;

impl Manifest {
    /// Reads a manifest.
    ///
    /// # Errors
    /// - [`ArchiveError::Io`] if the file cannot be read.
    /// - [`ArchiveError::TooLarge`] if the file has more than 4 GiB, or a line more than 16 MiB.
    /// - [`ArchiveError::NotAManifest`] if the first line is not a header.
    /// - [`ArchiveError::UnsupportedVersion`] if the format has another version.
    /// - [`ArchiveError::InvalidUnit`], [`ArchiveError::InvalidOutput`] or
    ///   [`ArchiveError::RepeatedUnit`] if another line is not a valid unit.
    /// - [`ArchiveError::UnitCount`] if units are missing.
    pub fn read(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let file = File::open(path).map_err(ArchiveError::io(path))?;
        let bytes = file.metadata().map_err(ArchiveError::io(path))?.len();
        if bytes > MAX_BYTES {
            return Err(ArchiveError::TooLarge {
                path: path.to_owned(),
                limit: MAX_BYTES,
            });
        }
        Self::parse(BufReader::new(file), path)
    }

    /// Reads a manifest from its bytes. `path` is its path in messages, and the one that outputs
    /// and records are relative to.
    ///
    /// # Errors
    /// Those of [`read`](Self::read).
    pub fn parse(mut bytes: impl BufRead, path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let mut line = Vec::new();
        read_line(&mut bytes, &mut line, path)?;
        let header = parse_header(&line, path)?;
        let mut units = Vec::new();
        let mut ids = HashSet::new();
        for number in 2.. {
            read_line(&mut bytes, &mut line, path)?;
            if line.is_empty() {
                break;
            }
            let unit = parse_unit(&line, number, path)?;
            if !ids.insert(unit.id().to_owned()) {
                return Err(ArchiveError::RepeatedUnit {
                    path: path.to_owned(),
                    line: number,
                    id: unit.id().to_owned(),
                });
            }
            units.push(unit);
        }
        if units.len() as u64 != header.units {
            return Err(ArchiveError::UnitCount {
                path: path.to_owned(),
                expected: header.units,
                found: units.len() as u64,
            });
        }
        Ok(Self {
            path: path.to_owned(),
            header,
            units,
        })
    }
}

/// Reads a line into `line`, which is empty at the end of the file.
fn read_line(bytes: &mut impl BufRead, line: &mut Vec<u8>, path: &Path) -> Result<()> {
    line.clear();
    let mut limited = bytes.take(MAX_LINE_BYTES + 1);
    let read = limited.read_until(b'\n', line);
    read.map_err(ArchiveError::io(path))?;
    match line.len() as u64 > MAX_LINE_BYTES {
        true => Err(ArchiveError::TooLarge {
            path: path.to_owned(),
            limit: MAX_LINE_BYTES,
        }),
        false => Ok(()),
    }
}

fn parse_header(line: &[u8], path: &Path) -> Result<Header> {
    /// The key that headers of every version have.
    #[derive(serde::Deserialize)]
    struct Version {
        fieldreel_archive: u32,
    }

    let not_a_manifest = |source| ArchiveError::NotAManifest {
        path: path.to_owned(),
        source,
    };
    let version: Version = serde_json::from_slice(line).map_err(not_a_manifest)?;
    if version.fieldreel_archive != FORMAT_VERSION {
        return Err(ArchiveError::UnsupportedVersion {
            path: path.to_owned(),
            found: version.fieldreel_archive,
            supported: FORMAT_VERSION,
        });
    }
    serde_json::from_slice(line).map_err(not_a_manifest)
}

fn parse_unit(line: &[u8], number: usize, path: &Path) -> Result<Unit> {
    let unit: Unit = serde_json::from_slice(line).map_err(|source| ArchiveError::InvalidUnit {
        path: path.to_owned(),
        line: number,
        source,
    })?;
    match unit.is_valid() {
        true => Ok(unit),
        false => Err(ArchiveError::InvalidOutput {
            path: path.to_owned(),
            line: number,
            output: unit.output().to_owned(),
        }),
    }
}
