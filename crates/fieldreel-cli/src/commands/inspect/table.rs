//! The table of segments.

use std::io::{Read, Seek};

use fieldreel::ReelReader;
use fieldreel::reel::{ReelError, SegmentInfo};

use crate::output::reel_errors::ReelErrors;

/// The cells of a row: label, frames, bytes, bytes of each part, and errors.
type Row = [String; 11];

/// Returns a row for each segment of a reel of `bytes` bytes, a row of totals, and a summary.
pub(super) fn segment_table<R: Read + Seek>(
    reader: &ReelReader<R>,
    segments: &[Result<SegmentInfo, ReelError>],
    bytes: u64,
) -> String {
    let titles = [
        "segment",
        "frames",
        "bytes",
        "base",
        "mean",
        "residual",
        "mask",
        "overhead",
        "max error",
        "RMSE",
        "PSNR dB",
    ];
    let mut text = format!("\n{} plan\n", line(&titles.map(str::to_owned)));
    let mut readable = Vec::new();
    for (number, (entry, segment)) in reader.segments().iter().zip(segments).enumerate() {
        let frames = format!("{}..{}", entry.frames.start, entry.frames.end);
        match segment {
            Ok(info) => {
                let certificate = &info.certificate;
                let errors = [certificate.max_abs, certificate.rmse.into()].map(error);
                let decibels = format!("{:.2}", certificate.psnr_db);
                let sizes = sizes(std::slice::from_ref(info));
                let row = row(
                    [number.to_string(), frames],
                    entry.length,
                    sizes,
                    errors,
                    decibels,
                );
                text += &format!("{} {}\n", line(&row), plan(info));
                readable.push(info.clone());
            }
            Err(error) => text += &format!("{number:>7} {frames:>13} {error}\n"),
        }
    }
    let reel_errors = ReelErrors::new(&readable);
    let frames = reader.shape()[0].to_string();
    let segment_bytes: u64 = reader.segments().iter().map(|entry| entry.length).sum();
    let errors = [reel_errors.max_abs, reel_errors.rmse].map(error);
    let label = ["all".to_owned(), frames];
    let totals = row(
        label,
        segment_bytes,
        sizes(&readable),
        errors,
        String::new(),
    );
    text += &format!("{}\n", line(&totals).trim_end());

    let other_bytes = bytes.saturating_sub(segment_bytes);
    text += &format!(
        "\noutside of segments: {other_bytes} bytes (header, coordinates, attributes, index)\n"
    );
    let valid = reel_errors.valid;
    let count: usize = reader.shape().iter().product();
    text += &format!("valid: {valid} of {count} values\n");
    let criteria = readable.iter().map(|info| info.criterion.to_string());
    let mut bounds: Vec<String> = criteria.collect();
    bounds.dedup();
    if !bounds.is_empty() {
        text += &format!("bound: {}\n", bounds.join(", "));
    }
    text
}

/// Returns the total bytes of base layers, temporal means, residuals, masks and overhead.
fn sizes(segments: &[SegmentInfo]) -> [usize; 5] {
    let mut total = [0; 5];
    for sizes in segments.iter().map(|info| info.sizes) {
        let sizes = [
            sizes.base,
            sizes.mean,
            sizes.residual,
            sizes.mask,
            sizes.overhead,
        ];
        for (total, size) in total.iter_mut().zip(sizes) {
            *total += size;
        }
    }
    total
}

fn row(
    [label, frames]: [String; 2],
    bytes: u64,
    sizes: [usize; 5],
    [max_abs, rmse]: [String; 2],
    decibels: String,
) -> Row {
    let [base, mean, residual, mask, overhead] = sizes.map(|size| size.to_string());
    let bytes = bytes.to_string();
    [
        label, frames, bytes, base, mean, residual, mask, overhead, max_abs, rmse, decibels,
    ]
}

fn line(row: &Row) -> String {
    let widths = [7, 13, 10, 10, 8, 10, 8, 8, 10, 10, 8];
    let cells = row.iter().zip(widths);
    let cells: Vec<String> = cells
        .map(|(cell, width)| format!("{cell:>width$}"))
        .collect();
    cells.join(" ")
}

fn error(value: f64) -> String {
    format!("{value:.3e}")
}

fn plan(info: &SegmentInfo) -> String {
    match &info.plan {
        Some(plan) => plan.to_string(),
        None => format!("{:?}", info.body).to_lowercase(),
    }
}
