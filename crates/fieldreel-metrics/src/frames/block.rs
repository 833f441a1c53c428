//! Splitting a pair of frames into small blocks of valid values.

use ndarray::ArrayView2;

use crate::Element;

/// The maximum number of values in a block.
///
/// It is small enough for both blocks to stay in the first-level cache, and for a plain sum over
/// one block to lose no relevant precision.
pub(crate) const BLOCK_LEN: usize = 256;

/// The numbers of values of a frame that were skipped.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct SkippedCounts {
    /// The number of values that are finite in neither field.
    pub(crate) missing: u64,
    /// The number of values that are finite in only one field.
    pub(crate) mismatched: u64,
}

/// Calls `visit` with up to [`BLOCK_LEN`] valid values of both frames at a time, in row-major
/// order.
///
/// The boundaries of the blocks depend only on the logical order of the values, so that sums over
/// blocks are the same for every memory layout.
pub(crate) fn for_each_block<T: Element>(
    original: ArrayView2<'_, T>,
    reconstruction: ArrayView2<'_, T>,
    mut visit: impl FnMut(&[f64], &[f64]),
) -> SkippedCounts {
    let mut skipped = SkippedCounts::default();
    let mut x = [0.0; BLOCK_LEN];
    let mut y = [0.0; BLOCK_LEN];
    let mut emit = |x: &mut [f64], y: &mut [f64]| {
        let valid = compact_valid(x, y, &mut skipped);
        visit(&x[..valid], &y[..valid]);
    };
    match (original.as_slice(), reconstruction.as_slice()) {
        (Some(original), Some(reconstruction)) => {
            for (from_x, from_y) in original
                .chunks(BLOCK_LEN)
                .zip(reconstruction.chunks(BLOCK_LEN))
            {
                let n = from_x.len();
                widen(from_x, &mut x[..n]);
                widen(from_y, &mut y[..n]);
                emit(&mut x[..n], &mut y[..n]);
            }
        }
        _ => {
            let mut n = 0;
            for (a, b) in original.iter().zip(reconstruction.iter()) {
                x[n] = a.to_f64();
                y[n] = b.to_f64();
                n += 1;
                if n == BLOCK_LEN {
                    emit(&mut x, &mut y);
                    n = 0;
                }
            }
            if n > 0 {
                emit(&mut x[..n], &mut y[..n]);
            }
        }
    }
    skipped
}

fn widen<T: Element>(from: &[T], to: &mut [f64]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to = from.to_f64();
    }
}

/// Moves the pairs whose values are both finite to the front, and returns their number.
fn compact_valid(x: &mut [f64], y: &mut [f64], skipped: &mut SkippedCounts) -> usize {
    // Without a branch this test vectorizes, and most blocks have no missing value.
    let all_valid = x
        .iter()
        .zip(y.iter())
        .fold(true, |all, (x, y)| all & x.is_finite() & y.is_finite());
    if all_valid {
        return x.len();
    }
    let mut valid = 0;
    for i in 0..x.len() {
        match (x[i].is_finite(), y[i].is_finite()) {
            (true, true) => {
                x[valid] = x[i];
                y[valid] = y[i];
                valid += 1;
            }
            (false, false) => skipped.missing += 1,
            _ => skipped.mismatched += 1,
        }
    }
    valid
}
