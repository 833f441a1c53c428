//! Writing of manifests.

use std::io::Write;
use std::path::Path;
use std::time::SystemTime;

use fieldreel_core::files::SequentialFile;

use super::{FORMAT_VERSION, Header, Manifest, Unit};
use crate::{ArchiveError, Result};

impl Manifest {
    /// Returns a manifest of units, which [`write`](Self::write) writes. `output` is the path of
    /// the output folder, relative to the folder of the manifest or absolute.
    pub(crate) fn new(path: &Path, output: String, units: Vec<Unit>, rules: &str) -> Self {
        let now = humantime::format_rfc3339_seconds(SystemTime::now());
        Self {
            path: path.to_owned(),
            header: Header {
                fieldreel_archive: FORMAT_VERSION,
                fieldreel: env!("CARGO_PKG_VERSION").to_owned(),
                planned: now.to_string(),
                output,
                units: units.len() as u64,
                rules: rules.to_owned(),
            },
            units,
        }
    }

    /// Writes the manifest to its path, where it appears when it is complete.
    ///
    /// # Errors
    /// [`ArchiveError::Io`] if the file cannot be written.
    pub(crate) fn write(&self) -> Result<()> {
        let write = || {
            let mut file = SequentialFile::create(&self.path)?;
            serde_json::to_writer(&mut file, &self.header)?;
            file.write_all(b"\n")?;
            for unit in &self.units {
                let mut line = serde_json::to_vec(unit)?;
                line.push(b'\n');
                file.write_all(&line)?;
            }
            file.commit()
        };
        write().map_err(ArchiveError::io(&self.path))
    }
}
