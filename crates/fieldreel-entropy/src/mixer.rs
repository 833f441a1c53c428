//! Several opinions of one decision, weighed by how good they have been.

use super::logistic::{LARGEST, squash, stretch};
use super::{AdaptiveBit, BinaryCoder};

/// Weighs the opinions of `N` [`AdaptiveBit`]s in the logistic domain, with a set of weights for each of a few situations.
#[derive(Debug)]
pub struct Mixer<const N: usize> {
    sets: Vec<Weights<N>>,
}

#[derive(Debug, Clone, Copy)]
struct Weights<const N: usize> {
    /// In units of 1/65536.
    each: [i32; N],
    /// How many decisions they have been used for, up to [`SETTLED`].
    seen: u32,
}

/// After this many decisions, weights go on moving at the same rate.
const SETTLED: u32 = 1023;

/// How far weights move after `seen` decisions, in units of 2^−20 of (odds × error).
fn rate(seen: u32) -> i64 {
    i64::from(6 + 1024 / (seen + 16))
}

/// No weight grows beyond ±16, so that a sum of a few products fits 64 bits by far.
const HEAVIEST: i64 = 1 << 20;

impl<const N: usize> Mixer<N> {
    /// A mixer of `sets` sets of weights, all equal at first and together somewhat above 1.
    #[must_use]
    pub fn new(sets: usize) -> Self {
        let each = 65_536 * 3 / (2 * N as i32);
        let new = Weights {
            each: [each; N],
            seen: 0,
        };
        Self {
            sets: vec![new; sets],
        }
    }

    /// Codes a decision on which `bits`, at the places `at` of the table, have an opinion, and lets them and the weights
    /// of situation `set` learn from it.
    #[inline(always)]
    pub fn code<C: BinaryCoder>(
        &mut self,
        coder: &mut C,
        bit: bool,
        set: usize,
        table: &mut [AdaptiveBit],
        at: &[usize; N],
    ) -> bool {
        let odds = at.map(|at| table.get(at).map_or(0, |bit| stretch(bit.p())));
        let mut none = Weights {
            each: [0; N],
            seen: 0,
        };
        let weights = self.sets.get_mut(set).unwrap_or(&mut none);
        let sum: i64 = odds
            .iter()
            .zip(&weights.each)
            .map(|(&odds, &weight)| i64::from(odds) * i64::from(weight))
            .sum();
        let mixed = (sum >> 16).clamp(i64::from(-LARGEST), i64::from(LARGEST)) as i32;
        let p = squash(mixed);
        let bit = coder.code(bit, p as u32);
        let error = i64::from((i32::from(bit) << 16) - p) * rate(weights.seen);
        weights.seen = (weights.seen + 1).min(SETTLED);
        for (weight, &odds) in weights.each.iter_mut().zip(&odds) {
            let step = (i64::from(odds) * error + (1 << 19)) >> 20;
            *weight = (i64::from(*weight) + step).clamp(-HEAVIEST, HEAVIEST) as i32;
        }
        for &at in at {
            if let Some(seen) = table.get_mut(at) {
                seen.update(bit);
            }
        }
        bit
    }
}
