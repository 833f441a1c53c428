//! The summary of a compressed or decompressed file as a table and as JSON.

use fieldreel::dataset::{DatasetSummary, Fidelity, VariableSummary};
use serde_json::{Value, json};

use super::shape::shape_text;
use super::size_change::describe_change;
use super::table::{Align, table};
use crate::error::Result;
use crate::options::Printing;

/// Prints a summary.
pub(crate) fn print(printing: &Printing, summary: &DatasetSummary) -> Result {
    printing.print(None, &to_json(summary), |_| to_text(summary))
}

fn to_json(summary: &DatasetSummary) -> Value {
    let variables = summary.variables.iter().map(|variable| {
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
    let (bytes, stored_bytes) = summary.total_bytes();
    json!({
        "variables": variables,
        "bytes": bytes,
        "stored_bytes": stored_bytes,
        "input_bytes": summary.input_bytes,
        "output_bytes": summary.output_bytes,
    })
}

fn to_text(summary: &DatasetSummary) -> String {
    use Align::{Left, Right};

    let header = ["variable", "shape", "bound", "error", "stored", "ratio"].map(str::to_owned);
    let (bytes, stored) = summary.total_bytes();
    let mut total: [String; 6] = Default::default();
    (total[0], total[5]) = ("total".to_owned(), ratio(bytes, stored));
    let rows: Vec<[String; 6]> = std::iter::once(header)
        .chain(summary.variables.iter().map(row))
        .chain([total])
        .collect();
    let (before, after) = (summary.input_bytes, summary.output_bytes);
    let change = describe_change(before, after);
    format!(
        "{}{before} bytes to {after}: {change}\n",
        table(&rows, [Left, Right, Left, Right, Left, Right])
    )
}

/// Returns the cells of the row of a variable.
fn row(variable: &VariableSummary) -> [String; 6] {
    let (bound, error) = match &variable.fidelity {
        Fidelity::Bounded { criterion, max_abs } => {
            (criterion.to_string(), format!("{max_abs:.3e}"))
        }
        Fidelity::Exact { reason } => (format!("exact: {reason}"), "0".to_owned()),
        _ => ("exact".to_owned(), "0".to_owned()),
    };
    [
        variable.name.clone(),
        shape_text(&variable.shape),
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
