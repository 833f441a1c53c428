//! The summary of a file as a table and as JSON.

use std::fmt;

use fieldreel::dataset::{DatasetSummary, Fidelity, VariableSummary};
use serde_json::{Value, json};

use crate::size_change::describe_change;

pub(crate) struct SummaryTable<'a>(pub(crate) &'a DatasetSummary);

impl SummaryTable<'_> {
    /// Returns the summary as JSON.
    pub(crate) fn json(&self) -> Value {
        let variables = self.0.variables.iter().map(|variable| {
            let mut object = json!({
                "name": variable.name,
                "shape": variable.shape,
                "type": format!("{:?}", variable.kind).to_lowercase(),
                "stored": variable.storage.to_string(),
                "bytes": variable.bytes,
                "stored_bytes": variable.stored_bytes,
            });
            match &variable.fidelity {
                Fidelity::Bounded { criterion, max_abs } => {
                    object["bound"] = criterion.to_string().into();
                    object["max_abs_error"] = (*max_abs).into();
                }
                Fidelity::Exact { reason } => object["exact"] = reason.to_string().into(),
                _ => {}
            }
            object
        });
        let variables: Vec<Value> = variables.collect();
        let (bytes, stored_bytes) = self.0.total_bytes();
        json!({
            "variables": variables,
            "bytes": bytes,
            "stored_bytes": stored_bytes,
            "input_bytes": self.0.input_bytes,
            "output_bytes": self.0.output_bytes,
        })
    }
}

/// Returns the cells of the row of a variable.
fn row(variable: &VariableSummary) -> [String; 6] {
    let shape: Vec<String> = variable.shape.iter().map(usize::to_string).collect();
    let (bound, error) = match &variable.fidelity {
        Fidelity::Bounded { criterion, max_abs } => {
            (criterion.to_string(), format!("{max_abs:.3e}"))
        }
        Fidelity::Exact { reason } => (format!("exact: {reason}"), "0".to_owned()),
        _ => ("exact".to_owned(), "0".to_owned()),
    };
    [
        variable.name.clone(),
        shape.join("×"),
        bound,
        error,
        variable.storage.to_string(),
        ratio(variable.bytes, variable.stored_bytes),
    ]
}

fn ratio(bytes: u64, stored: u64) -> String {
    match stored {
        0 => "-".to_owned(),
        stored => format!("{:.1}", bytes as f64 / stored as f64),
    }
}

impl fmt::Display for SummaryTable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let header = ["variable", "shape", "bound", "error", "stored", "ratio"].map(str::to_owned);
        let (bytes, stored) = self.0.total_bytes();
        let mut total: [String; 6] = Default::default();
        (total[0], total[5]) = ("total".to_owned(), ratio(bytes, stored));
        let rows = std::iter::once(header)
            .chain(self.0.variables.iter().map(row))
            .chain([total]);
        let rows: Vec<[String; 6]> = rows.collect();
        let widths: [usize; 6] = std::array::from_fn(|column| {
            let widths = rows.iter().map(|row| row[column].chars().count());
            widths.max().unwrap_or(0)
        });
        for [name, shape, bound, error, stored, ratio] in &rows {
            let [a, b, c, d, e, g] = widths;
            writeln!(
                f,
                "{name:a$}  {shape:>b$}  {bound:c$}  {error:>d$}  {stored:e$}  {ratio:>g$}"
            )?;
        }
        let (before, after) = (self.0.input_bytes, self.0.output_bytes);
        writeln!(
            f,
            "{before} bytes to {after}: {}",
            describe_change(before, after)
        )
    }
}
