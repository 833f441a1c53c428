//! Cutting a pair of frames into small dense blocks.

use ndarray::ArrayView2;

use crate::Element;

/// Values in a block: small enough that both blocks stay in the first-level cache, and that a plain
/// sum over one block loses nothing that matters.
pub(crate) const BLOCK: usize = 256;

/// How many values of a frame took no part.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct SkippedCounts {
    /// Finite in neither.
    pub(crate) missing: u64,
    /// Finite in one only.
    pub(crate) mismatched: u64,
}

/// Calls `each` with up to [`BLOCK`] valid values at a time of both frames, in row-major order.
///
/// The cuts depend on the values' logical order alone, so that the sums over them are the same for
/// every memory layout.
pub(crate) fn for_each_block<T: Element>(
    original: ArrayView2<'_, T>,
    reconstruction: ArrayView2<'_, T>,
    mut each: impl FnMut(&[f64], &[f64]),
) -> SkippedCounts {
    let mut left = SkippedCounts::default();
    let mut x = [0.0; BLOCK];
    let mut y = [0.0; BLOCK];
    let mut emit = |x: &mut [f64], y: &mut [f64]| {
        let kept = keep_valid(x, y, &mut left);
        each(&x[..kept], &y[..kept]);
    };
    match (original.as_slice(), reconstruction.as_slice()) {
        (Some(original), Some(reconstruction)) => {
            for (from_x, from_y) in original.chunks(BLOCK).zip(reconstruction.chunks(BLOCK)) {
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
                if n == BLOCK {
                    emit(&mut x, &mut y);
                    n = 0;
                }
            }
            if n > 0 {
                emit(&mut x[..n], &mut y[..n]);
            }
        }
    }
    left
}

fn widen<T: Element>(from: &[T], to: &mut [f64]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to = from.to_f64();
    }
}

/// Moves the pairs that are finite in both to the front; gives their number.
fn keep_valid(x: &mut [f64], y: &mut [f64], left: &mut SkippedCounts) -> usize {
    // Without a branch in it this test vectorizes, and most blocks have nothing missing.
    let all_valid = x
        .iter()
        .zip(y.iter())
        .fold(true, |all, (x, y)| all & x.is_finite() & y.is_finite());
    if all_valid {
        return x.len();
    }
    let mut kept = 0;
    for i in 0..x.len() {
        match (x[i].is_finite(), y[i].is_finite()) {
            (true, true) => {
                x[kept] = x[i];
                y[kept] = y[i];
                kept += 1;
            }
            (false, false) => left.missing += 1,
            _ => left.mismatched += 1,
        }
    }
    kept
}
