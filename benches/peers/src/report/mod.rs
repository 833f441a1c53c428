//! The report: rows as JSON, tables in Markdown, means and figures.

mod chart;
mod docs;
mod figures;
mod gains;
mod published;
mod run_info;
mod speed_figure;
mod speeds;
mod tables;

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::Result;
use crate::arguments::Arguments;
use crate::measure::PeerRow;

pub(crate) use docs::splice;
pub(crate) use run_info::RunInfo;

/// The name of the file of rows, which `--resume` reads.
const JSON_FILE: &str = "peers.json";

/// The contents of `peers.json`.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct PeerReport {
    /// The runs that measured the rows, in order.
    runs: Vec<RunInfo>,
    pub(crate) rows: Vec<PeerRow>,
    /// The current run, until its first row is added.
    #[serde(skip)]
    pending_run: Option<RunInfo>,
}

impl PeerReport {
    /// Reads the report of an earlier run. Returns an empty report if the file does not exist.
    pub(crate) fn read(folder: &Path) -> Result<Self> {
        let path = folder.join(JSON_FILE);
        match fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes)
                .map_err(|error| format!("{}: {error}", path.display()).into()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(format!("{}: {error}", path.display()).into()),
        }
    }

    /// Starts a run, which is recorded when it adds a row.
    pub(crate) fn start(&mut self, run: RunInfo) {
        self.pending_run = Some(run);
    }

    /// Returns whether there is a row of this version of the peer.
    pub(crate) fn has(&self, field: &str, target: &str, peer: &str, version: &str) -> bool {
        let mut rows = self.rows.iter();
        rows.any(|row| row.key() == (field, target, peer) && row.version == version)
    }

    /// Adds a row, or replaces the row of the same key.
    pub(crate) fn add(&mut self, row: PeerRow) {
        // An identical run was interrupted and resumed, and is recorded once.
        if let Some(run) = self.pending_run.take()
            && self.runs.last() != Some(&run)
        {
            self.runs.push(run);
        }
        match self.rows.iter_mut().find(|old| old.key() == row.key()) {
            Some(old) => *old = row,
            None => self.rows.push(row),
        }
    }

    /// Writes `peers.json` atomically.
    pub(crate) fn save(&self, folder: &Path) -> Result<()> {
        fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let path = folder.join(JSON_FILE);
        let mut json = serde_json::to_vec_pretty(self)?;
        json.push(b'\n');
        fieldreel_core::files::write(&path, &json)
            .map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(())
    }
}

/// Returns whether this is the name of fieldreel at any effort.
pub(crate) fn is_fieldreel(peer: &str) -> bool {
    peer.starts_with("fieldreel-")
}

/// Writes the report and all tables and figures, and prints the means.
pub(crate) fn write(report: &PeerReport, arguments: &Arguments) -> Result<()> {
    let folder = &arguments.out;
    if report.rows.is_empty() {
        return Err("no rows were measured".into());
    }
    report.save(folder)?;
    let figures = figures::draw(&report.rows, folder)?;
    let summary = docs::summary(report);
    let tables = [
        ("peers.md", tables::every_row(&report.rows)),
        ("benchmarks.md", summary.clone()),
    ];
    for (name, text) in tables {
        let path = folder.join(name);
        fieldreel_core::files::write(&path, text.as_bytes())
            .map_err(|error| format!("{}: {error}", path.display()))?;
    }
    if let Some(path) = &arguments.docs {
        docs::splice(path, docs::MARKS, &summary)?;
    }
    println!("\n{}", gains::text(&report.rows));
    println!(
        "wrote to {}: rows in peers.json and peers.md, a summary in benchmarks.md, figures in {}",
        folder.display(),
        figures.join(", ")
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::row;

    #[test]
    fn rows_are_found_by_key_and_version() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("new/out");
        assert!(PeerReport::read(&out).unwrap().rows.is_empty());
        let mut report = PeerReport::default();
        let run = RunInfo::current().unwrap();
        report.start(run.clone());
        report.add(row("wind", "1e-2", "sz3", 20.0));
        report.add(row("wind", "1e-2", "sz3", 21.0));
        report.add(row("wind", "1e-2", "zfp", 5.0));
        report.save(&out).unwrap();

        let back = PeerReport::read(&out).unwrap();
        assert_eq!(back.rows, report.rows);
        assert_eq!(back.runs, [run]);
        assert_eq!((back.rows.len(), back.rows[0].ratio), (2, 21.0));
        let version = back.rows[0].version.clone();
        assert!(back.has("wind", "1e-2", "sz3", &version));
        assert!(!back.has("wind", "1e-2", "sz3", "another"));
        assert!(!back.has("wind", "1e-3", "sz3", &version));

        fs::write(out.join(JSON_FILE), b"{").unwrap();
        assert!(PeerReport::read(&out).is_err());
    }
}
