//! The report: the rows as JSON, tables in Markdown, means, figures.

mod chart;
mod docs;
mod figures;
mod gains;
mod machine;
mod marks;
mod published;
mod speeds;
mod tables;

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::Outcome;
use crate::arguments::Arguments;
use crate::measure::Row;

pub(crate) use docs::splice;
pub(crate) use machine::Run;

/// All rows, and what `--resume` reads.
const FILE: &str = "peers.json";

/// All of `peers.json`.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Report {
    /// The machines that measured the rows, one after the other.
    runs: Vec<Run>,
    pub(crate) rows: Vec<Row>,
    /// The machine that measures now, until its first row.
    #[serde(skip)]
    starting: Option<Run>,
}

impl Report {
    /// The report of an earlier run; an empty one if there was none.
    pub(crate) fn read(folder: &Path) -> Outcome<Self> {
        let path = folder.join(FILE);
        match fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes)
                .map_err(|error| format!("{}: {error}", path.display()).into()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(format!("{}: {error}", path.display()).into()),
        }
    }

    /// Notes a run, once it has measured a row.
    pub(crate) fn starts(&mut self, run: Run) {
        self.starting = Some(run);
    }

    /// Whether a row is there, of this version of the peer.
    pub(crate) fn has(&self, field: &str, target: &str, peer: &str, version: &str) -> bool {
        let mut rows = self.rows.iter();
        rows.any(|row| row.key() == (field, target, peer) && row.version == version)
    }

    /// Adds a row, in place of an older one.
    pub(crate) fn add(&mut self, row: Row) {
        // The same again is a run that was interrupted.
        if let Some(run) = self.starting.take()
            && self.runs.last() != Some(&run)
        {
            self.runs.push(run);
        }
        match self.rows.iter_mut().find(|old| old.key() == row.key()) {
            Some(old) => *old = row,
            None => self.rows.push(row),
        }
    }

    /// Writes `peers.json`, whole or not at all.
    pub(crate) fn save(&self, folder: &Path) -> Outcome<()> {
        fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let path = folder.join(FILE);
        let mut json = serde_json::to_vec_pretty(self)?;
        json.push(b'\n');
        fieldreel_core::files::write(&path, &json)
            .map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(())
    }
}

/// Whether this is the name of fieldreel at some effort.
pub(crate) fn is_fieldreel(peer: &str) -> bool {
    peer.starts_with("fieldreel-")
}

/// Writes all but the rows, which are there already, and prints the means.
pub(crate) fn write(report: &Report, arguments: &Arguments) -> Outcome<()> {
    let folder = &arguments.out;
    if report.rows.is_empty() {
        return Err("nothing was measured".into());
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
        "In {}: rows in peers.json and peers.md, a summary in benchmarks.md, figures in {}",
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
    fn rows_are_kept_while_their_versions_are() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("new/out");
        assert!(Report::read(&out).unwrap().rows.is_empty());
        let mut report = Report::default();
        let run = Run::this().unwrap();
        report.starts(run.clone());
        report.add(row("wind", "1e-2", "sz3", 20.0));
        report.add(row("wind", "1e-2", "sz3", 21.0));
        report.add(row("wind", "1e-2", "zfp", 5.0));
        report.save(&out).unwrap();

        let back = Report::read(&out).unwrap();
        assert_eq!(back.rows, report.rows);
        assert_eq!(back.runs, [run]);
        assert_eq!((back.rows.len(), back.rows[0].ratio), (2, 21.0));
        let version = back.rows[0].version.clone();
        assert!(back.has("wind", "1e-2", "sz3", &version));
        assert!(!back.has("wind", "1e-2", "sz3", "another"));
        assert!(!back.has("wind", "1e-3", "sz3", &version));

        fs::write(out.join(FILE), b"{").unwrap();
        assert!(Report::read(&out).is_err());
    }
}
