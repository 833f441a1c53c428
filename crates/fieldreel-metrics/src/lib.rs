//! Error metrics between two scientific fields: how far a reconstruction is from its original.
//!
//! Every function takes the original and the reconstruction as [`ndarray::ArrayView3`] with axes
//! `(time, y, x)`, `f32` or `f64`, in any memory layout, and calls one `(y, x)` plane a *frame*.
//!
//! | question | answer | cost |
//! |---|---|---|
//! | How large is the error? | [`ErrorMetrics`]: bias, MAE, RMSE, maximum, PSNR, Pearson r… | one pass |
//! | In which frames? | [`frame_errors`] | one pass |
//! | Is the error white? | [`error_autocorrelation`] | two passes |
//! | Are the slopes kept? | [`gradient_error`] | one pass |
//! | Are the small scales kept? | [`spectral_error`] | two Fourier transforms per frame |
//! | Does it look the same? | [`dssim`] | five 11×11 filters per frame |
//! | Is the distribution kept? | [`ks_test`] | two sorts, a copy of both fields |
//! | How small and how fast? | [`bits_per_value`], [`compression_ratio`], [`megabytes_per_second`] | |
//!
//! # What all of them share
//!
//! - A value is *valid* where it is finite. Both fields must be valid at the same places
//!   ([`MetricsError::ValidityMismatch`]); the other values are *missing* and take no part. A fill
//!   value such as 9.97e36 is finite: replace it by NaN first.
//! - All arithmetic is in `f64`, so `f32` values up to ±3.4e38 do not overflow. Squares of `f64`
//!   values beyond about 1e150 do, and give infinite results.
//! - Frames are worked on in parallel in rayon's current pool and their partial sums are merged in
//!   the order of time, so a result is the same, to the bit, for any number of threads and for any
//!   memory layout.
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

mod distribution;
mod error;
mod frames;
mod pointwise;
mod size;
mod structure;

pub use distribution::{KsTest, ks_test};
pub use error::MetricsError;
pub use fieldreel_core::Element;
pub use pointwise::{ErrorMetrics, FrameErrors, RELATIVE_THRESHOLD, frame_errors};
pub use size::{bits_per_value, compression_ratio, megabytes_per_second};
pub use structure::{
    DSSIM_MIN_SIDE, Dssim, ErrorAutocorrelation, GradientError, SpectralError, dssim,
    error_autocorrelation, gradient_error, spectral_error,
};
