//! The coefficients of a pass, as integers with a common shift.

use fieldreel_entropy::residual::ResidualCoder;

use crate::taps::{CAUSAL_TAPS, INTERPOLATION_TAP_COUNT, NEAREST, OUTER, PassKind};
use crate::word::Word;

/// The largest magnitude of a coefficient before the sum of all coefficients is adjusted to 1.
const MAX_COEFFICIENT: i64 = (1 << 15) - 1;

/// The smallest and the largest number of fraction bits.
pub(crate) const FRACTION_BITS: (u32, u32) = (4, 14);

/// The model of the coefficients of the nearest interpolation taps.
const NEAREST_MODEL: usize = 0;
/// The model of the coefficients of the other interpolation taps.
const DISTANT_MODEL: usize = 1;
/// The model of the coefficients of causal taps.
const CAUSAL_MODEL: usize = 2;
/// The model of other parameters.
pub(crate) const PARAMETER_MODEL: usize = 3;
/// The model of the differences between a tile's coefficients of causal taps and the common ones.
const TILE_CAUSAL_MODEL: usize = 4;
/// The model of a tile's coefficients of the nearest interpolation taps.
const TILE_NEAREST_MODEL: usize = 5;
/// The model of a tile's coefficients of the other interpolation taps.
const TILE_DISTANT_MODEL: usize = 6;

/// The taps that a set of coefficients applies to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CoefficientKind {
    /// The interpolation taps of a pass of this kind.
    Interpolation(PassKind),
    /// The causal taps.
    Causal,
    /// The causal taps and the interpolation taps, in one tile.
    Tile,
}

impl CoefficientKind {
    /// Returns the model of the coefficient at an index and the coefficient's expected value.
    fn expected(self, index: usize, fraction_bits: u32) -> (usize, i64) {
        match self {
            Self::Causal | Self::Tile => (CAUSAL_MODEL, 0),
            Self::Interpolation(PassKind::Base) => (
                if index < 5 {
                    NEAREST_MODEL
                } else {
                    DISTANT_MODEL
                },
                0,
            ),
            Self::Interpolation(_) if NEAREST.contains(&index) => {
                (NEAREST_MODEL, 1 << (fraction_bits - 1))
            }
            Self::Interpolation(_) => (DISTANT_MODEL, 0),
        }
    }
}

/// Coefficients in units of 2 to the power of −`fraction_bits`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Coefficients {
    pub(crate) fraction_bits: u32,
    pub(crate) values: Vec<i32>,
}

impl Coefficients {
    /// Returns the default coefficients of the interpolation taps: those of a cubic polynomial
    /// through four integers, or in the base pass those that copy the integer of the previous
    /// plane.
    pub(crate) fn default_interpolation(kind: PassKind) -> Self {
        match kind {
            PassKind::Base => Self {
                fraction_bits: 4,
                values: std::iter::once(16).chain([0; 16]).collect(),
            },
            PassKind::Between(_) => {
                let mut values = vec![0; INTERPOLATION_TAP_COUNT];
                for index in NEAREST {
                    values[index] = 9;
                }
                for index in OUTER {
                    values[index] = -1;
                }
                Self {
                    fraction_bits: 4,
                    values,
                }
            }
        }
    }

    /// Returns the default coefficients of the causal taps: zeros, or in the base pass those of
    /// the two-dimensional Lorenzo predictor, left + above − above left.
    pub(crate) fn default_causal(kind: PassKind) -> Self {
        let mut values = vec![0; CAUSAL_TAPS.len()];
        if kind == PassKind::Base {
            (values[9], values[10], values[13]) = (-16, 16, 16);
        }
        Self {
            fraction_bits: 4,
            values,
        }
    }

    /// Rounds coefficients to units of 2 to the power of −`fraction_bits`.
    ///
    /// The sum of the coefficients of interpolation taps becomes 1, or 0 in a tile, where they are
    /// added to the common prediction. The coefficients of the nearest taps are changed to reach
    /// this sum.
    pub(crate) fn rounded(kind: CoefficientKind, fraction_bits: u32, exact: &[f64]) -> Self {
        let unit = f64::from(1_u32 << fraction_bits);
        let round = |exact: &f64| {
            let rounded = (exact * unit).round();
            (rounded as i64).clamp(-MAX_COEFFICIENT, MAX_COEFFICIENT) as i32
        };
        let mut values: Vec<i32> = exact.iter().map(round).collect();
        match kind {
            CoefficientKind::Interpolation(PassKind::Base) => {
                values[0] += (1 << fraction_bits) - values.iter().sum::<i32>();
            }
            CoefficientKind::Interpolation(PassKind::Between(_)) => {
                balance(&mut values, 1 << fraction_bits);
            }
            CoefficientKind::Causal => {}
            CoefficientKind::Tile => balance(&mut values[CAUSAL_TAPS.len()..], 0),
        }
        Self {
            fraction_bits,
            values,
        }
    }

