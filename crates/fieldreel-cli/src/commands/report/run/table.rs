//! The table of the report, as text and as JSON.

use serde::Serialize;

use super::measure::Row;
use crate::output::labels::Labels;

/// The report, which `report.json` and `--json` have in this form.
#[derive(Serialize)]
pub(super) struct Report<'a> {
    input: Input<'a>,
    rows: &'a [Row],
}

#[derive(Serialize)]
struct Input<'a> {
    file: &'a str,
    variable: &'a str,
    units: &'a str,
    shape: [usize; 3],
    dtype: &'a str,
}

impl<'a> Report<'a> {
    /// Returns the report on a field of this shape and type.
    pub(super) fn new(
        labels: &'a Labels,
        units: &'a str,
        shape: (usize, usize, usize),
        dtype: &'a str,
        rows: &'a [Row],
    ) -> Self {
        let input = Input {
            file: &labels.file,
            variable: &labels.variable,
            units,
            shape: shape.into(),
            dtype,
        };
        Self { input, rows }
    }

    /// Returns the table as text.
    pub(super) fn text(&self) -> String {
        let Input {
            file,
            variable,
            units,
            shape: [time, y, x],
            dtype,
        } = self.input;
        let mut text = format!("{variable} of {file}: {time} × {y} × {x} {dtype}, {units}\n\n");
        text += &format!(
            "{:<8} {:<8} {:>4} {:>11} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9} {:>8} {:>8} {:>8}\n",
            "mode",
            "codec",
            "bits",
            "bytes",
            "ratio",
            "bits/val",
            "mean",
            "max",
            "rel mean",
            "rel max",
            "PSNR dB",
            "enc s",
            "dec s",
        );
        for row in self.rows {
            text += &format!(
                "{:<8} {:<8} {:>4} {:>11} {:>9.2} {:>9.3} {:>9.2e} {:>9.2e} {:>9.2e} {:>9.2e} \
                 {:>8.2} {:>8.2} {:>8.2}\n",
                row.mode,
                row.codec,
                row.bit_depth,
                row.bytes,
                row.ratio,
                row.bits_per_value,
                row.mean_abs,
                row.max_abs,
                row.rel_mean,
                row.rel_max,
                row.psnr_db,
                row.encode_s,
                row.decode_s,
            );
        }
        text
    }
}
