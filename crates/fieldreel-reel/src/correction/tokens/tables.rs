//! How probable each token is: distributions of two shapes and many widths, in arithmetic that every machine does alike.

use std::sync::OnceLock;

use crate::entropy::{SYMBOLS, Table};

/// Widths of distributions: six an octave.
pub(super) const WIDTHS: usize = 48;

/// Distributions: Laplace's of every width, then Gauss's.
pub(super) const KINDS: usize = 2 * WIDTHS;

/// Parts of a unit that a guess can be off by.
pub(super) const FRACTIONS: usize = 8;

/// The token of the value that is expected: each token more is one value more.
pub(super) const MIDDLE: i64 = 7;

/// The token of a value that none of the others stands for.
pub(super) const FAR: u8 = 15;

/// So many values on either side are summed.
const LAST: i32 = 40;

/// The least width, and by how much each of six is more than it: 2^(i/6), rounded to the nearest binary64.
const LEAST: f64 = 0.08;
const SIXTHS: [f64; 6] = [
    1.0,
    1.122_462_048_309_373,
    1.259_921_049_894_873_2,
    std::f64::consts::SQRT_2,
    1.587_401_051_968_199_4,
    1.781_797_436_280_678_6,
];

/// The most low bits of any level, and none.
pub(super) const LOW_BITS: usize = 11;

/// The tables of a distribution, for each step that its centre can be off by.
pub(super) type OfFractions = [Table; FRACTIONS];

/// What [`tables`] has made.
static MADE: [OnceLock<Box<OfFractions>>; LOW_BITS * KINDS] = [const { OnceLock::new() }; _];

/// The tables of a kind of distribution, where so many low bits are left to be coded otherwise, below [`LOW_BITS`].
pub(super) fn tables(kind: usize, low_bits: usize) -> &'static OfFractions {
    MADE[low_bits % LOW_BITS * KINDS + kind % KINDS].get_or_init(|| {
        let make = |fraction| table(kind, low_bits as u32, fraction);
        Box::new(std::array::from_fn(make))
    })
}

/// The table of a distribution around a value that is `fraction` steps, of [`FRACTIONS`], above half a unit below the one
/// expected; where `low_bits` are left to be coded otherwise, around the first of them and as many steps.
fn table(kind: usize, low_bits: u32, fraction: usize) -> Table {
    let scale = LEAST * SIXTHS[kind % WIDTHS % 6] * f64::from(1_u32 << (kind % WIDTHS / 6));
    let steps = (fraction as f64 + 0.5) / FRACTIONS as f64;
    let center = match low_bits {
        0 => steps - 0.5,
        _ => steps / f64::from(1_u32 << low_bits),
    };
    let mut weights = [0.0; SYMBOLS];
    let mut total = 0.0;
    let mut add = |value: i32, weight: f64| {
        let token = usize::try_from(value + MIDDLE as i32);
        let token = token.map_or(SYMBOLS - 1, |token| token.min(SYMBOLS - 1));
        weights[token] += weight;
        total += weight;
    };
    // The first value above the centre.
    let above = if center > 0.0 { 1 } else { 0 };
    for (sign, nearest) in [(1, above), (-1, above - 1)] {
        // From the centre outwards, each weight from the one before.
        let away = (f64::from(nearest) - center).abs();
        let (mut weight, mut ratio, change) = if kind < WIDTHS {
            (exp_of_minus(away / scale), exp_of_minus(1.0 / scale), 1.0)
        } else {
            let spread = 2.0 * scale * scale;
            let ratio = exp_of_minus((2.0 * away + 1.0) / spread);
            (
                exp_of_minus(away * away / spread),
                ratio,
                exp_of_minus(2.0 / spread),
            )
        };
        for step in 0..=LAST {
            add(nearest + sign * step, weight);
            weight *= ratio;
            ratio *= change;
        }
    }
    let mut starts = [0; SYMBOLS];
    let mut sum = 0.0;
    for (at, start) in starts.iter_mut().enumerate() {
        let share = (sum / total).min(1.0) * (65_536 - SYMBOLS) as f64;
        *start = share as u16 + at as u16;
        sum += weights[at];
    }
    Table::new(starts)
}

/// e to the power of −`x`, in additions and multiplications alone: these are the same on every machine.
fn exp_of_minus(x: f64) -> f64 {
    let x = x / 1024.0;
    let mut power = 1.0 + x * (-1.0 + x * (0.5 + x * (-1.0 / 6.0 + x * (1.0 / 24.0))));
    for _ in 0..10 {
        power *= power;
    }
    power
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_token_keeps_a_part_and_the_expected_most() {
        for kind in 0..KINDS {
            for (low_bits, fraction) in
                (0..LOW_BITS as u32).flat_map(|low| (0..FRACTIONS).map(move |f| (low, f)))
            {
                let table = table(kind, low_bits, fraction);
                let widths: Vec<u32> = (0..SYMBOLS).map(|token| table.width(token)).collect();
                assert_eq!(widths.iter().sum::<u32>(), 65_536);
                assert!(widths.iter().all(|&width| width > 0));
                let near = &widths[..usize::from(FAR)];
                let most = near.iter().max();
                // Between 0 and 1 where there are low bits.
                let expected = [MIDDLE as usize, MIDDLE as usize + 1].map(|token| near[token]);
                assert!(
                    most <= expected.iter().max(),
                    "{kind} {low_bits} {fraction}: {widths:?}"
                );
            }
        }
    }

    /// The specification names this number.
    #[test]
    fn tables_are_frozen() {
        let mut hasher = crc32fast::Hasher::new();
        for low_bits in 0..LOW_BITS as u32 {
            for kind in 0..KINDS {
                for fraction in 0..FRACTIONS {
                    let table = table(kind, low_bits, fraction);
                    let mut start = 0_u32;
                    for token in 0..SYMBOLS {
                        hasher.update(&(start as u16).to_le_bytes());
                        start += table.width(token);
                    }
                }
            }
        }
        assert_eq!(hasher.finalize(), 0xa82f_0960);
    }

    #[test]
    fn powers_of_e_are_what_they_should() {
        for x in [0.0, 0.001, 0.5, 1.0, 3.0, 10.0] {
            let (found, expected) = (exp_of_minus(x), f64::exp(-x));
            assert!((found / expected - 1.0).abs() < 1e-6, "{x}: {found}");
        }
    }
}
