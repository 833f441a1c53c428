//! The outcome of a verification, as text, as JSON and as an error.

use std::path::Path;

use fieldreel::{Criterion, ErrorBound};
use serde::Serialize;

use crate::error::{Result, VerificationError};
use crate::options::Printing;

/// The outcome for a file, which `--json` prints in this form.
#[derive(Serialize)]
pub(super) struct Outcome {
    /// True if nothing is damaged and every value is within its bound.
    pub(super) ok: bool,
    /// True if values were compared with an original.
    pub(super) compared: bool,
    pub(super) variables: Vec<VariableOutcome>,
}

/// The outcome for a variable.
#[derive(Serialize)]
pub(super) struct VariableOutcome {
    pub(super) name: String,
    /// The number of decoded values.
    pub(super) values: u64,
    /// The bound that was checked.
    pub(super) bound: Criterion,
    /// The largest error of a valid value, in the unit of the variable.
    pub(super) max_abs_error: f64,
    /// The number of values that exceed the bound, or that are missing in one file only.
    pub(super) exceeding: u64,
    /// The position, the original and the decoded value of the first of these.
    pub(super) first: Option<(Vec<u64>, f64, f64)>,
    /// The damage that was found.
    pub(super) damage: Option<String>,
}

impl VariableOutcome {
    /// Returns the outcome before any value is compared.
    pub(super) fn new(name: &str, bound: Criterion) -> Self {
        Self {
            name: name.to_owned(),
            values: 0,
            bound,
            max_abs_error: 0.0,
            exceeding: 0,
            first: None,
            damage: None,
        }
    }

    /// Returns the failure as text; `None` if the variable is good.
    pub(super) fn failure(&self) -> Option<String> {
        let (name, values, bound) = (&self.name, self.values, self.bound);
        if let Some(damage) = &self.damage {
            return Some(format!("{name}: {damage}"));
        }
        let (position, original, decoded) = self.first.as_ref()?;
        let exceeding = self.exceeding;
        let bound = match bound {
            Criterion::Bound(ErrorBound::Lossless) => "differ from the original".to_owned(),
            bound => format!("are not within {bound} of the original"),
        };
        Some(format!(
            "{name}: {exceeding} of {values} values {bound}; the first one, at {position:?}, is \
             {decoded} instead of {original}"
        ))
    }

    /// Returns a line of text.
    fn line(&self, compared: bool) -> String {
        if let Some(failure) = self.failure() {
            return format!("{failure}\n");
        }
        let (name, values, bound, error) =
            (&self.name, self.values, self.bound, self.max_abs_error);
        match (compared, bound) {
            (false, _) => format!("{name}: {values} values are intact\n"),
            (true, Criterion::Bound(ErrorBound::Lossless)) => {
                format!("{name}: {values} values are those of the original\n")
            }
            (true, Criterion::Bound(bound)) => format!(
                "{name}: {values} values are within {bound} of the original; the largest error is \
                 {error:.4e}\n"
            ),
            (true, bound) => format!(
                "{name}: {values} values are within the errors that were certified for {bound}; \
                 the largest error is {error:.4e}\n"
            ),
        }
    }
}

impl Outcome {
    /// Returns the outcome for variables.
    pub(super) fn new(compared: bool, variables: Vec<VariableOutcome>) -> Self {
        Self {
            ok: variables
                .iter()
                .all(|variable| variable.failure().is_none()),
            compared,
            variables,
        }
    }

    /// Prints the outcome, and fails if a variable is damaged or exceeds its bound.
    pub(super) fn report(&self, path: &Path, printing: &Printing) -> Result {
        printing.print(None, self, |outcome| {
            let lines = outcome.variables.iter();
            let mut text: String = lines.map(|line| line.line(outcome.compared)).collect();
            if outcome.ok {
                text += &format!("{}: verified\n", path.display());
            }
            text
        })?;
        let failures: Vec<String> = self
            .variables
            .iter()
            .filter_map(VariableOutcome::failure)
            .collect();
        match failures.as_slice() {
            [] => Ok(()),
            [first, others @ ..] => {
                let path = path.display();
                let more = match others.len() {
                    0 => String::new(),
                    count => format!(", and {count} more"),
                };
                Err(Box::new(VerificationError(format!(
                    "{path}: {first}{more}"
                ))))
            }
        }
    }
}
