//! The coefficients of a pass, as integers with a common shift.

use fieldreel_entropy::residual::ResidualCoder;

use crate::taps::{BEYOND, DEPARTURES, KNOWN, NEAREST, PassKind};
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
/// The model that codes differences of the coefficients of departures in a tile from the common ones.
const OWN_DEPARTURES: usize = 4;
/// The model that codes the coefficients of the known numbers next to a place in a tile.
const OWN_NEAR: usize = 5;
/// The model that codes the coefficients of other known numbers in a tile.
const OWN_FAR: usize = 6;

/// The numbers that coefficients apply to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Known numbers, in a pass of this kind.
    Known(PassKind),
    /// Departures.
    Departures,
    /// Departures, and known numbers in addition, in a tile.
    Own,
}

impl Role {
    /// Returns the model of the coefficient at an index, and the coefficient to expect.
    fn expected(self, at: usize, bits: u32) -> (usize, i64) {
        match self {
            Self::Departures | Self::Own => (OF_DEPARTURES, 0),
            Self::Known(PassKind::Base) => (if at < 5 { NEAR } else { FAR }, 0),
            Self::Known(_) if NEAREST.contains(&at) => (NEAR, 1 << (bits - 1)),
            Self::Known(_) => (FAR, 0),
        }
    }
}

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
    /// of the left, the upper and the upper left neighbor.
    pub(crate) fn of_departures(kind: PassKind) -> Self {
        let mut all = vec![0; crate::taps::DEPARTURES.len()];
        if kind == PassKind::Base {
            (all[9], all[10], all[13]) = (-16, 16, 16);
        }
        Self { bits: 4, all }
    }

    /// Rounds coefficients to units of 2 to the power of −`bits`. The sum of those of known numbers becomes 1, or 0 where
    /// they are added to others, by a change of those nearest to the place.
    pub(crate) fn rounded(role: Role, bits: u32, wanted: &[f64]) -> Self {
        let unit = f64::from(1_u32 << bits);
        let round = |wanted: &f64| {
            let number = (wanted * unit).round();
            (number as i64).clamp(-LARGEST, LARGEST) as i32
        };
        let mut all: Vec<i32> = wanted.iter().map(round).collect();
        match role {
            Role::Known(PassKind::Base) => all[0] += (1 << bits) - all.iter().sum::<i32>(),
            Role::Known(PassKind::Between(_)) => balance(&mut all, 1 << bits),
            Role::Departures => {}
            Role::Own => balance(&mut all[DEPARTURES.len()..], 0),
        }
        Self { bits, all }
    }

    /// Codes coefficients: an encoder writes `self`, a decoder returns those that were written, as many as `self` has.
    pub(crate) fn code<C: ResidualCoder>(&self, coder: &mut C, role: Role) -> Self {
        let span = FRACTION_BITS.1 - FRACTION_BITS.0;
        let bits = coder.code_bits(u64::from(self.bits - FRACTION_BITS.0), 4) as u32;
        let bits = bits.min(span) + FRACTION_BITS.0;
        let all = self.all.iter().enumerate().map(|(at, &given)| {
            let (model, expected) = role.expected(at, bits);
            code_one(coder, given, expected, model)
        });
        Self {
            bits,
            all: all.collect(),
        }
    }

    /// Codes the coefficients of a tile, those of departures by their differences from these.
    pub(crate) fn code_own<C: ResidualCoder>(
        &self,
        given: Option<&Vec<i32>>,
        coder: &mut C,
    ) -> Vec<i32> {
        let all = (0..DEPARTURES.len() + KNOWN).map(|at| {
            let given = given.map_or(0, |given| given[at]);
            let common = self.all.get(at).copied().unwrap_or_default();
            let model = match at.checked_sub(DEPARTURES.len()) {
                None => OWN_DEPARTURES,
                Some(at) if NEAREST.contains(&at) => OWN_NEAR,
                Some(_) => OWN_FAR,
            };
            code_one(coder, given, common.into(), model)
        });
        all.collect()
    }

    /// Returns these coefficients as numbers.
    pub(crate) fn numbers(&self) -> Vec<f64> {
        let unit = 1.0 / f64::from(1_u32 << self.bits);
        self.all.iter().map(|&by| f64::from(by) * unit).collect()
    }

    /// Returns the approximate number of bits that these coefficients take.
    pub(crate) fn cost(&self, role: Role) -> f64 {
        let all = self.all.iter().enumerate();
        let off = all.map(|(at, &by)| i64::from(by) - role.expected(at, self.bits).1);
        off.map(cost_of).sum()
    }

    /// Returns the approximate number of bits that the coefficients of a tile take beside these.
    pub(crate) fn cost_of_own(&self, own: &Self) -> f64 {
        let common = self.all.iter().copied().chain(std::iter::repeat(0));
        let off = own.all.iter().zip(common).map(|(own, common)| own - common);
        off.map(|off| cost_of(off.into())).sum()
    }

    /// Returns the coefficients as words.
    pub(crate) fn words<W: Word>(&self) -> Vec<W> {
        let all = self.all.iter();
        all.map(|&number| W::from_i64(number.into())).collect()
    }

    /// Returns half a unit, which rounds sums.
    pub(crate) fn half<W: Word>(&self) -> W {
        W::from_i64(1 << self.bits >> 1)
    }
}

/// Returns the approximate number of bits of a parameter.
fn cost_of(number: i64) -> f64 {
    1.5 + 1.3 * ((1 + 2 * number.abs()) as f64).log2()
}

/// Changes the coefficients nearest to a place so that the sum of all is `sum`.
fn balance(all: &mut [i32], sum: i32) {
    let rest = sum - all.iter().sum::<i32>();
    let [one, other] = NEAREST;
    all[one] += rest / 2;
    all[other] += rest - rest / 2;
}

/// Codes a coefficient by its difference from an expected one.
fn code_one<C: ResidualCoder>(coder: &mut C, given: i32, expected: i64, model: usize) -> i32 {
    let found = coder.code_parameter(i64::from(given) - expected, model);
    let found = found.saturating_add(expected);
    found.clamp(-2 * LARGEST, 2 * LARGEST) as i32
}
