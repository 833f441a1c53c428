//! Arrays of any memory layout, as contiguous blocks, in parallel.
//!
//! The loops over values are written for slices, where they vectorise. The walks here bring an array's axes into the
//! order in which it lies in memory, cut it into pieces, and hand each piece to such a loop: whole if it is contiguous,
//! row by row if its rows are, else through a small buffer. Pieces run in parallel and their results are merged
//! pairwise; the merge must be associative and commutative, so that neither layout nor threads show in the result.

use ndarray::{ArrayView, ArrayView1, ArrayViewMut, ArrayViewMut1, Axis, Dimension};

/// Pieces of this many elements or fewer are not cut further: large enough to hide the cost of a task (about a
/// microsecond), small enough for its input and output to share a second-level cache.
const PIECE: usize = 1 << 15;
/// Elements copied at a time where neighbours in a row are not neighbours in memory.
const BUFFER: usize = 512;

/// Merges `scan` over all elements of `view`, starting from `empty`.
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
    for (axis, stride) in strides(&view) {
        if stride < 0 {
            view.invert_axis(axis);
        }
    }
    let order = memory_order(&view);
    fold_pieces(view.permuted_axes(order), empty, scan, merge)
}

/// Lets `map` fill `output` from the elements of `input` at the same indices, and merges what it returns, starting from
/// `empty`. The two must have the same shape.
pub(crate) fn fill<A, B, D, R>(
    mut input: ArrayView<'_, A, D>,
    mut output: ArrayViewMut<'_, B, D>,
    empty: R,
    map: &(impl Fn(&[A], &mut [B]) -> R + Sync),
    merge: &(impl Fn(R, R) -> R + Sync),
) -> R
where
    A: Copy + Send + Sync,
    B: Copy + Default + Send + Sync,
    D: Dimension,
    R: Copy + Send + Sync,
{
    for (axis, stride) in strides(&input) {
        if stride < 0 {
            input.invert_axis(axis);
            output.invert_axis(axis);
        }
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
    if let Some((axis, middle)) = cut(view.shape()) {
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
    let mut buffer = Vec::with_capacity(BUFFER);
    view.rows().into_iter().fold(empty, |mut result, row| {
        if let Some(values) = row.as_slice() {
            return merge(result, scan(values));
        }
        for part in row.axis_chunks_iter(Axis(0), BUFFER) {
            buffer.clear();
            buffer.extend(part);
            result = merge(result, scan(&buffer));
        }
        result
    })
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
    B: Copy + Default + Send + Sync,
    D: Dimension,
    R: Copy + Send + Sync,
{
    if let Some((axis, middle)) = cut(input.shape()) {
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
    let mut buffers = (Vec::with_capacity(BUFFER), [B::default(); BUFFER]);
    let rows = input.rows().into_iter().zip(output.rows_mut());
    rows.fold(empty, |result, (row, mut places)| {
        match (row.as_slice(), places.as_slice_mut()) {
            (Some(values), Some(places)) => merge(result, map(values, places)),
            _ => fill_row(row, places, result, map, merge, &mut buffers),
        }
    })
}

/// [`fill`] for one row of which an element's neighbour is not the next in memory.
fn fill_row<A: Copy, B: Copy, R>(
    row: ArrayView1<'_, A>,
    mut places: ArrayViewMut1<'_, B>,
    mut result: R,
    map: &impl Fn(&[A], &mut [B]) -> R,
    merge: &impl Fn(R, R) -> R,
    (values, filled): &mut (Vec<A>, [B; BUFFER]),
) -> R {
    let parts = row.axis_chunks_iter(Axis(0), BUFFER);
    for (part, mut places) in parts.zip(places.axis_chunks_iter_mut(Axis(0), BUFFER)) {
        values.clear();
        values.extend(part);
        let filled = &mut filled[..values.len()];
        result = merge(result, map(values, filled));
        for (place, value) in places.iter_mut().zip(filled) {
            *place = *value;
        }
    }
    result
}

fn strides<A, D: Dimension>(view: &ArrayView<'_, A, D>) -> Vec<(Axis, isize)> {
    view.axes().map(|axis| (axis.axis, axis.stride)).collect()
}

/// The axes of a view from that of the largest stride to that of the smallest.
fn memory_order<A, D: Dimension>(view: &ArrayView<'_, A, D>) -> D {
    let mut axes = strides(view);
    axes.sort_by_key(|(_, stride)| std::cmp::Reverse(stride.unsigned_abs()));
    let mut order = view.raw_dim();
    for (place, (axis, _)) in axes.into_iter().enumerate() {
        order[place] = axis.index();
    }
    order
}

/// Where to cut an array that is too large for one piece: in the middle of its outermost axis.
fn cut(shape: &[usize]) -> Option<(Axis, usize)> {
    if shape.iter().product::<usize>() <= PIECE {
        return None;
    }
    let outermost = shape.iter().position(|&len| len > 1)?;
    Some((Axis(outermost), shape[outermost] / 2))
}
