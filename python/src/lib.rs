//! The parameters of the HDF5 filter for Python.
//!
//! The plugin itself is a library of its own, which HDF5 loads.

use fieldreel_core::Scalar;
use fieldreel_hdf5_filter::WriteParameters;
use fieldreel_reel::{BaseChoice, CodecChoice, Criterion, Effort};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

/// Returns the `cd_values` of a bound such as `abs:0.05`, an effort, a base layer, a video codec
/// and a fill value.
#[pyfunction]
fn cd_values(
    bound: &str,
    effort: &str,
    base: &str,
    codec: &str,
    fill_value: Option<f64>,
) -> PyResult<Vec<u32>> {
    let invalid = |error: fieldreel_reel::ReelError| PyValueError::new_err(error.to_string());
    let criterion: Criterion = bound.parse().map_err(invalid)?;
    let effort: Effort = effort.parse().map_err(invalid)?;
    let base: BaseChoice = base.parse().map_err(invalid)?;
    let codec: CodecChoice = codec.parse().map_err(invalid)?;
    let parameters = WriteParameters::new(criterion)
        .with_effort(effort)
        .with_base(base)
        .with_codec(codec)
        .with_fill_value(fill_value.map(Scalar::Float));
    Ok(parameters.to_values())
}

/// The extension module `fieldreel._native`.
#[pymodule]
mod _native {
    #[pymodule_export]
    use super::cd_values;

    /// The identifier of the filter.
    #[pymodule_export]
    const FILTER_ID: i32 = fieldreel_hdf5_filter::FILTER_ID;
}
