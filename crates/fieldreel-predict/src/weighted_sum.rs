//! Weighted sums of integers.

use multiversion::multiversion;

use crate::tiles::{TILE_LANES, Tiles};
use crate::volume::Extent;
use crate::word::Word;

/// Sets `sums[i]` to the sum of `coefficient * integers[i]` over all of `terms`.
#[multiversion(targets("x86_64+avx2+bmi1+bmi2"))]
pub(crate) fn weighted_sum<W: Word>(sums: &mut [W], terms: &[(&[W], W)]) {
    /// The number of sums that stay in the cache while all terms are added.
    const BLOCK: usize = 2048;

    let mut start = 0;
    for sums in sums.chunks_mut(BLOCK) {
        let count = sums.len();
        let mut is_first = true;
        for group in terms.chunks(4) {
            if let [a, b, c, d] = group {
                let (ca, cb, cc, cd) = (a.1, b.1, c.1, d.1);
                let [a, b, c, d] = [a, b, c, d].map(|term| &term.0[start..start + count]);
                let sum = |i: usize| {
                    let (one, two) = (
                        a[i].times(ca).plus(b[i].times(cb)),
                        c[i].times(cc).plus(d[i].times(cd)),
                    );
                    one.plus(two)
                };
                if is_first {
                    for (i, total) in sums.iter_mut().enumerate() {
                        *total = sum(i);
                    }
                } else {
                    for (i, total) in sums.iter_mut().enumerate() {
                        *total = total.plus(sum(i));
                    }
                }
            } else {
                if is_first {
                    sums.fill(W::default());
                }
                for (integers, coefficient) in group {
                    for (total, integer) in sums.iter_mut().zip(&integers[start..start + count]) {
                        *total = total.plus(integer.times(*coefficient));
                    }
                }
            }
            is_first = false;
        }
        if terms.is_empty() {
            sums.fill(W::default());
        }
        start += count;
    }
}

/// Divides sums by 2 to the power of `bits`, rounded to nearest. `half` is half of the divisor.
#[multiversion(targets("x86_64+avx2+bmi1+bmi2"))]
pub(crate) fn round<W: Word>(sums: &mut [W], half: W, bits: u32) {
    for sum in sums {
        *sum = sum.plus(half).shifted_right(bits);
    }
}

/// Adds products of coefficients and integers of planes to the sums of a plane. Each source is a
/// plane and an offset in it. `coefficients` has the coefficients of all sources, tile after tile.
#[multiversion(targets("x86_64+avx2+bmi1+bmi2"))]
pub(crate) fn add_weighted_tiles<W: Word>(
    sums: &mut [W],
    sources: &[(&[W], isize)],
    coefficients: &[W],
    tiles: &Tiles,
    extent: Extent,
) {
    let count = sources.len();
    let ([height, width], columns) = (tiles.plane(), tiles.size()[1]);
    for j in 0..height {
        let coefficients = &coefficients[tiles.first_of_row(j) * count..];
        for x in (0..width).step_by(TILE_LANES) {
            let at = extent.index(j, x);
            // Sums beyond the end of the row belong to the next row.
            let sums = &mut sums[at..][..TILE_LANES.min(width - x)];
            let mut totals = [W::default(); TILE_LANES];
            for ((plane, offset), &coefficient) in
                sources.iter().zip(&coefficients[x / columns * count..])
            {
                let integers = &plane[at.wrapping_add_signed(*offset)..][..TILE_LANES];
                for (total, integer) in totals.iter_mut().zip(integers) {
                    *total = total.plus(integer.times(coefficient));
                }
            }
            for (sum, total) in sums.iter_mut().zip(&totals) {
                *sum = sum.plus(*total);
            }
        }
    }
}

/// The number of sums of a row that are computed together. Some of them may lie beyond the end of
/// the row: computing the sums of short rows one at a time would be slow.
pub(crate) const ROW_LANES: usize = 8;

/// Adds products of coefficients and integers of a plane to the sums of a row that begins at
/// `start`. `coefficients` has the coefficients of all offsets, tile after tile of `columns`
/// columns.
#[multiversion(targets("x86_64+avx2+bmi1+bmi2"))]
pub(crate) fn add_weighted_row<W: Word>(
    sums: &mut [[W; ROW_LANES]],
    (plane, start): (&[W], usize),
    offsets: &[isize],
    coefficients: &[W],
    columns: usize,
) {
    let groups = columns / ROW_LANES;
    for (at, sums) in sums.chunks_mut(groups).enumerate() {
        for (&offset, &coefficient) in offsets.iter().zip(&coefficients[at * offsets.len()..]) {
            let from = (start + at * columns).wrapping_add_signed(offset);
            let (integers, _) = plane[from..].as_chunks::<ROW_LANES>();
            for (sums, integers) in sums.iter_mut().zip(integers) {
                for (sum, integer) in sums.iter_mut().zip(integers) {
                    *sum = sum.plus(integer.times(coefficient));
                }
            }
        }
    }
}
