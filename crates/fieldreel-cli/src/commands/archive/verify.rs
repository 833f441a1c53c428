//! `fieldreel archive verify`: the outputs against their records and their inputs.

use std::path::PathBuf;

use clap::Args;
use fieldreel_archive::{Manifest, Part, Unit, Verdict, verify_unit};
use serde::Serialize;

use super::units;
use crate::commands::verify::find_difference;
use crate::error::{Result, VerificationError};
use crate::options::{Printing, named_file};
use crate::output::progress;

const EXAMPLES: &str = "\
Examples:
  fieldreel archive verify archive/manifest.jsonl
  fieldreel archive verify archive/manifest.jsonl --against --part 3/20";

/// Verifies the outputs of an archive against their records and, with --against, every value
/// against its original.
///
/// The checksum of each output is compared with that of its record, and so are the bound and the
/// largest error that the output states for each variable. The checksum of a Zarr store covers all
/// its files. The exit code is 3 if an output is
/// damaged or missing or a value exceeds its bound, and otherwise 1 if a unit is not finished.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Verify {
    /// The manifest
    #[arg(value_parser = named_file())]
    manifest: PathBuf,
    /// Also decode every value, and compare it with the input
    #[arg(long)]
    against: bool,
    /// The part of the units to verify, I of N parts with about the same work, such as 3/20
    #[arg(long, value_name = "I/N", default_value_t)]
    part: Part,
    #[command(flatten)]
    printing: Printing,
}

/// The outcome, which `--json` prints in this form.
#[derive(Default, Serialize)]
struct Outcome {
    /// True if every unit is finished and nothing is damaged.
    ok: bool,
    /// True if values were compared with the inputs.
    compared: bool,
    units: usize,
    intact: usize,
    unfinished: usize,
    /// Descriptions of the damage of each damaged output.
    damaged: Vec<String>,
}

impl Verify {
    /// Verifies the units of the part.
    pub(super) fn run(&self) -> Result {
        let manifest = Manifest::read(&self.manifest)?;
        let part = self.part.units(manifest.units());
        let bar = progress::steps(part.len(), "units", &self.printing)?;
        let mut outcome = Outcome {
            compared: self.against,
            units: part.len(),
            ..Outcome::default()
        };
        for unit in part {
            bar.set_message(unit.output().to_owned());
            match self.verify(&manifest, unit)? {
                Verdict::Damaged { problem } => outcome.damaged.push(problem),
                Verdict::Intact(_) => outcome.intact += 1,
                _ => outcome.unfinished += 1,
            }
            bar.inc(1);
        }
        bar.finish_and_clear();
        outcome.ok = outcome.intact == outcome.units;
        self.printing
            .print(None, &outcome, |outcome| self.text(outcome))?;
        self.check(&outcome)
    }

    /// Verifies a unit.
    fn verify(&self, manifest: &Manifest, unit: &Unit) -> Result<Verdict> {
        let verdict = verify_unit(manifest, unit)?;
        if self.against && !unit.is_slab() && matches!(verdict, Verdict::Intact(_)) {
            unit.check_input()?;
            let output = manifest.output_path(unit);
            if let Some(difference) = find_difference(&output, unit.input())? {
                let problem = format!("{}: {difference}", output.display());
                return Ok(Verdict::Damaged { problem });
            }
        }
        Ok(verdict)
    }

    fn text(&self, outcome: &Outcome) -> String {
        let (path, units) = (self.manifest.display(), units(outcome.units));
        let (intact, unfinished) = (outcome.intact, outcome.unfinished);
        let intact = match outcome.compared {
            true => format!("{intact} intact and within their bounds"),
            false => format!("{intact} intact"),
        };
        let count = outcome.damaged.len();
        let mut text =
            format!("{path}: {units}: {intact}, {count} damaged, {unfinished} not finished\n");
        for problem in &outcome.damaged {
            text += &format!("damaged: {problem}\n");
        }
        text
    }

    /// Returns the error for damage or unfinished units.
    fn check(&self, outcome: &Outcome) -> Result {
        let path = self.manifest.display();
        match (outcome.damaged.as_slice(), outcome.unfinished) {
            ([], 0) => Ok(()),
            ([], unfinished) => {
                let count = units(unfinished);
                Err(format!("{path}: {count} not finished; use `fieldreel archive run`").into())
            }
            ([first], _) => Err(Box::new(VerificationError(first.clone()))),
            ([first, others @ ..], _) => {
                let more = others.len();
                let message = format!("{first}, and {more} more outputs are damaged");
                Err(Box::new(VerificationError(message)))
            }
        }
    }
}
