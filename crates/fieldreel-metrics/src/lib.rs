//! Error metrics between a scientific field and its reconstruction.
//!
//! Every function takes the original and the reconstruction as an [`ndarray::ArrayView3`] of `f32`
//! or `f64`, with axis order `(time, y, x)` and any memory layout. A `(y, x)` plane is called a
//! *frame*.
//!
//! | question | metric | cost |
//! |---|---|---|
//! | How large is the error? | [`ErrorMetrics`]: bias, MAE, RMSE, PSNR, Pearson's r … | one pass |
//! | Which frames have the largest error? | [`frame_errors`] | one pass |
//! | Is the error white noise? | [`error_autocorrelation`] | two passes |
//! | Are gradients preserved? | [`gradient_error`] | one pass |
//! | Are small scales preserved? | [`spectral_error`] | two Fourier transforms per frame |
//! | Do the frames look the same? | [`dssim`] | five 11×11 filters per frame |
//! | Is the distribution preserved? | [`ks_test`] | two sorts, and a copy of both fields |
//! | How small is the result? | [`bits_per_value`], [`compression_ratio`] | |
//! | How fast is the codec? | [`megabytes_per_second`] | |
//!
//! # Conventions
//!
//! - A value is *valid* if it is finite, and *missing* otherwise. Both fields must be valid at the
//!   same positions ([`MetricsError::ValidityMismatch`]); missing values are ignored. A fill value
//!   such as 9.97e36 is finite and therefore valid: replace it by NaN first.
//! - All arithmetic is in `f64`, so `f32` values up to ±3.4e38 do not overflow. Squares of `f64`
//!   values above about 1e150 overflow and give infinite results.
//! - Frames are processed in parallel in rayon's current pool, and their partial results are
//!   merged in the order of time. Results therefore have the same bits for any number of threads
//!   and any memory layout.
//!
//! # Example
//!
//! ```
//! use fieldreel_metrics::ErrorMetrics;
//! use ndarray::Array3;
//!
//! let original = Array3::from_shape_fn((4, 10, 20), |(t, y, x)| (t + y + x) as f32);
//! let reconstruction = original.mapv(|value| value + 0.5);
//! let metrics = ErrorMetrics::between(original.view(), reconstruction.view())?;
//! assert_eq!(metrics.max_abs, 0.5);
//! assert_eq!(metrics.rel_max(), 0.5 / 31.0);
//! # Ok::<(), fieldreel_metrics::MetricsError>(())
//! ```
//!
//! # Place in the workspace
//!
//! ```text
//! fieldreel ─► fieldreel-plot ─► fieldreel-metrics ─► fieldreel-core
//!     └─────────────────────────────────▲
//! ```

#![cfg_attr(docsrs, feature(doc_cfg))]

mod distribution;
mod error;
mod frames;
mod pointwise;
mod size;
mod structure;

pub use distribution::{KsTest, ks_test};
pub use error::MetricsError;
pub use fieldreel_core::{Element, ErrorKind};
pub use pointwise::{ErrorMetrics, FrameErrors, RELATIVE_THRESHOLD, frame_errors};
pub use size::{bits_per_value, compression_ratio, megabytes_per_second};
pub use structure::{
    DSSIM_MIN_SIDE, Dssim, ErrorAutocorrelation, GradientError, SpectralError, dssim,
    error_autocorrelation, gradient_error, spectral_error,
};

/// Compiles and runs the example of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
