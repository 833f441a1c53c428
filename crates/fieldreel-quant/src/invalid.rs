//! The first invalid element of an array, for error messages.

use ndarray::{ArrayView, Dimension};

/// Returns the number of invalid elements, and the index and value of the first in logical order.
///
/// Without an invalid element, the index is empty and the value is the default. The search is slow
/// and sequential: call it only after a faster pass has found that an element is invalid.
pub(crate) fn find_invalid<A, D>(
    view: ArrayView<'_, A, D>,
    is_invalid: impl Fn(A) -> bool,
) -> (usize, Vec<usize>, A)
where
    A: Copy + Default,
    D: Dimension,
{
    let elements = view.iter().enumerate();
    let mut invalid = elements.filter(|(_, value)| is_invalid(**value));
    match invalid.next() {
        Some((offset, &value)) => (
            1 + invalid.count(),
            unravel_index(offset, view.shape()),
            value,
        ),
        None => (0, Vec::new(), A::default()),
    }
}

/// Converts a row-major offset into an index.
fn unravel_index(mut offset: usize, shape: &[usize]) -> Vec<usize> {
    let mut index = vec![0; shape.len()];
    for (i, &len) in index.iter_mut().zip(shape).rev() {
        *i = offset % len;
        offset /= len;
    }
    index
}
