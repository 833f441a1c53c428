//! Weighted sums of numbers.

use multiversion::multiversion;

use crate::tiles::{AT_ONCE, Tiles};
use crate::volume::Extent;
use crate::word::Word;

/// Sets `sums[i]` to the sum of `coefficient * numbers[i]` over all of `terms`.
#[multiversion(targets("x86_64+avx2+bmi1+bmi2"))]
pub(crate) fn weigh<W: Word>(sums: &mut [W], terms: &[(&[W], W)]) {
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
                    for (i, all) in sums.iter_mut().enumerate() {
                        *all = sum(i);
                    }
                } else {
                    for (i, all) in sums.iter_mut().enumerate() {
                        *all = all.plus(sum(i));
                    }
                }
            } else {
                if is_first {
                    sums.fill(W::default());
                }
                for (numbers, coefficient) in group {
                    for (all, number) in sums.iter_mut().zip(&numbers[start..start + count]) {
                        *all = all.plus(number.times(*coefficient));
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

#[multiversion(targets("x86_64+avx2+bmi1+bmi2"))]
pub(crate) fn round<W: Word>(sums: &mut [W], half: W, bits: u32) {
    for sum in sums {
        *sum = sum.plus(half).shifted_right(bits);
    }
}

/// Adds products of coefficients and of the numbers of planes to the sums of a plane. Each source is a plane and the distance in it. `by` has the coefficients of all sources, tile after tile.
#[multiversion(targets("x86_64+avx2+bmi1+bmi2"))]
pub(crate) fn weigh_tiles<W: Word>(
    sums: &mut [W],
    sources: &[(&[W], isize)],
    by: &[W],
    tiles: &Tiles,
    extent: Extent,
) {
    let count = sources.len();
    let ([height, width], columns) = (tiles.plane(), tiles.size()[1]);
    for j in 0..height {
        let by = &by[tiles.first_of_row(j) * count..];
        for x in (0..width).step_by(AT_ONCE) {
            let at = extent.index(j, x);
            // Those beyond the end belong to the next row.
            let sums = &mut sums[at..][..AT_ONCE.min(width - x)];
            let mut all = [W::default(); AT_ONCE];
            for ((plane, offset), &by) in sources.iter().zip(&by[x / columns * count..]) {
                let numbers = &plane[at.wrapping_add_signed(*offset)..][..AT_ONCE];
                for (sum, number) in all.iter_mut().zip(numbers) {
                    *sum = sum.plus(number.times(by));
                }
            }
            for (sum, all) in sums.iter_mut().zip(&all) {
                *sum = sum.plus(*all);
            }
        }
    }
}

/// The number of sums of a row that are computed at once, some of them beyond its end: short rows would take long place
/// by place.
pub(crate) const IN_ROW: usize = 8;

/// Adds products of coefficients and of the numbers of a plane to the sums of a row that begins at `start`. `by` has the
/// coefficients of all offsets, tile after tile of so many columns.
#[multiversion(targets("x86_64+avx2+bmi1+bmi2"))]
pub(crate) fn weigh_row<W: Word>(
    sums: &mut [[W; IN_ROW]],
    (plane, start): (&[W], usize),
    offsets: &[isize],
    by: &[W],
    columns: usize,
) {
    let groups = columns / IN_ROW;
    for (at, sums) in sums.chunks_mut(groups).enumerate() {
        for (&offset, &by) in offsets.iter().zip(&by[at * offsets.len()..]) {
            let from = (start + at * columns).wrapping_add_signed(offset);
            let (numbers, _) = plane[from..].as_chunks::<IN_ROW>();
            for (sums, numbers) in sums.iter_mut().zip(numbers) {
                for (sum, number) in sums.iter_mut().zip(numbers) {
                    *sum = sum.plus(number.times(by));
                }
            }
        }
    }
}
