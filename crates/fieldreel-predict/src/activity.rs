//! The neighbors of a row of residuals, and the activity that is computed from them.

use fieldreel_entropy::residual::{ResidualCoder, RowContext};
use multiversion::multiversion;

use crate::coefficients::PARAMETER_MODEL;
use crate::fit::cholesky;
use crate::passes::Pass;
use crate::taps::PassKind;
use crate::volume::{Extent, Volume};

/// The residuals near a row.
pub(crate) struct ResidualNeighbors<'a> {
    pub(crate) pass: &'a Pass,
    pub(crate) extent: Extent,
    /// The residuals of the previous plane.
    pub(crate) previous: Option<&'a [i16]>,
    /// The residuals of the current plane. Rows that are not coded yet are not read.
    pub(crate) current: &'a [i16],
    /// The residuals of the positions that earlier passes decoded.
    pub(crate) known: Option<&'a Volume<i16>>,
    /// The weights of the pass.
    pub(crate) weights: &'a ActivityWeights,
    /// The indices of the current plane and row.
    pub(crate) indices: (usize, usize),
}

/// The neighbors of a row of residuals. Element `x` of each slice is a neighbor of position `x`.
struct NeighborRows<'a> {
    /// The neighbors above left, above, and above right.
    above: [&'a [i16]; 3],
    /// The neighbors to the left, at the same position, to the right, above and below, in the
    /// previous plane.
    previous: Option<[&'a [i16]; 5]>,
    /// The known neighbors before and after, along the axis of the pass.
    sides: Option<[&'a [i16]; 2]>,
}

impl<'a> ResidualNeighbors<'a> {
    /// Returns the neighboring rows over `width` positions. Up to 15 of these positions may be
    /// beyond the end of the row.
    fn rows(&self, width: usize) -> NeighborRows<'a> {
        let (i, j) = self.indices;
        let extent = self.extent;
        let here = extent.index(j, 0);
        let row = |plane: &'a [i16], offset: isize| -> &'a [i16] {
            let start = here.wrapping_add_signed(offset);
            &plane[start..start + width]
        };
        let stride = extent.stride() as isize;
        // The margins of planes are 0 until their pass is complete.
        let above = [-1, 0, 1].map(|x| row(self.current, x - stride));
        let sides = match (self.pass.kind, self.known) {
            (PassKind::Between(axis), Some(known)) => {
                let next = match axis {
                    0 => (1, 0),
                    1 => (0, stride),
                    _ => (0, 1),
                };
                let plane =
                    |i: usize| -> &'a [i16] { &known.planes[i.min(known.planes.len() - 1)] };
                Some([row(plane(i), 0), row(plane(i + next.0), next.1)])
            }
            _ => None,
        };
        let previous = self
            .previous
            .map(|plane| [-1, 0, 1, -stride, stride].map(|offset| row(plane, offset)));
        NeighborRows {
            above,
            previous,
            sides,
        }
    }

    /// Returns the context of the row and sets `activity`.
    ///
    /// `activity` is as long as the row, or up to 15 positions longer, so that whole vectors cover
    /// the row.
    pub(crate) fn context(&self, activity: &'a mut [u16]) -> RowContext<'a> {
        let NeighborRows {
            above,
            previous,
            sides,
        } = self.rows(activity.len());
        // Residuals outside of the pass, and those of groups that do not exist, count as 0.
        match (previous, sides) {
            (Some(previous), Some(sides)) => {
                sum_all_groups(activity, above, previous, sides, self.weights);
            }
            _ => sum_available_groups(activity, above, previous, sides, self.weights),
        }
        let width = self.pass.counts[2];
        // The row above replaces rows that do not exist.
        let above = &above[1][..width];
        RowContext {
            activity: &activity[..width],
            above,
            before: previous.map_or(above, |previous| &previous[1][..width]),
            sides: sides.map_or([above; 2], |sides| sides.map(|side| &side[..width])),
        }
    }
}

/// The number of groups of residuals whose magnitudes have the same weight.
///
/// The groups are, in order:
///
/// - the position above;
/// - the positions to the left and to the right of the position above;
/// - the same position of the previous plane;
/// - the positions to the left and to the right of it in the previous plane;
/// - the positions above and below it in the previous plane;
/// - the two known positions on both sides.
const GROUPS: usize = 6;

/// The number of residuals in each group.
const GROUP_SIZES: [usize; GROUPS] = [1, 2, 1, 2, 2, 2];

/// The largest sum of the weights of all residuals.
const MAX_WEIGHT_SUM: u32 = 64;

/// The smallest number of positions for which weights are fitted. Smaller passes have the default
/// weights.
const MIN_POSITIONS: usize = 256;

/// The smallest number of residuals other than 0 to which weights are fitted.
const MIN_NONZERO: usize = 64;

/// The weight of each group of magnitudes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ActivityWeights([u8; GROUPS]);

impl Default for ActivityWeights {
    fn default() -> Self {
        Self([11, 6, 9, 5, 4, 6])
    }
}

/// Returns the magnitude of a residual, limited so that weighted sums fit 16 bits.
#[inline(always)]
fn magnitude(k: i16) -> u16 {
    k.unsigned_abs().min(u16::MAX / MAX_WEIGHT_SUM as u16)
}

/// The number of positions whose activities are computed together.
pub(crate) const LANES: usize = 16;

/// Sets activities to the weighted sums of the magnitudes of all groups. A remainder that does not
/// fill a vector is not set.
#[multiversion(targets("x86_64+avx2+bmi1+bmi2"))]
fn sum_all_groups(
    activity: &mut [u16],
    above: [&[i16]; 3],
    previous: [&[i16]; 5],
    sides: [&[i16]; 2],
    weights: &ActivityWeights,
) {
    let weights = weights.0.map(u16::from);
    let activity = activity.as_chunks_mut::<LANES>().0;
    let count = activity.len();
    // A remainder would be computed one position at a time.
    let [above_left, up, above_right] = full_vectors(above, count);
    let [left, here, right, over, under] = full_vectors(previous, count);
    let [one, other] = full_vectors(sides, count);
    for (at, activity) in activity.iter_mut().enumerate() {
        let (up, here) = (&up[at], &here[at]);
        let (above_left, above_right) = (&above_left[at], &above_right[at]);
        let (left, right) = (&left[at], &right[at]);
        let (over, under) = (&over[at], &under[at]);
        let (one, other) = (&one[at], &other[at]);
        for x in 0..LANES {
            activity[x] = weights[0] * magnitude(up[x])
                + weights[1] * (magnitude(above_left[x]) + magnitude(above_right[x]))
                + weights[2] * magnitude(here[x])
                + weights[3] * (magnitude(left[x]) + magnitude(right[x]))
                + weights[4] * (magnitude(over[x]) + magnitude(under[x]))
                + weights[5] * (magnitude(one[x]) + magnitude(other[x]));
        }
    }
}

/// Returns the first `count` whole vectors of each row.
#[inline(always)]
fn full_vectors<const N: usize>(rows: [&[i16]; N], count: usize) -> [&[[i16; LANES]]; N] {
    rows.map(|row| &row.as_chunks().0[..count])
}

/// Sets activities to the weighted sums of the magnitudes of the groups that exist.
fn sum_available_groups(
    activity: &mut [u16],
    [left, up, right]: [&[i16]; 3],
    previous: Option<[&[i16]; 5]>,
    sides: Option<[&[i16]; 2]>,
    weights: &ActivityWeights,
) {
    let weights = weights.0.map(u16::from);
    activity.fill(0);
    add_magnitudes(activity, up, weights[0]);
    add_magnitudes(activity, left, weights[1]);
    add_magnitudes(activity, right, weights[1]);
    if let Some([left, here, right, over, under]) = previous {
        add_magnitudes(activity, here, weights[2]);
        add_magnitudes(activity, left, weights[3]);
        add_magnitudes(activity, right, weights[3]);
        add_magnitudes(activity, over, weights[4]);
        add_magnitudes(activity, under, weights[4]);
    }
    if let Some([one, other]) = sides {
        add_magnitudes(activity, one, weights[5]);
        add_magnitudes(activity, other, weights[5]);
    }
}

/// Adds the weighted magnitudes of a row.
#[multiversion(targets("x86_64+avx2+bmi1+bmi2"))]
fn add_magnitudes(activity: &mut [u16], row: &[i16], weight: u16) {
    for (activity, &k) in activity.iter_mut().zip(row) {
        *activity += magnitude(k) * weight;
    }
}

impl ActivityWeights {
    /// Codes the weights: an encoder writes `self`, a decoder returns the weights that were
    /// written.
    pub(crate) fn code<C: ResidualCoder>(&self, coder: &mut C, position_count: usize) -> Self {
        if position_count < MIN_POSITIONS {
            return Self::default();
        }
        let is_fitted = i64::from(*self != Self::default());
        if coder.code_parameter(is_fitted, PARAMETER_MODEL) == 0 {
            return Self::default();
        }
        let mut remaining = MAX_WEIGHT_SUM;
        let mut weights = [0; GROUPS];
        for ((to, given), &count) in weights.iter_mut().zip(self.0).zip(&GROUP_SIZES) {
            let weight = coder.code_bits(given.into(), 6) as u32;
            // Weighted sums must fit 16 bits even if the stored weights are damaged.
            let weight = weight.min(remaining / count as u32);
            remaining -= weight * count as u32;
            *to = weight as u8;
        }
        Self(weights)
    }
}

/// A fit of weights by least squares.
pub(crate) struct ActivityWeightFit {
    /// The sums of products of the magnitudes of two groups, in the lower triangle; in the last
    /// column, those of the magnitudes of a group and of the residual.
    products: [[f64; GROUPS + 1]; GROUPS],
    /// The number of residuals other than 0.
    nonzero: usize,
}

impl ActivityWeightFit {
    pub(crate) fn new() -> Self {
        Self {
            products: [[0.0; GROUPS + 1]; GROUPS],
            nonzero: 0,
        }
    }

    /// Adds a row of residuals and their neighbors.
    pub(crate) fn add(&mut self, neighbors: &ResidualNeighbors<'_>, row: &[i16]) {
        let NeighborRows {
            above: [above_left, up, above_right],
            previous,
            sides,
        } = neighbors.rows(row.len());
        let at = |row: &[i16], x: usize| f64::from(magnitude(row[x]));
        for (x, &k) in row.iter().enumerate() {
            let mut sums = [0.0; GROUPS];
            sums[0] = at(up, x);
            sums[1] = at(above_left, x) + at(above_right, x);
            if let Some([left, here, right, over, under]) = previous {
                sums[2] = at(here, x);
                sums[3] = at(left, x) + at(right, x);
                sums[4] = at(over, x) + at(under, x);
            }
            if let Some([one, other]) = sides {
                sums[5] = at(one, x) + at(other, x);
            }
            let total: f64 = sums.iter().sum();
            // Errors count relative to the expected magnitude.
            let scale = 1.0 / (total / 10.0 + 0.3).powi(2);
            for (i, products) in self.products.iter_mut().enumerate() {
                for (j, product) in products.iter_mut().take(i + 1).enumerate() {
                    *product += sums[i] * sums[j] * scale;
                }
                products[GROUPS] += sums[i] * f64::from(magnitude(k)) * scale;
            }
        }
        self.nonzero += row.iter().filter(|&&k| k != 0).count();
    }

    /// Returns the fitted weights, or the default weights if there are too few residuals other
    /// than 0 to fit them.
    pub(crate) fn weights(&self) -> ActivityWeights {
        let mut used: Vec<usize> = (0..GROUPS)
            .filter(|&at| self.products[at][at] > 0.0)
            .collect();
        if self.nonzero < MIN_NONZERO || used.is_empty() {
            return ActivityWeights::default();
        }
        loop {
            let n = used.len();
            let mut a = vec![0.0; n * n];
            let mut b = vec![0.0; n];
            for (i, &group) in used.iter().enumerate() {
                for (j, &with) in used[..=i].iter().enumerate() {
                    a[i * n + j] = self.products[group][with];
                }
                a[i * n + i] *= 1.0 + 1e-4;
                b[i] = self.products[group][GROUPS];
            }
            if n == 0 || cholesky(&mut a, &mut b, n).is_none() {
                return ActivityWeights::default();
            }
            // No weight may be negative, so the group with the most negative weight is left out.
            let smallest = (0..n).min_by(|&i, &j| b[i].total_cmp(&b[j])).unwrap_or(0);
            if b[smallest] < 0.0 {
                used.remove(smallest);
                continue;
            }
            let total: f64 = used
                .iter()
                .zip(&b)
                .map(|(&group, b)| b * GROUP_SIZES[group] as f64)
                .sum();
            if total.is_nan() || total <= 0.0 {
                return ActivityWeights::default();
            }
            let mut weights = [0; GROUPS];
            for (&group, b) in used.iter().zip(&b) {
                weights[group] = (b / total * f64::from(MAX_WEIGHT_SUM)) as u8;
            }
            // Weights are stored in six bits.
            return ActivityWeights(weights.map(|weight: u8| weight.min(63)));
        }
    }
}
