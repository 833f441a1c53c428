//! The figures of a report.

use std::path::Path;

use fieldreel::metrics::frame_errors;
use fieldreel::plot::{self, ByteLabels, ReportBar, ReportLabels, SpectrumLabels, byte_counts};
use fieldreel::quant::{BitDepth, Quantizer, ValueRange, split_bytes};
use ndarray::{ArrayView3, Axis};

use super::measure::Row;
use super::method::{FieldValue, Method};
use crate::error::Result;
use crate::output::labels::Labels;

/// Plots the distribution of the bytes of the field's 16-bit codes.
pub(super) fn plot_bytes<T: FieldValue>(
    frames: ArrayView3<'_, T>,
    out: &Path,
    labels: &Labels,
) -> Result {
    let quantizer = Quantizer::new(ValueRange::from_values(frames)?, BitDepth::SIXTEEN);
    let codes = quantizer.quantize(frames)?;
    let (high, low) = split_bytes(codes.view());
    let [high, low] = [high, low].map(|b| byte_counts(&b.into_iter().collect::<Vec<u8>>()));
    let title = labels.title(", 16-bit codes");
    plot::byte_distribution(
        out.join("bytes.png"),
        &high,
        &low,
        &ByteLabels::default().with_title(&title),
    )?;
    Ok(())
}

/// Plots the frame with the largest error beside the original, and the errors of all frames.
pub(super) fn plot_mode<T: FieldValue>(
    method: Method,
    frames: ArrayView3<'_, T>,
    reconstruction: ArrayView3<'_, T>,
    out: &Path,
    labels: &Labels,
) -> Result {
    let name = method.name();
    let errors = frame_errors(frames, reconstruction)?;
    let is_lossless = errors.max_abs.get(errors.worst) == Some(&0.0);
    let frame = if is_lossless { "frame" } else { "worst frame:" };
    let title = labels.title(&format!(", mode {name}, {frame} {}", errors.worst));
    plot::comparison(
        out.join(format!("{name}_images.png")),
        frames.index_axis(Axis(0), errors.worst),
        reconstruction.index_axis(Axis(0), errors.worst),
        &labels.comparison(&title),
    )?;
    let title = labels.title(&format!(", mode {name}"));
    let spectrum_labels = SpectrumLabels::default()
        .with_title(&title)
        .with_unit(&labels.unit);
    plot::error_spectrum(
        out.join(format!("{name}_errors.png")),
        &errors.max_abs,
        &spectrum_labels,
    )?;
    Ok(())
}

/// Plots the bars of all modes.
pub(super) fn plot_report(rows: &[Row], out: &Path, labels: &Labels, dtype: &str) -> Result {
    let bars: Vec<_> = rows
        .iter()
        .map(|row| ReportBar::new(row.mode, row.ratio, &row.metrics).with_baseline(row.baseline))
        .collect();
    let title = labels.title("");
    let report_labels = ReportLabels::default()
        .with_title(&title)
        .with_unit(&labels.unit)
        .with_array_type(dtype);
    plot::report(out.join("report.png"), &bars, &report_labels)?;
    Ok(())
}
