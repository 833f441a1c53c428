//! `fieldreel archive status`: progress, sizes and errors.

use std::path::PathBuf;

use clap::Args;
use fieldreel_archive::{Manifest, Status as ArchiveStatus, VariableStatus, status};

use super::units;
use crate::error::Result;
use crate::options::{Printing, named_file};
use crate::output::size_change::describe_change;
use crate::output::table::{Align, table};

const EXAMPLES: &str = "\
Examples:
  fieldreel archive status archive/manifest.jsonl
  fieldreel archive status archive/manifest.jsonl --json";

/// Prints the progress of an archive, its size, and the largest error of each variable.
///
/// Sizes and errors are those of the records of finished units. Errors were measured on decoded
/// values before the outputs were written. The outputs are not read; `fieldreel archive verify`
/// reads them.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Status {
    /// The manifest
    #[arg(value_parser = named_file())]
    manifest: PathBuf,
    #[command(flatten)]
    printing: Printing,
}

impl Status {
    /// Prints the status.
    pub(super) fn run(&self) -> Result {
        let manifest = Manifest::read(&self.manifest)?;
        let status = status(&manifest)?;
        self.printing
            .print(None, &status, |status| self.text(status))
    }

    fn text(&self, status: &ArchiveStatus) -> String {
        let path = self.manifest.display();
        let units = units(status.units);
        let (finished, waiting) = (status.finished, status.waiting);
        let (running, failed) = (status.running.len(), status.failed.len());
        let (before, after) = (status.input_bytes, status.output_bytes);
        let mut text = format!(
            "{path}: {units}: {finished} finished, {running} in work, {failed} failed, {waiting} \
             waiting\n"
        );
        if finished > 0 {
            let change = describe_change(before, after);
            text += &format!("{before} bytes to {after}: {change}\n");
        }
        if !status.variables.is_empty() {
            text += &variables(&status.variables);
        }
        for input in &status.running {
            text += &format!("in work: {input}\n");
        }
        for unit in &status.failed {
            text += &format!("failed: {}\n", unit.error);
        }
        text
    }
}

/// Returns the table of the variables.
fn variables(variables: &[VariableStatus]) -> String {
    use Align::{Left, Right};

    let header = ["variable", "files", "bound", "largest error", "ratio"].map(str::to_owned);
    let rows = variables.iter().map(|variable| {
        [
            variable.name.clone(),
            variable.files.to_string(),
            variable.bounds.join(" "),
            format!("{:.3e}", variable.max_abs_error),
            format!(
                "{:.1}",
                variable.bytes as f64 / variable.stored_bytes as f64
            ),
        ]
    });
    let rows: Vec<[String; 5]> = std::iter::once(header).chain(rows).collect();
    table(&rows, [Left, Right, Left, Right, Right])
}
