//! Parallel traversal of arrays of any memory layout, as contiguous blocks.
//!
//! The loops over values take slices, so that they vectorize. The functions of this module bring
//! the axes of an array into memory order, split the array into pieces, and call such a loop for
//! each piece: once if the piece is contiguous, row by row if its rows are contiguous, and
//! otherwise on a copy or value by value. Pieces are processed in parallel and their results are
//! merged pairwise. The merge must be associative and commutative, so that the result depends
//! neither on the layout nor on the number of threads.

use std::cmp::Reverse;
use std::slice;

use ndarray::{ArrayView, ArrayViewMut, Axis, Dimension, Zip};

/// The number of elements up to which a piece is not split.
///
/// It is large enough to hide the cost of a task (about a microsecond), and small enough for the
/// input and output of a task to fit into a second-level cache.
const MAX_PIECE_LEN: usize = 1 << 15;

/// Applies `scan` to blocks of `view` and merges the results.
///
/// `identity` is the identity element of `merge`.
pub(crate) fn fold<A, D, R>(
    mut view: ArrayView<'_, A, D>,
    identity: R,
    scan: &(impl Fn(&[A]) -> R + Sync),
    merge: &(impl Fn(R, R) -> R + Sync),
) -> R
where
    A: Copy + Send + Sync,
    D: Dimension,
    R: Copy + Send + Sync,
{
    for axis in reversed_axes(&view) {
        view.invert_axis(axis);
    }
    let order = memory_order(&view);
    fold_pieces(view.permuted_axes(order), identity, scan, merge)
}

/// Fills `output` by applying `map` to blocks of `input`, and merges the results of `map`.
///
/// `map` gets the elements of both arrays at the same indices; the arrays must have the same
/// shape. `identity` is the identity element of `merge`.
pub(crate) fn fill<A, B, D, R>(
    mut input: ArrayView<'_, A, D>,
    mut output: ArrayViewMut<'_, B, D>,
    identity: R,
    map: &(impl Fn(&[A], &mut [B]) -> R + Sync),
    merge: &(impl Fn(R, R) -> R + Sync),
) -> R
where
    A: Copy + Send + Sync,
    B: Send,
    D: Dimension,
    R: Copy + Send + Sync,
{
    for axis in reversed_axes(&input) {
        input.invert_axis(axis);
        output.invert_axis(axis);
    }
    let order = memory_order(&input);
    fill_pieces(
        input.permuted_axes(order.clone()),
        output.permuted_axes(order),
        identity,
        map,
        merge,
    )
}

fn fold_pieces<A, D, R>(
    view: ArrayView<'_, A, D>,
    identity: R,
    scan: &(impl Fn(&[A]) -> R + Sync),
    merge: &(impl Fn(R, R) -> R + Sync),
) -> R
where
    A: Copy + Send + Sync,
    D: Dimension,
    R: Copy + Send + Sync,
{
    if let Some(axis) = split_axis(view.shape(), view.strides()) {
        let middle = view.len_of(axis) / 2;
        let (first, second) = view.split_at(axis, middle);
        let (first, second) = rayon::join(
            || fold_pieces(first, identity, scan, merge),
            || fold_pieces(second, identity, scan, merge),
        );
        return merge(first, second);
    }
    if let Some(values) = view.as_slice() {
        return scan(values);
    }
    let by_rows = view.rows().into_iter().try_fold(identity, |result, row| {
        Some(merge(result, scan(row.as_slice()?)))
    });
    by_rows.unwrap_or_else(|| scan(&copied(&view)))
}

fn fill_pieces<A, B, D, R>(
    input: ArrayView<'_, A, D>,
    mut output: ArrayViewMut<'_, B, D>,
    identity: R,
    map: &(impl Fn(&[A], &mut [B]) -> R + Sync),
    merge: &(impl Fn(R, R) -> R + Sync),
) -> R
where
    A: Copy + Send + Sync,
    B: Send,
    D: Dimension,
    R: Copy + Send + Sync,
{
    if let Some(axis) = split_axis(output.shape(), output.strides()) {
        let middle = input.len_of(axis) / 2;
        let (first_input, second_input) = input.split_at(axis, middle);
        let (first_output, second_output) = output.split_at(axis, middle);
        let (first, second) = rayon::join(
            || fill_pieces(first_input, first_output, identity, map, merge),
            || fill_pieces(second_input, second_output, identity, map, merge),
        );
        return merge(first, second);
    }
    if let (Some(values), Some(outputs)) = (input.as_slice(), output.as_slice_mut()) {
        return map(values, outputs);
    }
    let mut rows = input.rows().into_iter().zip(output.rows_mut());
    let by_rows = rows.try_fold(identity, |result, (row, mut outputs)| {
        Some(merge(result, map(row.as_slice()?, outputs.as_slice_mut()?)))
    });
    // If the rows of either array are not contiguous, `map` gets one value at a time, in the order
    // that suits both memory layouts.
    by_rows.unwrap_or_else(|| {
        Zip::from(&input)
            .and(&mut output)
            .fold(identity, |result, value, output| {
                merge(result, map(slice::from_ref(value), slice::from_mut(output)))
            })
    })
}

/// Returns a copy of the elements of a piece whose rows are not contiguous.
fn copied<A: Copy, D: Dimension>(view: &ArrayView<'_, A, D>) -> Vec<A> {
    let mut values = Vec::with_capacity(view.len());
    // `for_each`, unlike `collect`, compiles to nested loops over the axes.
    view.iter().for_each(|value| values.push(*value));
    values
}

fn reversed_axes<A, D: Dimension>(view: &ArrayView<'_, A, D>) -> Vec<Axis> {
    let axes = view.axes().filter(|axis| axis.stride < 0);
    axes.map(|axis| axis.axis).collect()
}

/// Returns the axes of a view by decreasing stride. Axes of length 1 come first.
fn memory_order<A, D: Dimension>(view: &ArrayView<'_, A, D>) -> D {
    let mut axes: Vec<_> = view.axes().collect();
    axes.sort_by_key(|axis| (axis.len > 1, Reverse(axis.stride.unsigned_abs())));
    let mut order = view.raw_dim();
    for (i, axis) in axes.into_iter().enumerate() {
        order[i] = axis.axis.index();
    }
    order
}

/// Returns the axis along which to halve an array, or `None` if the array is small enough for a
/// piece.
///
/// `strides` are the strides of the array that may not be in memory order. Pieces stay long along
/// the axes on which either array is contiguous. All other axes are split first, the outermost one
/// first, and then the longer of the contiguous axes.
fn split_axis(shape: &[usize], strides: &[isize]) -> Option<Axis> {
    if shape.iter().product::<usize>() <= MAX_PIECE_LEN {
        return None;
    }
    let splittable = || (0..shape.len()).filter(|&axis| shape[axis] > 1);
    let contiguous =
        splittable().min_by_key(|&axis| (strides[axis].unsigned_abs(), Reverse(axis)))?;
    let contiguous_axes = [contiguous, splittable().next_back()?];
    let axis = splittable().find(|axis| !contiguous_axes.contains(axis));
    axis.or_else(|| contiguous_axes.into_iter().max_by_key(|&axis| shape[axis]))
        .map(Axis)
}
