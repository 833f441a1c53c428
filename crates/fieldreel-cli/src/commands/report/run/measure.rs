//! Measurement of the size, the speed and the errors of a method.

use std::path::Path;
use std::time::Instant;

use fieldreel::metrics::{ErrorMetrics, bits_per_value, compression_ratio};
use ndarray::{Array3, ArrayView3};
use serde::Serialize;

use super::method::{FieldValue, Method};
use crate::error::Result;

/// A row of the table. Errors are in the unit of the field, times in seconds. The ratio is the
/// size of the array divided by the size of the file.
#[derive(Serialize)]
pub(super) struct Row {
    pub(super) mode: &'static str,
    pub(super) codec: &'static str,
    pub(super) bit_depth: u8,
    pub(super) bytes: u64,
    pub(super) original_bytes: u64,
    pub(super) ratio: f64,
    pub(super) bits_per_value: f64,
    pub(super) mean_abs: f64,
    pub(super) max_abs: f64,
    pub(super) rel_mean: f64,
    pub(super) rel_max: f64,
    pub(super) rmse: f64,
    /// The PSNR in dB; `null` in JSON if it is infinite.
    pub(super) psnr_db: f64,
    pub(super) encode_s: f64,
    pub(super) decode_s: f64,
    #[serde(skip)]
    pub(super) baseline: bool,
    #[serde(skip)]
    pub(super) metrics: ErrorMetrics,
}

/// Stores `frames` by `method` in `folder`, reads them again, and measures sizes, times and
/// errors.
pub(super) fn measure<T: FieldValue>(
    method: Method,
    frames: ArrayView3<'_, T>,
    folder: &Path,
) -> Result<(Row, Array3<T>)> {
    let start = Instant::now();
    let path = method.encode(frames, folder)?;
    let encode_s = start.elapsed().as_secs_f64();
    let bytes = std::fs::metadata(&path)?.len();

    let start = Instant::now();
    let reconstruction: Array3<T> = method.decode(&path, frames.dim())?;
    let decode_s = start.elapsed().as_secs_f64();

    let metrics = ErrorMetrics::between(frames, reconstruction.view())?;
    let values = frames.len() as u64;
    let original_bytes = values * size_of::<T>() as u64;
    let row = Row {
        mode: method.name(),
        codec: method.codec(),
        bit_depth: method.bit_depth::<T>(),
        bytes,
        original_bytes,
        ratio: compression_ratio(original_bytes, bytes),
        bits_per_value: bits_per_value(bytes, values),
        mean_abs: metrics.mean_abs,
        max_abs: metrics.max_abs,
        rel_mean: metrics.rel_mean(),
        rel_max: metrics.rel_max(),
        rmse: metrics.rmse,
        psnr_db: metrics.psnr_db(),
        encode_s,
        decode_s,
        baseline: matches!(method, Method::Baseline(_)),
        metrics,
    };
    Ok((row, reconstruction))
}