    /// Codes coefficients: an encoder writes `self`, a decoder returns the coefficients that were
    /// written, as many as `self` has.
    pub(crate) fn code<C: ResidualCoder>(&self, coder: &mut C, kind: CoefficientKind) -> Self {
        let max_excess = FRACTION_BITS.1 - FRACTION_BITS.0;
        let fraction_bits =
            coder.code_bits(u64::from(self.fraction_bits - FRACTION_BITS.0), 4) as u32;
        let fraction_bits = fraction_bits.min(max_excess) + FRACTION_BITS.0;
        let values = self.values.iter().enumerate().map(|(index, &coefficient)| {
            let (model, expected) = kind.expected(index, fraction_bits);
            code_coefficient(coder, coefficient, expected, model)
        });
        Self {
            fraction_bits,
            values: values.collect(),
        }
    }

    /// Codes the coefficients of a tile; a decoder passes `None`. The coefficients of causal taps
    /// are coded as differences from `self`.
    pub(crate) fn code_tile<C: ResidualCoder>(
        &self,
        coefficients: Option<&Vec<i32>>,
        coder: &mut C,
    ) -> Vec<i32> {
        let values = (0..CAUSAL_TAPS.len() + INTERPOLATION_TAP_COUNT).map(|index| {
            let coefficient = coefficients.map_or(0, |coefficients| coefficients[index]);
            let common = self.values.get(index).copied().unwrap_or_default();
            let model = match index.checked_sub(CAUSAL_TAPS.len()) {
                None => TILE_CAUSAL_MODEL,
                Some(index) if NEAREST.contains(&index) => TILE_NEAREST_MODEL,
                Some(_) => TILE_DISTANT_MODEL,
            };
            code_coefficient(coder, coefficient, common.into(), model)
        });
        values.collect()
    }

    /// Returns the coefficients as floating-point numbers.
    pub(crate) fn to_f64(&self) -> Vec<f64> {
        let unit = 1.0 / f64::from(1_u32 << self.fraction_bits);
        self.values
            .iter()
            .map(|&value| f64::from(value) * unit)
            .collect()
    }

    /// Returns the approximate number of bits that these coefficients take.
    pub(crate) fn cost(&self, kind: CoefficientKind) -> f64 {
        let values = self.values.iter().enumerate();
        let differences = values
            .map(|(index, &value)| i64::from(value) - kind.expected(index, self.fraction_bits).1);
        differences.map(parameter_cost).sum()
    }

    /// Returns the approximate number of bits that the coefficients of a tile take in addition to
    /// these common ones.
    pub(crate) fn tile_cost(&self, tile: &Self) -> f64 {
        let common = self.values.iter().copied().chain(std::iter::repeat(0));
        let differences = tile
            .values
            .iter()
            .zip(common)
            .map(|(tile, common)| tile - common);
        differences
            .map(|difference| parameter_cost(difference.into()))
            .sum()
    }

    /// Returns the coefficients as words.
    pub(crate) fn words<W: Word>(&self) -> Vec<W> {
        let values = self.values.iter();
        values.map(|&value| W::from_i64(value.into())).collect()
    }

    /// Returns half a unit, which is added to sums to round them.
    pub(crate) fn half_unit<W: Word>(&self) -> W {
        W::from_i64(1 << self.fraction_bits >> 1)
    }
}

/// Returns the approximate number of bits of a parameter.
fn parameter_cost(value: i64) -> f64 {
    1.5 + 1.3 * ((1 + 2 * value.abs()) as f64).log2()
}

/// Changes the coefficients of the nearest taps so that all coefficients add up to `sum`.
fn balance(values: &mut [i32], sum: i32) {
    let remainder = sum - values.iter().sum::<i32>();
    let [one, other] = NEAREST;
    values[one] += remainder / 2;
    values[other] += remainder - remainder / 2;
}

/// Codes a coefficient as its difference from an expected value.
fn code_coefficient<C: ResidualCoder>(
    coder: &mut C,
    coefficient: i32,
    expected: i64,
    model: usize,
) -> i32 {
    let difference = coder.code_parameter(i64::from(coefficient) - expected, model);
    let coefficient = difference.saturating_add(expected);
    coefficient.clamp(-2 * MAX_COEFFICIENT, 2 * MAX_COEFFICIENT) as i32
}
