//! The report on a compressed variable.

use std::path::Path;

use fieldreel::Criterion;
use fieldreel::reel::ReelSummary;
use serde::Serialize;

use crate::output::reel_errors::ReelErrors;
use crate::output::size_change::describe_change;
use crate::output::unit_suffix::unit_suffix;

/// The report, which `--json` prints in this form.
#[derive(Serialize)]
pub(super) struct Report {
    /// The name of the variable in the reel.
    variable: String,
    /// The size of the file.
    bytes: u64,
    /// The size of the segments, which excludes coordinates and attributes.
    segment_bytes: u64,
    /// The size of the values in memory.
    original_bytes: u64,
    /// The compression ratio, `original_bytes / segment_bytes`.
    ratio: f64,
    /// The largest error in the field, from the certificates of the segments, which are measured
    /// on decoded values.
    max_abs: f64,
    /// The root mean square error in the field, from the same certificates.
    rmse: f64,
    /// `20·log10(range / RMSE)` with the range of the field; `null` if the error is 0.
    psnr_db: Option<f64>,
    bound: Criterion,
    /// The time of planning, encoding, verification and writing in seconds, without reading the
    /// input.
    encode_s: f64,
    segments: usize,
    /// The first plan of a segment; `null` if no segment has one.
    plan: Option<String>,
}

impl Report {
    /// Returns the report on a variable whose valid values have this range.
    pub(super) fn new(
        variable: &str,
        summary: &ReelSummary,
        original_bytes: u64,
        range: f64,
        bound: Criterion,
        encode_s: f64,
    ) -> Self {
        let ReelErrors { max_abs, rmse, .. } = ReelErrors::new(&summary.segments);
        let segment_bytes = summary.segment_bytes();
        let mut plans = summary
            .segments
            .iter()
            .filter_map(|segment| segment.plan.as_ref());
        Self {
            variable: variable.to_owned(),
            bytes: summary.bytes,
            segment_bytes,
            original_bytes,
            ratio: original_bytes as f64 / segment_bytes as f64,
            max_abs,
            rmse,
            psnr_db: (rmse > 0.0).then(|| 20.0 * (range / rmse).log10()),
            bound,
            encode_s,
            segments: summary.segments.len(),
            plan: plans.next().map(ToString::to_string),
        }
    }

    /// Returns the report as lines of text. `unit` is that of the variable.
    pub(super) fn text(&self, path: &Path, unit: &str) -> String {
        let unit = unit_suffix(unit);
        let path = path.display();
        let (variable, bytes, bound) = (&self.variable, self.bytes, &self.bound);
        let size = describe_change(self.original_bytes, self.segment_bytes);
        let (max_abs, rmse, seconds) = (self.max_abs, self.rmse, self.encode_s);
        let quality = match self.psnr_db {
            Some(decibels) => format!("PSNR {decibels:.2} dB"),
            None => "lossless".to_owned(),
        };
        let segments = match self.segments {
            1 => "1 segment".to_owned(),
            count => format!("{count} segments"),
        };
        let plan = self.plan.as_deref().unwrap_or("no plan");
        format!(
            "{path}: {variable}, {bytes} bytes, {size}\n\
             {bound}: largest error {max_abs:.4e}{unit}, RMSE {rmse:.4e}{unit}, {quality}\n\
             {segments} in {seconds:.2} s; {plan}\n"
        )
    }
}
