//! Extrapolation of integers beyond the edges of a field.
//!
//! A position at the end of an axis may have no known integer after it. If the field is smooth, a
//! polynomial through the nearest integers replaces the missing one; otherwise the nearest integer
//! does.

use fieldreel_entropy::residual::ResidualCoder;

use crate::fit::InputField;
use crate::word::Word;

/// The highest order of a polynomial.
const MAX_ORDER: u8 = 2;

/// The order of the polynomial along each axis: 0 repeats the nearest integer, 1 is a line, and 2
/// a parabola.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Extrapolation([u8; 3]);

impl Extrapolation {
    #[cfg(test)]
    pub(crate) const fn linear() -> Self {
        Self([1; 3])
    }

    /// Returns the orders for axes of these lengths. A polynomial of order `n` needs `n + 1`
    /// integers, so short axes have lower orders.
    pub(crate) fn orders_for(&self, counts: [usize; 3]) -> [u8; 3] {
        let mut orders = self.0;
        for (order, count) in orders.iter_mut().zip(counts) {
            *order = count.saturating_sub(1).min(usize::from(*order)) as u8;
        }
        orders
    }

    /// Returns the next two integers beyond an edge. `at` returns the integers at distances 0, 1
    /// and 2 from the edge.
    #[inline(always)]
    pub(crate) fn extrapolate<W: Word>(order: u8, at: impl Fn(usize) -> W) -> [W; 2] {
        let sum = |factors: [i64; 3]| {
            let mut sum = W::default();
            for (integer, factor) in (0..=usize::from(order)).map(|i| (at(i), factors[i])) {
                sum = sum.plus(integer.times(W::from_i64(factor)));
            }
            sum.limited()
        };
        match order {
            0 => [at(0), at(0)],
            1 => [sum([2, -1, 0]), sum([3, -2, 0])],
            _ => [sum([3, -3, 1]), sum([6, -8, 3])],
        }
    }

    /// Returns the orders that predict the original integers best from the neighbors at distances
    /// of two and more positions. `step` is the step of level 0.
    pub(crate) fn fit<W: Word>(field: &InputField<'_, W>, step: i64) -> Self {
        /// The number of positions in the sample.
        const SAMPLES: usize = 1024;
        /// The distance between known integers at the finest level.
        const SPACING: usize = 2;
        /// Twice the factor by which errors of known integers are amplified in an extrapolated
        /// one, by order.
        const NOISE: [f64; MAX_ORDER as usize + 1] = [2.0, 4.5, 8.7];

        let shape = field.shape;
        let strides = [shape[1] * shape[2], shape[2], 1];
        let count = field.integers.len();
        let noise = (step << field.extra_bits) as f64 / 12_f64.sqrt();
        let mut orders = [0; 3];
        for (axis, order) in orders.iter_mut().enumerate() {
            let stride = SPACING * strides[axis];
            let mut errors = [0.0; MAX_ORDER as usize + 1];
            for sample in 0..SAMPLES.min(count) {
                let at = (sample as u128 * count as u128 / SAMPLES.min(count) as u128) as usize;
                if at / strides[axis] % shape[axis] + 3 * SPACING >= shape[axis] {
                    continue;
                }
                let value = |i: usize| field.integers[at + i * stride].to_f64();
                let [a, b, c, d] = [value(0), value(1), value(2), value(3)];
                errors[0] += (a - b).abs();
                errors[1] += (a - 2.0 * b + c).abs();
                errors[2] += (a - 3.0 * b + 3.0 * c - d).abs();
            }
            let expected_error = |order: &u8| {
                let order = usize::from(*order);
                (errors[order] / SAMPLES as f64).hypot(noise * NOISE[order])
            };
            let best = (0..=MAX_ORDER)
                .min_by(|one, other| expected_error(one).total_cmp(&expected_error(other)));
            *order = best.unwrap_or(0);
        }
        Self(orders)
    }

    /// Codes the orders: an encoder writes `self`, a decoder returns the orders that were written,
    /// or `None` if they are not valid.
    pub(crate) fn code<C: ResidualCoder>(&self, coder: &mut C) -> Option<Self> {
        let orders = self.0.map(|order| coder.code_bits(order.into(), 2) as u8);
        orders
            .iter()
            .all(|&order| order <= MAX_ORDER)
            .then_some(Self(orders))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn polynomials_are_extrapolated_exactly() {
        let parabola = |at: usize| 3 * (at as i32).pow(2) - 5 * at as i32 + 7;
        // From positions 2, 3 and 4 to positions 1 and 0.
        assert_eq!(
            Extrapolation::extrapolate(2, |i| parabola(2 + i)),
            [parabola(1), parabola(0)]
        );
        assert_eq!(
            Extrapolation::extrapolate(1, |i| 10 - 2 * i as i32),
            [12, 14]
        );
        assert_eq!(
            Extrapolation::extrapolate(0, |i| 10 - 2 * i as i32),
            [10, 10]
        );
        // The result is limited to leave room for the sums of a prediction.
        assert_eq!(
            Extrapolation::extrapolate(1, |i| if i == 0 { 131_000_i32 } else { -131_000 })[0],
            131_072
        );
        assert_eq!(Extrapolation([2; 3]).orders_for([1, 2, 9]), [0, 1, 2]);
    }
}
