//! The passes over a field, from coarse to fine, and the positions of each.

use crate::taps::PassKind;

/// A pass over a subset of the positions of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pass {
    pub(crate) kind: PassKind,
    /// The level, 0 for the finest.
    pub(crate) level: u32,
    /// The number of positions along each axis.
    pub(crate) counts: [usize; 3],
    /// The first position.
    pub(crate) start: [usize; 3],
    /// The distance between neighboring positions along each axis.
    pub(crate) stride: [usize; 3],
}

impl Pass {
    /// Returns the context of the pass, which selects the distributions of its residuals.
    pub(crate) fn context(&self) -> usize {
        match self.kind {
            PassKind::Base => 0,
            PassKind::Between(axis) => 1 + axis + 3 * self.level.min(2) as usize,
        }
    }

    /// Returns the number of positions.
    pub(crate) fn position_count(&self) -> usize {
        self.counts.iter().product()
    }
}

/// Returns the largest number of coarse levels of a field of this shape, with which the base pass
/// has a single position.
pub(crate) fn max_levels(shape: [usize; 3]) -> u32 {
    let longest = shape.into_iter().max().unwrap_or(1).max(1);
    (longest - 1).checked_ilog2().map_or(0, |bits| bits + 1)
}

/// Returns the passes of a field of this shape. None of them is empty.
///
/// The first pass has the positions at multiples of 2 to the power of `levels`. Each of the
/// following levels has up to three passes, one along each axis, over the positions midway between
/// known ones.
pub(crate) fn passes(shape: [usize; 3], levels: u32) -> Vec<Pass> {
    let coarsest = 1_usize << levels;
    let mut passes = vec![Pass {
        kind: PassKind::Base,
        level: levels,
        counts: shape.map(|side| side.div_ceil(coarsest)),
        start: [0; 3],
        stride: [coarsest; 3],
    }];
    for level in (0..levels).rev() {
        let fine = 1_usize << level;
        for axis in 0..3 {
            let mut stride = [0; 3];
            let mut start = [0; 3];
            let mut counts = [0; 3];
            for other in 0..3 {
                stride[other] = if other < axis { fine } else { 2 * fine };
                start[other] = if other == axis { fine } else { 0 };
                counts[other] = shape[other]
                    .saturating_sub(start[other])
                    .div_ceil(stride[other]);
            }
            if !counts.contains(&0) {
                passes.push(Pass {
                    kind: PassKind::Between(axis),
                    level,
                    counts,
                    start,
                    stride,
                });
            }
        }
    }
    passes
}

/// Returns the number of positions of a field of this shape, or `None` if a side is 0 or the field
/// does not fit into memory.
pub(crate) fn checked_position_count(shape: [usize; 3]) -> Option<usize> {
    let count = shape.into_iter().try_fold(1_usize, usize::checked_mul);
    count.filter(|&count| count > 0 && count <= isize::MAX as usize / 64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_position_is_in_one_pass() {
        for shape in [[1, 1, 1], [5, 3, 8], [1, 9, 2], [16, 1, 17], [7, 6, 5]] {
            for levels in 0..=max_levels(shape) {
                let mut seen = vec![0; shape.iter().product()];
                for pass in passes(shape, levels) {
                    for t in 0..pass.counts[0] {
                        for y in 0..pass.counts[1] {
                            for x in 0..pass.counts[2] {
                                let at = [t, y, x];
                                let at: Vec<usize> = (0..3)
                                    .map(|q| pass.start[q] + at[q] * pass.stride[q])
                                    .collect();
                                seen[(at[0] * shape[1] + at[1]) * shape[2] + at[2]] += 1;
                            }
                        }
                    }
                }
                assert!(seen.iter().all(|&count| count == 1), "{shape:?} {levels}");
            }
        }
    }
}
