//! Rows of a video to where they belong in a field, whose axes are in another order.

use ndarray::{ArrayView2, ArrayViewMut2};

/// Copies rows to where their columns may be what is next to each other.
pub(super) fn copy<T: Copy>(from: ArrayView2<'_, T>, mut to: ArrayViewMut2<'_, T>) {
    /// Columns that are written side by side: what is read goes into as many at once.
    const COLUMNS: usize = 4;

    let [down, right] = [0, 1].map(|axis| to.strides()[axis]);
    let (width, values) = match from.as_slice() {
        Some(values) if down == 1 && right != 1 => (from.ncols(), values),
        _ => return to.assign(&from),
    };
    let mut columns = to.columns_mut().into_iter();
    for x in (0..width).step_by(COLUMNS) {
        let mut next = || columns.next()?.into_slice();
        let rows = values[x..].chunks(width);
        match [next(), next(), next(), next()] {
            [Some(a), Some(b), Some(c), Some(d)] => {
                for ((((a, b), c), d), row) in a.iter_mut().zip(b).zip(c).zip(d).zip(rows) {
                    if let Some(row) = row.first_chunk::<COLUMNS>() {
                        [*a, *b, *c, *d] = *row;
                    }
                }
            }
            few => {
                for (x, column) in few.into_iter().flatten().enumerate() {
                    for (to, row) in column.iter_mut().zip(rows.clone()) {
                        *to = row[x];
                    }
                }
            }
        }
    }
}
