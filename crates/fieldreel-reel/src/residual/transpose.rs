//! Copying of rows to a field of another axis order.

use ndarray::ArrayViewMut2;
use wide::{f32x4, f64x4};

use crate::value::ReelElement;

/// The number of rows and columns of a tile.
const TILE: usize = 4;

/// Copies rows to a plane, whose columns may be contiguous.
pub(crate) fn copy_rows<T: ReelElement>(values: &[T], mut to: ArrayViewMut2<'_, T>) {
    let width = to.ncols();
    let [down, right] = [0, 1].map(|axis| to.strides()[axis]);
    if down != 1 || right == 1 {
        for (to, &value) in to.iter_mut().zip(values) {
            *to = value;
        }
        return;
    }
    let mut columns = to.columns_mut().into_iter();
    for x in (0..width).step_by(TILE) {
        let mut next = || columns.next()?.into_slice();
        let rows = values[x..].chunks(width);
        match [next(), next(), next(), next()] {
            [Some(a), Some(b), Some(c), Some(d)] => copy_tiles([a, b, c, d], rows),
            few => {
                for (x, column) in few.into_iter().flatten().enumerate() {
                    copy_column(column, rows.clone(), x);
                }
            }
        }
    }
}

/// Copies the first values of each row to adjacent columns, a tile at a time.
fn copy_tiles<'a, T: ReelElement>(
    columns: [&mut [T]; TILE],
    mut rows: impl Iterator<Item = &'a [T]> + Clone,
) {
    let [(a, a_rest), (b, b_rest), (c, c_rest), (d, d_rest)] =
        columns.map(|column| column.as_chunks_mut());
    for (((a, b), c), d) in a.iter_mut().zip(b).zip(c).zip(d) {
        let tile = std::array::from_fn(|_| {
            let row = rows.next().and_then(|row| row.first_chunk());
            row.copied().unwrap_or_default()
        });
        [*a, *b, *c, *d] = transposed(tile);
    }
    for (x, column) in [a_rest, b_rest, c_rest, d_rest].into_iter().enumerate() {
        copy_column(column, rows.clone(), x);
    }
}

/// Returns the transpose of a tile.
#[inline]
fn transposed<T: ReelElement>(rows: [[T; TILE]; TILE]) -> [[T; TILE]; TILE] {
    match T::BYTES {
        // The bits are only moved, so their type does not matter.
        4 => {
            let rows: [[f32; TILE]; TILE] = bytemuck::cast(rows);
            bytemuck::cast(f32x4::transpose(rows.map(f32x4::new)).map(f32x4::to_array))
        }
        8 => {
            let rows: [[f64; TILE]; TILE] = bytemuck::cast(rows);
            bytemuck::cast(f64x4::transpose(rows.map(f64x4::new)).map(f64x4::to_array))
        }
        _ => std::array::from_fn(|x| std::array::from_fn(|y| rows[y][x])),
    }
}

/// Copies element `x` of each row to a column.
fn copy_column<'a, T: ReelElement>(
    column: &mut [T],
    rows: impl Iterator<Item = &'a [T]>,
    x: usize,
) {
    for (to, row) in column.iter_mut().zip(rows) {
        *to = row[x];
    }
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;
    use proptest::prelude::*;

    use super::*;

    fn flat<T: Copy>(array: &Array2<T>) -> Vec<T> {
        array.iter().copied().collect()
    }

    proptest! {
        #[test]
        fn copied_rows_equal_their_source_in_any_layout(height in 0_usize..20, width in 0_usize..20) {
            let from = Array2::from_shape_fn((height, width), |(y, x)| (y * 100 + x) as f64);
            let single = from.mapv(|value| value as f32);
            let (mut doubles, mut singles) = (Array2::zeros((width, height)), Array2::zeros((width, height)));
            copy_rows(&flat(&from), doubles.view_mut().reversed_axes());
            copy_rows(&flat(&single), singles.view_mut().reversed_axes());
            prop_assert_eq!(doubles.reversed_axes(), from.view());
            prop_assert_eq!(singles.reversed_axes(), single.view());
            let mut same = Array2::zeros((height, width));
            copy_rows(&flat(&from), same.view_mut());
            prop_assert_eq!(same, from);
        }
    }
}
