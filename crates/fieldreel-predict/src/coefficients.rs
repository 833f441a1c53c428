//! The coefficients of a pass, as integers with a common shift.

use fieldreel_entropy::residual::ResidualCoder;

use crate::taps::{BEYOND, KNOWN, NEAREST, PassKind};
use crate::word::Word;

/// The largest magnitude of a coefficient before it is adjusted to a sum of 1.
const LARGEST: i64 = (1 << 15) - 1;

/// The smallest and the largest number of bits of a fraction.
pub(crate) const FRACTION_BITS: (u32, u32) = (4, 14);

/// The model that codes the coefficients of the known numbers next to a place.
const NEAR: usize = 0;
/// The model that codes the coefficients of other known numbers.
const FAR: usize = 1;
/// The model that codes the coefficients of departures.
const OF_DEPARTURES: usize = 2;
/// The model that codes other parameters.
pub(crate) const PARAMETERS: usize = 3;

/// Coefficients in units of 2 to the power of −`bits`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Coefficients {
    pub(crate) bits: u32,
    pub(crate) all: Vec<i32>,
}

impl Coefficients {
    /// Returns the coefficients of known numbers that are used unless others were fitted: a cubic through four of them,
    /// or in a base pass the number of the plane before.
    pub(crate) fn of_known(kind: PassKind) -> Self {
        match kind {
            PassKind::Base => Self {
                bits: 4,
                all: std::iter::once(16).chain([0; 16]).collect(),
            },
            PassKind::Between(_) => {
                let mut all = vec![0; KNOWN];
                for at in NEAREST {
                    all[at] = 9;
                }
                for at in BEYOND {
                    all[at] = -1;
                }
                Self { bits: 4, all }
            }
        }
    }

    /// Returns the coefficients of departures that are used unless others were fitted: zeros, or in a base pass those
    /// of the left, the upper and the upper left neighbour.
    pub(crate) fn of_departures(kind: PassKind) -> Self {
        let mut all = vec![0; crate::taps::DEPARTURES.len()];
        if kind == PassKind::Base {
            (all[9], all[10], all[13]) = (-16, 16, 16);
        }
        Self { bits: 4, all }
    }

    /// Rounds coefficients to units of 2 to the power of −`bits`. The sum of those of known numbers (`kind` is given)
    /// becomes 1 by a change of those nearest to the place.
    pub(crate) fn rounded(kind: Option<PassKind>, bits: u32, wanted: &[f64]) -> Self {
        let unit = f64::from(1_u32 << bits);
        let round = |wanted: &f64| {
            let number = (wanted * unit).round();
            (number as i64).clamp(-LARGEST, LARGEST) as i32
        };
        let mut all: Vec<i32> = wanted.iter().map(round).collect();
        let rest = (1 << bits) - all.iter().sum::<i32>();
        match kind {
            Some(PassKind::Base) => all[0] += rest,
            Some(PassKind::Between(_)) => {
                let [one, other] = NEAREST;
                all[one] += rest / 2;
                all[other] += rest - rest / 2;
            }
            None => {}
        }
        Self { bits, all }
    }

    /// Codes coefficients: an encoder writes `self`, a decoder returns those that were written, as many as `self` has.
    pub(crate) fn code<C: ResidualCoder>(&self, coder: &mut C, kind: Option<PassKind>) -> Self {
        let span = FRACTION_BITS.1 - FRACTION_BITS.0;
        let bits = coder.bits(u64::from(self.bits - FRACTION_BITS.0), 4) as u32;
        let bits = bits.min(span) + FRACTION_BITS.0;
        let all = self.all.iter().enumerate().map(|(at, &wanted)| {
            let (model, expected) = match kind {
                None => (OF_DEPARTURES, 0),
                Some(PassKind::Base) => (if at < 5 { NEAR } else { FAR }, 0),
                Some(PassKind::Between(_)) if NEAREST.contains(&at) => (NEAR, 1 << (bits - 1)),
                Some(_) => (FAR, 0),
            };
            let found = coder.number(i64::from(wanted) - expected, model);
            found
                .saturating_add(expected)
                .clamp(-2 * LARGEST, 2 * LARGEST) as i32
        });
        Self {
            bits,
            all: all.collect(),
        }
    }

    /// Returns the coefficients as words.
    pub(crate) fn words<W: Word>(&self) -> Vec<W> {
        self.all
            .iter()
            .map(|&number| W::from_i64(number.into()))
            .collect()
    }

    /// Returns half a unit, which rounds sums.
    pub(crate) fn half<W: Word>(&self) -> W {
        W::from_i64(1 << self.bits >> 1)
    }
}
