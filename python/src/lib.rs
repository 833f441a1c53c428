//! The parameters of the HDF5 filter and the Zarr codec for Python.
//!
//! The HDF5 plugin itself is a library of its own, which HDF5 loads.

use fieldreel_core::{Dtype, Element, Scalar, with_element_type};
use fieldreel_hdf5_filter::WriteParameters;
use fieldreel_reel::{BaseChoice, CodecChoice, Criterion, Effort, segment};
use fieldreel_zarr::{FieldreelCodec, FieldreelCodecConfiguration, dtype_of_name, name_of_dtype};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

/// The memory that decoding a segment of unknown shape may take. A chunk of 600 MB of binary32 takes
/// as much.
const MAX_BYTES: u64 = 8 << 30;

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
    let criterion: Criterion = bound.parse().map_err(value_error)?;
    let effort: Effort = effort.parse().map_err(value_error)?;
    let base: BaseChoice = base.parse().map_err(value_error)?;
    let codec: CodecChoice = codec.parse().map_err(value_error)?;
    let parameters = WriteParameters::new(criterion)
        .with_effort(effort)
        .with_base(base)
        .with_codec(codec)
        .with_fill_value(fill_value.map(Scalar::Float));
    Ok(parameters.to_values())
}

fn value_error(error: impl ToString) -> PyErr {
    PyValueError::new_err(error.to_string())
}

fn configuration(json: &str) -> PyResult<FieldreelCodecConfiguration> {
    serde_json::from_str(json).map_err(value_error)
}

fn element_type(data_type: &str) -> PyResult<Dtype> {
    dtype_of_name(data_type)
        .ok_or_else(|| PyTypeError::new_err(format!("fieldreel does not support {data_type}")))
}

/// Checks the configuration of the Zarr codec, and returns it with its defaults.
#[pyfunction]
fn normalize_configuration(json: &str) -> PyResult<String> {
    let configuration = configuration(json)?;
    FieldreelCodec::new(configuration.clone()).map_err(value_error)?;
    serde_json::to_string(&configuration).map_err(value_error)
}

/// Encodes the bytes of a chunk, in row-major order and in the byte order of the machine.
/// `fill_value` is the bytes of a value.
#[pyfunction]
fn encode_chunk<'py>(
    py: Python<'py>,
    bytes: &[u8],
    shape: Vec<usize>,
    data_type: &str,
    fill_value: Option<&[u8]>,
    json: &str,
) -> PyResult<Bound<'py, PyBytes>> {
    let codec = FieldreelCodec::new(configuration(json)?).map_err(value_error)?;
    let dtype = element_type(data_type)?;
    let fill_value = fill_value.and_then(|bytes| {
        with_element_type!(dtype, T => {
            let values = T::from_bytes(bytes, cfg!(target_endian = "big"));
            values.first().map(|value| value.to_scalar())
        })
    });
    let encoded = py.detach(|| codec.encode_chunk(bytes, &shape, dtype, fill_value));
    Ok(PyBytes::new(py, &encoded.map_err(value_error)?))
}

/// Decodes a chunk of this shape and data type to bytes in the byte order of the machine.
#[pyfunction]
fn decode_chunk<'py>(
    py: Python<'py>,
    bytes: &[u8],
    shape: Vec<usize>,
    data_type: &str,
) -> PyResult<Bound<'py, PyBytes>> {
    let dtype = element_type(data_type)?;
    let decoded = py.detach(|| FieldreelCodec::decode_chunk(bytes, &shape, dtype));
    Ok(PyBytes::new(py, &decoded.map_err(value_error)?))
}

/// Decodes a chunk of unknown shape. Returns its shape `(time, y, x)`, its data type, and its bytes
/// in the byte order of the machine.
#[pyfunction]
fn decode_segment<'py>(
    py: Python<'py>,
    bytes: &[u8],
) -> PyResult<([usize; 3], &'static str, Bound<'py, PyBytes>)> {
    let info = segment::inspect(bytes).map_err(value_error)?;
    let (shape, dtype) = (info.shape, info.dtype);
    let needed = segment::limits(shape, dtype).max_bytes;
    if needed > MAX_BYTES {
        return Err(value_error(format!(
            "decoding the chunk may take {needed} bytes of memory"
        )));
    }
    let decoded = py.detach(|| FieldreelCodec::decode_chunk(bytes, &shape, dtype));
    let decoded = PyBytes::new(py, &decoded.map_err(value_error)?);
    Ok((shape, name_of_dtype(dtype), decoded))
}

/// The extension module `fieldreel._native`.
#[pymodule]
mod _native {
    #[pymodule_export]
    use super::{cd_values, decode_chunk, decode_segment, encode_chunk, normalize_configuration};

    /// The identifier of the filter.
    #[pymodule_export]
    const FILTER_ID: i32 = fieldreel_hdf5_filter::FILTER_ID;
}
