//! Metrics of the spatial and temporal structure of errors and values.

mod autocorrelation;
mod dssim;
mod gradient;
mod spectrum;

pub use autocorrelation::{ErrorAutocorrelation, error_autocorrelation};
pub use dssim::{DSSIM_MIN_SIDE, Dssim, dssim};
pub use gradient::{GradientError, gradient_error};
pub use spectrum::{SpectralError, spectral_error};
