//! What compressing saved and cost.

use std::path::Path;

use fieldreel::Criterion;
use fieldreel::reel::ReelSummary;
use serde::Serialize;

use crate::change::change;
use crate::total::Total;

/// What `--json` prints.
#[derive(Serialize)]
pub(super) struct Report {
    /// The whole file.
    bytes: u64,
    /// What rebuilds the values: all but coordinates and attributes.
    segment_bytes: u64,
    /// The values in memory.
    original_bytes: u64,
    /// `original_bytes / segment_bytes`.
    ratio: f64,
    /// The errors over the whole field, from the certificates of the segments: they were measured on
    /// decoded values before the file was written.
    max_abs: f64,
    rmse: f64,
    /// `20·log10(range / RMSE)` with the range of the whole field; `null` where nothing differs.
    psnr_db: Option<f64>,
    bound: String,
    /// Planning, encoding, decoding again and writing; not reading the input.
    encode_s: f64,
    segments: usize,
    /// That of the first segment that has one; `null` where nothing was to be planned.
    plan: Option<String>,
}

impl Report {
    pub(super) fn new(
        summary: &ReelSummary,
        original_bytes: u64,
        range: f64,
        criterion: Criterion,
        encode_s: f64,
    ) -> Self {
        let Total { max_abs, rmse, .. } = Total::of(&summary.segments);
        let segment_bytes = summary.segment_bytes();
        let mut plans = summary
            .segments
            .iter()
            .filter_map(|segment| segment.plan.as_ref());
        Self {
            bytes: summary.bytes,
            segment_bytes,
            original_bytes,
            ratio: original_bytes as f64 / segment_bytes as f64,
            max_abs,
            rmse,
            psnr_db: (rmse > 0.0).then(|| 20.0 * (range / rmse).log10()),
            bound: criterion.to_string(),
            encode_s,
            segments: summary.segments.len(),
            plan: plans.next().map(ToString::to_string),
        }
    }

    /// Returns the lines that are printed.
    pub(super) fn text(&self, path: &Path, unit: &str) -> String {
        let unit = if unit.is_empty() {
            String::new()
        } else {
            format!(" {unit}")
        };
        let path = path.display();
        let (bytes, bound, segments) = (self.bytes, &self.bound, self.segments);
        let size = change(self.original_bytes, self.segment_bytes);
        let (max_abs, rmse, seconds) = (self.max_abs, self.rmse, self.encode_s);
        let quality = match self.psnr_db {
            Some(decibels) => format!("PSNR {decibels:.2} dB"),
            None => "exact".to_owned(),
        };
        let plan = self.plan.as_deref().unwrap_or("nothing to plan");
        format!(
            "{path}: {bytes} bytes, {size}\n\
             {bound}: largest error {max_abs:.4e}{unit}, RMSE {rmse:.4e}{unit}, {quality}\n\
             {segments} segment(s) in {seconds:.2} s; {plan}\n"
        )
    }
}
