//! The residuals around a row, and the activity that is computed from them.

use fieldreel_entropy::residual::{ResidualCoder, RowContext};
use multiversion::multiversion;

use crate::fit::cholesky;
use crate::lattice::Pass;
use crate::taps::PassKind;
use crate::volume::{Extent, Volume};

/// The residuals around a row.
pub(crate) struct Around<'a> {
    pub(crate) pass: &'a Pass,
    pub(crate) extent: Extent,
    /// The residuals of the plane before.
    pub(crate) before: Option<&'a [i16]>,
    /// The residuals of the plane at hand, as far as they are coded.
    pub(crate) now: &'a [i16],
    /// The residuals of the known planes.
    pub(crate) known: Option<&'a Volume<i16>>,
    /// The weights of the pass.
    pub(crate) weights: &'a Weights,
    /// The indices of the plane and of the row at hand.
    pub(crate) at: (usize, usize),
}

/// The rows of residuals around a row, by their place.
struct Rows<'a> {
    above: [&'a [i16]; 3],
    before: Option<[&'a [i16]; 5]>,
    sides: Option<[&'a [i16]; 2]>,
}

impl<'a> Around<'a> {
    /// Returns the rows, as far as `width` places, up to 15 of them beyond the end.
    fn rows(&self, width: usize) -> Rows<'a> {
        let (i, j) = self.at;
        let extent = self.extent;
        let here = extent.index(j, 0);
        let row = |plane: &'a [i16], offset: isize| -> &'a [i16] {
            let start = here.wrapping_add_signed(offset);
            &plane[start..start + width]
        };
        let stride = extent.stride() as isize;
        // Above the first row is the margin, which is 0 in a plane that is not complete.
        let above = [-1, 0, 1].map(|x| row(self.now, x - stride));
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
        let before = self
            .before
            .map(|plane| [-1, 0, 1, -stride, stride].map(|offset| row(plane, offset)));
        Rows {
            above,
            before,
            sides,
        }
    }

    /// Returns the context of the row, and sets `activity`, which is as long as the row or, so that no place is left over
    /// after whole vectors, up to 15 places longer.
    pub(crate) fn context(&self, activity: &'a mut [u16]) -> RowContext<'a> {
        let Rows {
            above,
            before,
            sides,
        } = self.rows(activity.len());
        // Residuals outside of the field, or of planes that do not exist, are 0.
        match (before, sides) {
            (Some(before), Some(sides)) => {
                sum_all(activity, above, before, sides, self.weights);
            }
            _ => sum_some(activity, above, before, sides, self.weights),
        }
        let width = self.pass.counts[2];
        // The row above stands for rows that do not exist.
        let above = &above[1][..width];
        RowContext {
            activity: &activity[..width],
            above,
            before: before.map_or(above, |before| &before[1][..width]),
            sides: sides.map_or([above; 2], |sides| sides.map(|side| &side[..width])),
        }
    }
}

/// The number of groups of residuals whose magnitudes have the same weight.
///
/// The groups are: above; to the left and right of that; at the same place of the plane before; to the left and right
/// of that; above and below that; and the two of the known places on either side.
const GROUPS: usize = 6;

/// The number of residuals in each group.
const IN_GROUP: [usize; GROUPS] = [1, 2, 1, 2, 2, 2];

/// The largest sum of the weights of all residuals.
const MOST: u32 = 64;

/// Passes of fewer places have the default weights.
const ENOUGH: usize = 256;

/// The weight of each group of magnitudes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Weights([u8; GROUPS]);

impl Default for Weights {
    fn default() -> Self {
        Self([11, 6, 9, 5, 4, 6])
    }
}

/// Returns the magnitude of a residual, limited so that weighted sums fit 16 bits.
#[inline(always)]
fn magnitude(k: i16) -> u16 {
    k.unsigned_abs().min(u16::MAX / MOST as u16)
}

/// The number of places whose activities are computed at once.
pub(crate) const LANES: usize = 16;

/// Sets activities, as many as fill vectors, to the weighted sums of the magnitudes around.
#[multiversion(targets("x86_64+avx2+bmi1+bmi2"))]
fn sum_all(
    activity: &mut [u16],
    above: [&[i16]; 3],
    before: [&[i16]; 5],
    sides: [&[i16]; 2],
    weights: &Weights,
) {
    let weights = weights.0.map(u16::from);
    let activity = activity.as_chunks_mut::<LANES>().0;
    let count = activity.len();
    // Whole vectors alone: a loop with an end of its own would go over that place by place.
    let vectors = |row| whole(row, count);
    let [above_left, up, above_right] = above.map(vectors);
    let [left, here, right, over, under] = before.map(vectors);
    let [one, other] = sides.map(vectors);
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

/// Returns the first whole vectors of a row.
#[inline(always)]
fn whole(row: &[i16], count: usize) -> &[[i16; LANES]] {
    &row.as_chunks().0[..count]
}

/// Sets activities to the weighted sums of the magnitudes around, as far as they exist.
fn sum_some(
    activity: &mut [u16],
    [left, up, right]: [&[i16]; 3],
    before: Option<[&[i16]; 5]>,
    sides: Option<[&[i16]; 2]>,
    weights: &Weights,
) {
    let weights = weights.0.map(u16::from);
    activity.fill(0);
    add(activity, up, weights[0]);
    add(activity, left, weights[1]);
    add(activity, right, weights[1]);
    if let Some([left, here, right, over, under]) = before {
        add(activity, here, weights[2]);
        add(activity, left, weights[3]);
        add(activity, right, weights[3]);
        add(activity, over, weights[4]);
        add(activity, under, weights[4]);
    }
    if let Some([one, other]) = sides {
        add(activity, one, weights[5]);
        add(activity, other, weights[5]);
    }
}

/// Adds the weighted magnitudes of a row.
#[multiversion(targets("x86_64+avx2+bmi1+bmi2"))]
fn add(activity: &mut [u16], row: &[i16], weight: u16) {
    for (activity, &k) in activity.iter_mut().zip(row) {
        *activity += magnitude(k) * weight;
    }
}

impl Weights {
    /// Codes weights: an encoder writes `self`, a decoder returns those that were written.
    pub(crate) fn code<C: ResidualCoder>(&self, coder: &mut C, places: usize) -> Self {
        if places < ENOUGH {
            return Self::default();
        }
        let mut left = MOST;
        let mut all = [0; GROUPS];
        for ((to, wanted), &count) in all.iter_mut().zip(self.0).zip(&IN_GROUP) {
            let weight = coder.code_bits(wanted.into(), 6) as u32;
            // Sums fit 16 bits whatever is read.
            let weight = weight.min(left / count as u32);
            left -= weight * count as u32;
            *to = weight as u8;
        }
        Self(all)
    }
}

/// A fit of weights by least squares.
pub(crate) struct WeightFit {
    products: [[f64; GROUPS + 1]; GROUPS],
    count: usize,
}

impl WeightFit {
    pub(crate) fn new() -> Self {
        Self {
            products: [[0.0; GROUPS + 1]; GROUPS],
            count: 0,
        }
    }

    /// Adds a row of residuals and the residuals around it.
    pub(crate) fn add(&mut self, around: &Around<'_>, row: &[i16]) {
        let Rows {
            above: [above_left, up, above_right],
            before,
            sides,
        } = around.rows(row.len());
        let at = |row: &[i16], x: usize| f64::from(magnitude(row[x]));
        for (x, &k) in row.iter().enumerate() {
            let mut sums = [0.0; GROUPS];
            sums[0] = at(up, x);
            sums[1] = at(above_left, x) + at(above_right, x);
            if let Some([left, here, right, over, under]) = before {
                sums[2] = at(here, x);
                sums[3] = at(left, x) + at(right, x);
                sums[4] = at(over, x) + at(under, x);
            }
            if let Some([one, other]) = sides {
                sums[5] = at(one, x) + at(other, x);
            }
            let all: f64 = sums.iter().sum();
            // Errors are weighed relative to the expected magnitude.
            let scale = 1.0 / (all / 10.0 + 0.3).powi(2);
            for (i, products) in self.products.iter_mut().enumerate() {
                for (j, product) in products.iter_mut().take(GROUPS).enumerate() {
                    *product += sums[i] * sums[j] * scale;
                }
                products[GROUPS] += sums[i] * f64::from(magnitude(k)) * scale;
            }
        }
        self.count += row.len();
    }

    /// Returns the fitted weights, or the default ones where there are too few residuals to fit them.
    pub(crate) fn weights(&self) -> Weights {
        let mut used: Vec<usize> = (0..GROUPS)
            .filter(|&at| self.products[at][at] > 0.0)
            .collect();
        if self.count < ENOUGH || used.is_empty() {
            return Weights::default();
        }
        loop {
            let n = used.len();
            let mut a = vec![0.0; n * n];
            let mut b = vec![0.0; n];
            for (i, &of) in used.iter().enumerate() {
                for (j, &with) in used.iter().enumerate() {
                    a[i * n + j] = self.products[of][with];
                }
                a[i * n + i] *= 1.0 + 1e-4;
                b[i] = self.products[of][GROUPS];
            }
            if n == 0 || cholesky(&mut a, &mut b, n).is_none() {
                return Weights::default();
            }
            // No weight may be negative, so the group of the most negative one is left out.
            let least = (0..n).min_by(|&i, &j| b[i].total_cmp(&b[j])).unwrap_or(0);
            if b[least] < 0.0 {
                used.remove(least);
                continue;
            }
            let total: f64 = used
                .iter()
                .zip(&b)
                .map(|(&of, b)| b * IN_GROUP[of] as f64)
                .sum();
            if total.is_nan() || total <= 0.0 {
                return Weights::default();
            }
            let mut all = [0; GROUPS];
            for (&of, b) in used.iter().zip(&b) {
                all[of] = (b / total * f64::from(MOST)) as u8;
            }
            // What six bits hold.
            return Weights(all.map(|weight: u8| weight.min(63)));
        }
    }
}
