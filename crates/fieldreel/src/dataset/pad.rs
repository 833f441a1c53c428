//! A part of a variable to the values of a whole chunk.

use fieldreel_reel::{ReelError, Value};
use ndarray::{Array3, ArrayD, IxDyn, SliceInfoElem};

use super::chunking::Part;

/// The values of a whole chunk of these lengths, all dimensions before the last two folded into the first: at the end of a
/// variable, NaN for those beyond.
pub(super) fn whole_chunk<T: Value>(
    chunk: &[usize],
    part: &Part,
    values: Vec<T>,
) -> Result<Array3<T>, ReelError> {
    let [leading @ .., height, width] = chunk else {
        return Err(ReelError::Empty { shape: [0; 3] });
    };
    let shape = [leading.iter().product(), *height, *width];
    let values = match part.count == chunk {
        true => values,
        false => padded(chunk, part, values),
    };
    Array3::from_shape_vec(shape, values).map_err(|_| ReelError::Empty { shape })
}

/// Values at the beginning of a chunk, and NaN in the rest of it.
fn padded<T: Value>(chunk: &[usize], part: &Part, values: Vec<T>) -> Vec<T> {
    let mut whole = ArrayD::from_elem(IxDyn(chunk), T::nearest(f64::NAN));
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
