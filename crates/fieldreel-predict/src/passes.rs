//! The passes of a field from coarse to fine, and the places of each.

use crate::taps::PassKind;

/// A pass over some of the places of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pass {
    pub(crate) kind: PassKind,
    /// The level, 0 for the finest.
    pub(crate) level: u32,
    /// The number of places along each axis.
    pub(crate) counts: [usize; 3],
    /// The coordinates of the first place.
    pub(crate) start: [usize; 3],
    /// The distance from one place to the next along each axis.
    pub(crate) step: [usize; 3],
}

impl Pass {
    /// Returns the class of the residuals of the pass.
    pub(crate) fn class(&self) -> usize {
        match self.kind {
            PassKind::Base => 0,
            PassKind::Between(axis) => 1 + axis + 3 * self.level.min(2) as usize,
        }
    }

    /// Returns the number of places.
    pub(crate) fn places(&self) -> usize {
        self.counts.iter().product()
    }
}

/// Returns the most levels that a field of this shape can have: more would halve a single place.
pub(crate) fn most_levels(shape: [usize; 3]) -> u32 {
    let longest = shape.into_iter().max().unwrap_or(1).max(1);
    (longest - 1).checked_ilog2().map_or(0, |bits| bits + 1)
}

/// Returns the passes of a field of this shape, none of them empty.
///
/// The first has the places at multiples of 2 to the power of `levels`. Those of each level that follows have the
/// places in the middle between known ones along the first, the second and the third axis.
pub(crate) fn passes(shape: [usize; 3], levels: u32) -> Vec<Pass> {
    let coarsest = 1_usize << levels;
    let mut passes = vec![Pass {
        kind: PassKind::Base,
        level: levels,
        counts: shape.map(|side| side.div_ceil(coarsest)),
        start: [0; 3],
        step: [coarsest; 3],
    }];
    for level in (0..levels).rev() {
        let fine = 1_usize << level;
        for axis in 0..3 {
            let mut step = [0; 3];
            let mut start = [0; 3];
            let mut counts = [0; 3];
            for of in 0..3 {
                step[of] = if of < axis { fine } else { 2 * fine };
                start[of] = if of == axis { fine } else { 0 };
                counts[of] = shape[of].saturating_sub(start[of]).div_ceil(step[of]);
            }
            if !counts.contains(&0) {
                passes.push(Pass {
                    kind: PassKind::Between(axis),
                    level,
                    counts,
                    start,
                    step,
                });
            }
        }
    }
    passes
}

/// Returns the number of places of a field of this shape; `None` if a side is 0 or memory has no room for as many.
pub(crate) fn places(shape: [usize; 3]) -> Option<usize> {
    let all = shape.into_iter().try_fold(1_usize, usize::checked_mul);
    all.filter(|&all| all > 0 && all <= isize::MAX as usize / 64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_is_in_one_pass() {
        for shape in [[1, 1, 1], [5, 3, 8], [1, 9, 2], [16, 1, 17], [7, 6, 5]] {
            for levels in 0..=most_levels(shape) {
                let mut seen = vec![0; shape.iter().product()];
                for pass in passes(shape, levels) {
                    for t in 0..pass.counts[0] {
                        for y in 0..pass.counts[1] {
                            for x in 0..pass.counts[2] {
                                let at = [t, y, x];
                                let at: Vec<usize> = (0..3)
                                    .map(|q| pass.start[q] + at[q] * pass.step[q])
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
