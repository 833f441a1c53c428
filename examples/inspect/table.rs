//! What each segment says of itself, and all of them together.

use std::io::{Read, Seek};

use fieldreel::ReelReader;
use fieldreel::reel::{ReelError, SegmentInfo};

use crate::total::Total;

/// A row: label, frames, bytes of each part, errors, and text.
type Row = [String; 11];

/// Prints a row for each segment, and one for the whole file, of `bytes` bytes.
pub(super) fn print<R: Read + Seek>(
    reader: &ReelReader<R>,
    segments: &[Result<SegmentInfo, ReelError>],
    bytes: u64,
) {
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
    println!("\n{} plan", line(&titles.map(str::to_owned)));
    let mut good = Vec::new();
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
                println!("{} {}", line(&row), plan(info));
                good.push(info.clone());
            }
            Err(error) => println!("{number:>7} {frames:>13} {error}"),
        }
    }
    let total = Total::of(&good);
    let frames = reader.shape()[0].to_string();
    let coded: u64 = reader.segments().iter().map(|entry| entry.length).sum();
    let errors = [total.max_abs, total.rmse].map(error);
    let head = ["all".to_owned(), frames];
    let all = line(&row(head, coded, sizes(&good), errors, String::new()));
    println!("{}", all.trim_end());

    let rest = bytes.saturating_sub(coded);
    println!("\nbeside segments: {rest} bytes (header, coordinates, attributes, index)");
    let valid = total.valid;
    let all: usize = reader.shape().iter().product();
    println!("valid: {valid} of {all} values");
    let mut bounds: Vec<String> = good.iter().map(|info| info.criterion.to_string()).collect();
    bounds.dedup();
    if !bounds.is_empty() {
        println!("bound: {}", bounds.join(", "));
    }
}

/// Bytes of base, mean, residual, mask and overhead.
fn sizes(segments: &[SegmentInfo]) -> [usize; 5] {
    let mut sum = [0; 5];
    for sizes in segments.iter().map(|info| info.sizes) {
        let own = [
            sizes.base,
            sizes.mean,
            sizes.residual,
            sizes.mask,
            sizes.overhead,
        ];
        for (sum, own) in sum.iter_mut().zip(own) {
            *sum += own;
        }
    }
    sum
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
