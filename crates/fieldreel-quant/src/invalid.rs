use ndarray::{ArrayView, Dimension};

/// How many elements are `bad`, and the index and value of the first in logical order (the empty index and the
/// default if there is none). Slow and sequential: it only explains a failure that a faster pass has found.
pub(crate) fn find_invalid<A, D>(
    view: ArrayView<'_, A, D>,
    bad: impl Fn(A) -> bool,
) -> (usize, Vec<usize>, A)
where
    A: Copy + Default,
    D: Dimension,
{
    let mut found = view.iter().enumerate().filter(|(_, value)| bad(**value));
    match found.next() {
        Some((position, &value)) => (1 + found.count(), unravel(position, view.shape()), value),
        None => (0, Vec::new(), A::default()),
    }
}

/// The index of the element at a row-major position.
fn unravel(mut position: usize, shape: &[usize]) -> Vec<usize> {
    let mut index = vec![0; shape.len()];
    for (i, &len) in index.iter_mut().zip(shape).rev() {
        *i = position % len;
        position /= len;
    }
    index
}
