//! Logistic mixing of several predictions of one decision.

use super::logistic::{MAX_LOGIT, squash, stretch};
use super::{AdaptiveBit, BinaryCoder};

/// A mixer of the probabilities of `N` [`AdaptiveBit`]s in the logistic domain.
///
/// It has several sets of adaptive weights, from which a context selects one.
///
/// ```
/// use fieldreel_entropy::{AdaptiveBit, BinaryCoder, Mixer, RangeEncoder};
///
/// fn code(coder: &mut impl BinaryCoder, decisions: &mut [bool]) {
///     let (mut mixer, mut table) = (Mixer::<2>::new(1), [AdaptiveBit::NEW; 5]);
///     for (i, decision) in decisions.iter_mut().enumerate() {
///         // The index modulo 3 predicts these decisions, and the index modulo 2 does not.
///         *decision = mixer.code(coder, *decision, 0, &mut table, &[i % 2, 2 + i % 3]);
///     }
/// }
///
/// let mut encoder = RangeEncoder::new();
/// code(&mut encoder, &mut [true, false, false].repeat(200));
/// assert!(encoder.finish().len() < 10);
/// ```
#[derive(Debug)]
pub struct Mixer<const N: usize> {
    sets: Vec<WeightSet<N>>,
}

#[derive(Debug, Clone, Copy)]
struct WeightSet<const N: usize> {
    /// The weights in units of 1/65536.
    weights: [i32; N],
    /// The number of decisions that the set was used for, up to [`MAX_COUNT`].
    count: u32,
}

/// The largest count of decisions, from which on the learning rate is constant.
const MAX_COUNT: u32 = 1023;

/// Returns the learning rate of a set of weights after `count` decisions.
///
/// Weights change by 2^−20 · logit · error · learning rate.
fn learning_rate(count: u32) -> i64 {
    i64::from(6 + 1024 / (count + 16))
}

/// The largest magnitude of a weight, 16 in units of 1/65536. The sum of a few products of weights
/// and logits is far below the range of 64 bits.
const MAX_WEIGHT: i64 = 1 << 20;

impl<const N: usize> Mixer<N> {
    /// Creates a mixer with `sets` sets of weights, which are initially equal and sum to 1.5.
    #[must_use]
    pub fn new(sets: usize) -> Self {
        let weight = 65_536 * 3 / (2 * N as i32);
        let initial = WeightSet {
            weights: [weight; N],
            count: 0,
        };
        Self {
            sets: vec![initial; sets],
        }
    }

    /// Codes a decision with the mixed probabilities of the bits at `indices` of the table, and
    /// adapts these bits and the weight set `set` to the decision.
    #[inline(always)]
    pub fn code<C: BinaryCoder>(
        &mut self,
        coder: &mut C,
        bit: bool,
        set: usize,
        table: &mut [AdaptiveBit],
        indices: &[usize; N],
    ) -> bool {
        let logits = indices.map(|index| table.get(index).map_or(0, |bit| stretch(bit.p())));
        let mut empty = WeightSet {
            weights: [0; N],
            count: 0,
        };
        let set = self.sets.get_mut(set).unwrap_or(&mut empty);
        let sum: i64 = logits
            .iter()
            .zip(&set.weights)
            .map(|(&logit, &weight)| i64::from(logit) * i64::from(weight))
            .sum();
        let mixed = (sum >> 16).clamp(i64::from(-MAX_LOGIT), i64::from(MAX_LOGIT)) as i32;
        let p = squash(mixed);
        let bit = coder.code(bit, p as u32);
        let error = i64::from((i32::from(bit) << 16) - p) * learning_rate(set.count);
        set.count = (set.count + 1).min(MAX_COUNT);
        for (weight, &logit) in set.weights.iter_mut().zip(&logits) {
            let step = (i64::from(logit) * error + (1 << 19)) >> 20;
            *weight = (i64::from(*weight) + step).clamp(-MAX_WEIGHT, MAX_WEIGHT) as i32;
        }
        for &index in indices {
            if let Some(adaptive_bit) = table.get_mut(index) {
                adaptive_bit.update(bit);
            }
        }
        bit
    }
}
