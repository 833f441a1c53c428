//! Numbers beyond the edges of a field.
//!
//! A place at the end of an axis may have no known number after it. A polynomial through the nearest numbers stands for it, where
//! the field is smooth; the nearest number where it is not.

use fieldreel_entropy::residual::ResidualCoder;

use crate::fit::Source;
use crate::word::Word;

/// The highest order of a polynomial.
const HIGHEST: u8 = 2;

/// The order of the polynomial along each axis: 0 takes the nearest number, 1 a line, and 2 a parabola.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Continuation([u8; 3]);

impl Continuation {
    #[cfg(test)]
    pub(crate) const fn lines() -> Self {
        Self([1; 3])
    }

    /// Returns the orders along axes with so many numbers: as many numbers are needed as the order has, and one more.
    pub(crate) fn within(&self, counts: [usize; 3]) -> [u8; 3] {
        let mut orders = self.0;
        for (order, count) in orders.iter_mut().zip(counts) {
            *order = count.saturating_sub(1).min(usize::from(*order)) as u8;
        }
        orders
    }

    /// Returns the next two numbers beyond an edge, from those at distances 0, 1 and 2 from it.
    #[inline(always)]
    pub(crate) fn beyond<W: Word>(order: u8, at: impl Fn(usize) -> W) -> [W; 2] {
        let sum = |by: [i64; 3]| {
            let mut sum = W::default();
            for (at, by) in (0..=usize::from(order)).map(|i| (at(i), by[i])) {
                sum = sum.plus(at.times(W::from_i64(by)));
            }
            sum.limited()
        };
        match order {
            0 => [at(0), at(0)],
            1 => [sum([2, -1, 0]), sum([3, -2, 0])],
            _ => [sum([3, -3, 1]), sum([6, -8, 3])],
        }
    }

    /// Returns the orders that predict the given numbers best from those two and more places before. `step` is that of residuals.
    pub(crate) fn of<W: Word>(source: &Source<'_, W>, step: i64) -> Self {
        /// The number of places that are looked at.
        const PLACES: usize = 1024;
        /// The distance of known numbers at the finest level.
        const APART: usize = 2;
        /// The weight of the errors of known numbers: twice as much as is in a number beyond, by order.
        const NOISE: [f64; HIGHEST as usize + 1] = [2.0, 4.5, 8.7];

        let shape = source.shape;
        let strides = [shape[1] * shape[2], shape[2], 1];
        let count = source.numbers.len();
        let noise = (step << source.extra_bits) as f64 / 12_f64.sqrt();
        let mut orders = [0; 3];
        for (axis, order) in orders.iter_mut().enumerate() {
            let stride = APART * strides[axis];
            let mut errors = [0.0; HIGHEST as usize + 1];
            for place in 0..PLACES.min(count) {
                let at = (place as u128 * count as u128 / PLACES.min(count) as u128) as usize;
                if at / strides[axis] % shape[axis] + 3 * APART >= shape[axis] {
                    continue;
                }
                let number = |i: usize| source.numbers[at + i * stride].to_f64();
                let [a, b, c, d] = [number(0), number(1), number(2), number(3)];
                errors[0] += (a - b).abs();
                errors[1] += (a - 2.0 * b + c).abs();
                errors[2] += (a - 3.0 * b + 3.0 * c - d).abs();
            }
            let total = |order: &u8| {
                let order = usize::from(*order);
                (errors[order] / PLACES as f64).hypot(noise * NOISE[order])
            };
            let best = (0..=HIGHEST).min_by(|one, other| total(one).total_cmp(&total(other)));
            *order = best.unwrap_or(0);
        }
        Self(orders)
    }

    /// Codes the orders: an encoder writes `self`, a decoder returns those that were written; `None` if there are no such orders.
    pub(crate) fn code<C: ResidualCoder>(&self, coder: &mut C) -> Option<Self> {
        let orders = self.0.map(|order| coder.code_bits(order.into(), 2) as u8);
        orders
            .iter()
            .all(|&order| order <= HIGHEST)
            .then_some(Self(orders))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn polynomials_go_on() {
        let parabola = |at: usize| 3 * (at as i32).pow(2) - 5 * at as i32 + 7;
        // From places 2, 3 and 4 down to 1 and 0.
        assert_eq!(
            Continuation::beyond(2, |i| parabola(2 + i)),
            [parabola(1), parabola(0)]
        );
        assert_eq!(Continuation::beyond(1, |i| 10 - 2 * i as i32), [12, 14]);
        assert_eq!(Continuation::beyond(0, |i| 10 - 2 * i as i32), [10, 10]);
        // What leaves no room for a prediction is limited.
        assert_eq!(
            Continuation::beyond(1, |i| if i == 0 { 131_000_i32 } else { -131_000 })[0],
            131_072
        );
        assert_eq!(Continuation([2; 3]).within([1, 2, 9]), [0, 1, 2]);
    }
}
