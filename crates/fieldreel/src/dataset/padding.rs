//! Arrays of whole chunks from hyperslabs of a variable.

use fieldreel_core::dimension::folded_shape;
use fieldreel_reel::{ReelElement, ReelError, Scalar};
use ndarray::{Array3, ArrayD, IxDyn, SliceInfoElem};

use super::chunking::Hyperslab;

/// Returns the values of a chunk as an array of three axes: all dimensions before the last two are
/// folded into the first axis.
///
/// Values beyond the end of the variable are padding: NaN in floating-point types; in integer
/// types the first fill value that the type can hold or, without one, the last value.
pub(super) fn chunk_array<T: ReelElement>(
    chunk: &[usize],
    hyperslab: &Hyperslab,
    values: Vec<T>,
    fill_values: &[Scalar],
) -> Result<Array3<T>, ReelError> {
    // A chunk is no larger than the limits of its variable allow.
    let shape = folded_shape(chunk).unwrap_or_default();
    let values = match hyperslab.count == chunk {
        true => values,
        false => pad(chunk, hyperslab, values, fill_values),
    };
    Array3::from_shape_vec(shape, values).map_err(|_| ReelError::Empty { shape })
}

fn pad<T: ReelElement>(
    chunk: &[usize],
    hyperslab: &Hyperslab,
    values: Vec<T>,
    fill_values: &[Scalar],
) -> Vec<T> {
    let missing = match T::IS_FLOAT {
        true => Some(T::from_f64(f64::NAN)),
        false => fill_values.iter().find_map(|&fill| T::from_scalar(fill)),
    };
    let padding = missing.or(values.last().copied()).unwrap_or_default();
    let mut padded = ArrayD::from_elem(IxDyn(chunk), padding);
    if let Ok(values) = ArrayD::from_shape_vec(IxDyn(&hyperslab.count), values) {
        let inside = hyperslab.count.iter().map(|&count| SliceInfoElem::Slice {
            start: 0,
            end: Some(count as isize),
            step: 1,
        });
        let inside: Vec<_> = inside.collect();
        padded.slice_mut(&inside[..]).assign(&values);
    }
    padded.into_raw_vec_and_offset().0
}
