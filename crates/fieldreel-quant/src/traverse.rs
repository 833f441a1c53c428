//! Arrays of any memory layout, as contiguous blocks, in parallel.
//!
//! The loops over values are written for slices, where they vectorize. The walks here bring an array's axes into the
//! order in which it lies in memory, cut it into pieces, and hand each piece to such a loop: whole if it is contiguous,
//! row by row if its rows are, else copied or value by value. Pieces run in parallel and their results are merged pairwise;
//! the merge must be associative and commutative, so that neither layout nor threads show in the result.

use std::cmp::Reverse;
use std::slice;

use ndarray::{ArrayView, ArrayViewMut, Axis, Dimension, Zip};

/// Pieces of this many elements or fewer are not cut further: large enough to hide the cost of a task (about a
/// microsecond), small enough for its input and output to share a second-level cache.
const PIECE: usize = 1 << 15;

/// Merges `scan` over all elements of `view`, starting from `empty`, which changes nothing it is merged with.
pub(crate) fn fold<A, D, R>(
    mut view: ArrayView<'_, A, D>,
    empty: R,
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
    fold_pieces(view.permuted_axes(order), empty, scan, merge)
}

/// Lets `map` fill `output` from the elements of `input` at the same indices, and merges what it returns, starting from
/// `empty`, which changes nothing it is merged with. The two must have the same shape.
pub(crate) fn fill<A, B, D, R>(
    mut input: ArrayView<'_, A, D>,
    mut output: ArrayViewMut<'_, B, D>,
    empty: R,
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
        empty,
        map,
        merge,
    )
}

fn fold_pieces<A, D, R>(
    view: ArrayView<'_, A, D>,
    empty: R,
    scan: &(impl Fn(&[A]) -> R + Sync),
    merge: &(impl Fn(R, R) -> R + Sync),
) -> R
where
    A: Copy + Send + Sync,
    D: Dimension,
    R: Copy + Send + Sync,
{
    if let Some(axis) = cut(view.shape(), view.strides()) {
        let middle = view.len_of(axis) / 2;
        let (one, two) = view.split_at(axis, middle);
        let (one, two) = rayon::join(
            || fold_pieces(one, empty, scan, merge),
            || fold_pieces(two, empty, scan, merge),
        );
        return merge(one, two);
    }
    if let Some(values) = view.as_slice() {
        return scan(values);
    }
    let by_rows = view.rows().into_iter().try_fold(empty, |result, row| {
        Some(merge(result, scan(row.as_slice()?)))
    });
    by_rows.unwrap_or_else(|| scan(&gathered(&view)))
}

fn fill_pieces<A, B, D, R>(
    input: ArrayView<'_, A, D>,
    mut output: ArrayViewMut<'_, B, D>,
    empty: R,
    map: &(impl Fn(&[A], &mut [B]) -> R + Sync),
    merge: &(impl Fn(R, R) -> R + Sync),
) -> R
where
    A: Copy + Send + Sync,
    B: Send,
    D: Dimension,
    R: Copy + Send + Sync,
{
    if let Some(axis) = cut(output.shape(), output.strides()) {
        let middle = input.len_of(axis) / 2;
        let (in_one, in_two) = input.split_at(axis, middle);
        let (out_one, out_two) = output.split_at(axis, middle);
        let (one, two) = rayon::join(
            || fill_pieces(in_one, out_one, empty, map, merge),
            || fill_pieces(in_two, out_two, empty, map, merge),
        );
        return merge(one, two);
    }
    if let (Some(values), Some(places)) = (input.as_slice(), output.as_slice_mut()) {
        return map(values, places);
    }
    let mut rows = input.rows().into_iter().zip(output.rows_mut());
    let by_rows = rows.try_fold(empty, |result, (row, mut places)| {
        Some(merge(result, map(row.as_slice()?, places.as_slice_mut()?)))
    });
    // Else one by one, in whichever order suits both.
    by_rows.unwrap_or_else(|| {
        Zip::from(&input)
            .and(&mut output)
            .fold(empty, |result, value, place| {
                merge(result, map(slice::from_ref(value), slice::from_mut(place)))
            })
    })
}

/// The elements of a piece that is contiguous nowhere.
fn gathered<A: Copy, D: Dimension>(view: &ArrayView<'_, A, D>) -> Vec<A> {
    let mut values = Vec::with_capacity(view.len());
    // `for_each`, unlike `collect`, runs through an array as nested loops.
    view.iter().for_each(|value| values.push(*value));
    values
}

fn reversed_axes<A, D: Dimension>(view: &ArrayView<'_, A, D>) -> Vec<Axis> {
    let axes = view.axes().filter(|axis| axis.stride < 0);
    axes.map(|axis| axis.axis).collect()
}

/// The axes of a view from that of the largest stride to that of the smallest, after those of length 1.
fn memory_order<A, D: Dimension>(view: &ArrayView<'_, A, D>) -> D {
    let mut axes: Vec<_> = view.axes().collect();
    axes.sort_by_key(|axis| (axis.len > 1, Reverse(axis.stride.unsigned_abs())));
    let mut order = view.raw_dim();
    for (place, axis) in axes.into_iter().enumerate() {
        order[place] = axis.axis.index();
    }
    order
}

/// The axis along which to halve an array that is too large for one piece, `strides` being those of the array that is not
/// in memory order. Pieces stay long along the axes on which the one or the other is contiguous: cut are the others first,
/// outermost before inner, then the longer of these.
fn cut(shape: &[usize], strides: &[isize]) -> Option<Axis> {
    if shape.iter().product::<usize>() <= PIECE {
        return None;
    }
    let cuttable = || (0..shape.len()).filter(|&axis| shape[axis] > 1);
    let contiguous =
        cuttable().min_by_key(|&axis| (strides[axis].unsigned_abs(), Reverse(axis)))?;
    let kept = [contiguous, cuttable().next_back()?];
    let axis = cuttable().find(|axis| !kept.contains(axis));
    axis.or_else(|| kept.into_iter().max_by_key(|&axis| shape[axis]))
        .map(Axis)
}
