//! The table of what became of each variable.

use std::fmt;

use fieldreel::dataset::{DatasetSummary, Kept};

use crate::change::change;

pub(crate) struct Table<'a>(pub(crate) &'a DatasetSummary);

impl fmt::Display for Table<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = ["variable", "shape", "bound", "error", "ratio"].map(str::to_owned);
        let rows = self.0.variables.iter().map(|variable| {
            let shape: Vec<String> = variable.shape.iter().map(usize::to_string).collect();
            let (bound, error) = match &variable.kept {
                Kept::Within { bound, max_abs } => (bound.to_string(), format!("{max_abs:.3e}")),
                Kept::Exactly { reason } => (format!("exact: {reason}"), "0".to_owned()),
                _ => ("exact".to_owned(), "0".to_owned()),
            };
            let ratio = match variable.stored_bytes {
                0 => "-".to_owned(),
                stored => format!("{:.1}", variable.bytes as f64 / stored as f64),
            };
            [variable.name.clone(), shape.join("×"), bound, error, ratio]
        });
        let rows: Vec<[String; 5]> = std::iter::once(head).chain(rows).collect();
        let widths: [usize; 5] = std::array::from_fn(|column| {
            let widths = rows.iter().map(|row| row[column].chars().count());
            widths.max().unwrap_or(0)
        });
        for [name, shape, bound, error, ratio] in &rows {
            let [a, b, c, d, e] = widths;
            writeln!(
                f,
                "{name:a$}  {shape:>b$}  {bound:c$}  {error:>d$}  {ratio:>e$}"
            )?;
        }
        let (before, after) = (self.0.input_bytes, self.0.output_bytes);
        writeln!(f, "{before} bytes to {after}: {}", change(before, after))
    }
}
