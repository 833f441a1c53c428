//! A part of a variable to the values of a whole chunk.

use fieldreel_reel::{ReelElement, ReelError, Scalar};
use ndarray::{Array3, ArrayD, IxDyn, SliceInfoElem};

use super::chunking::Part;

/// Returns the values of a whole chunk of these lengths, all dimensions before the last two folded into the first. Beyond the end
/// of a variable they are missing: NaN, or else the first of `fills`; or equal to the last value where an integer type has none.
pub(super) fn whole_chunk<T: ReelElement>(
    chunk: &[usize],
    part: &Part,
    values: Vec<T>,
    fills: &[Scalar],
) -> Result<Array3<T>, ReelError> {
    let shape = match *chunk {
        [] => [1; 3],
        [width] => [1, 1, width],
        [ref leading @ .., height, width] => [leading.iter().product(), height, width],
    };
    let values = match part.count == chunk {
        true => values,
        false => padded(chunk, part, values, fills),
    };
    Array3::from_shape_vec(shape, values).map_err(|_| ReelError::Empty { shape })
}

fn padded<T: ReelElement>(
    chunk: &[usize],
    part: &Part,
    values: Vec<T>,
    fills: &[Scalar],
) -> Vec<T> {
    let missing = match T::IS_FLOAT {
        true => Some(T::from_f64(f64::NAN)),
        false => fills.iter().find_map(|&fill| T::from_scalar(fill)),
    };
    let rest = missing.or(values.last().copied()).unwrap_or_default();
    let mut whole = ArrayD::from_elem(IxDyn(chunk), rest);
    if let Ok(values) = ArrayD::from_shape_vec(IxDyn(&part.count), values) {
        let inside = part.count.iter().map(|&count| SliceInfoElem::Slice {
            start: 0,
            end: Some(count as isize),
            step: 1,
        });
        let inside: Vec<_> = inside.collect();
        whole.slice_mut(&inside[..]).assign(&values);
    }
    whole.into_raw_vec_and_offset().0
}
