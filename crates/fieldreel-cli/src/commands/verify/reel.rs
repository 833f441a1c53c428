//! Verification of a reel.

use std::path::Path;

use fieldreel::reel::ReelError;
use fieldreel::{Criterion, ErrorBound, Limits, reel_to_field};

use super::Verify;
use super::field::compare_fields;
use super::outcome::{Outcome, VariableOutcome};
use crate::error::{Result, VerificationError, one_line};
use crate::input::{InputReader, open_reel, read_field};

impl Verify {
    pub(super) fn verify_reel(&self) -> Result {
        let path = &self.file;
        let limits = Limits::new(self.limit.saturating_mul(1 << 30));
        let (mut reader, _) = open_reel(path, limits)?;
        let mut outcome = self.certified(&mut reader)?;
        if let (Some(original), None) = (&self.against, &outcome.damage) {
            outcome = self.compare_reel(&mut reader, original, outcome)?;
        }
        Outcome::new(self.against.is_some(), vec![outcome]).report(path, &self.printing)
    }

    /// Compares every segment with its certificate.
    fn certified(&self, reader: &mut InputReader) -> Result<VariableOutcome> {
        let report = reader.verify();
        let mut criterion: Option<Criterion> = None;
        if !report.segments.is_empty() {
            criterion = reader.inspect(0).ok().map(|info| info.criterion);
        }
        let name = match reader.metadata().name.as_str() {
            "" => "field",
            name => name,
        };
        let bound = criterion.unwrap_or(ErrorBound::Lossless.into());
        let mut outcome = VariableOutcome::new(name, bound);
        for (number, segment) in report.segments.iter().enumerate() {
            match &segment.outcome {
                Ok(certificate) => {
                    let count = segment.frames.len() * segment.rows.len() * segment.columns.len();
                    outcome.values += count as u64;
                    outcome.max_abs_error = outcome.max_abs_error.max(certificate.max_abs);
                }
                // The file could not be read, which says nothing about its content.
                Err(ReelError::Io(error)) => {
                    return Err(format!("{}: {error}", self.file.display()).into());
                }
                Err(error) if outcome.damage.is_none() => {
                    outcome.damage =
                        Some(format!("segment {number} is damaged: {}", one_line(error)));
                }
                Err(_) => {}
            }
        }
        if outcome.damage.is_none() && !report.integrity.is_complete() {
            let incomplete = fieldreel::Error::IncompleteReel {
                path: None,
                frames: reader.shape()[0],
                integrity: report.integrity,
            };
            outcome.damage = Some(incomplete.to_string());
        }
        Ok(outcome)
    }

    /// Compares the decoded values with their originals.
    fn compare_reel(
        &self,
        reader: &mut InputReader,
        original: &Path,
        certified: VariableOutcome,
    ) -> Result<VariableOutcome> {
        let name = self
            .variable
            .as_deref()
            .or(match reader.metadata().name.as_str() {
                "" => None,
                name => Some(name),
            });
        let original_field = read_field(original, name)?;
        let frames = reader.shape()[0];
        let decoded = reel_to_field(reader, 0..frames);
        let decoded = decoded.map_err(|error| error.with_path(&self.file))?;
        let bound = self
            .bounds
            .last()
            .map_or(certified.bound, |bound| bound.criterion);
        let certified_error = Some(certified.max_abs_error);
        let outcome = compare_fields(&original_field, &decoded, bound, certified_error);
        outcome.map_err(|difference| {
            let (path, original) = (self.file.display(), original.display());
            VerificationError(format!("{path}: {difference} in {original}")).into()
        })
    }
}
