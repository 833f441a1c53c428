//! Adaptive probabilities of binary decisions.

use super::BinaryCoder;

/// An adaptive probability that a decision is 1.
///
/// It adapts to the decisions quickly at first, then more slowly. The upper 22 bits are the
/// probability, and the lower 10 bits the number of decisions so far, up to 1022.
///
/// ```
/// use fieldreel_entropy::AdaptiveBit;
///
/// let mut model = AdaptiveBit::NEW;
/// assert_eq!(model.p(), 32_768);
/// for _ in 0..10 {
///     model.update(true);
/// }
/// assert!(model.p() > 60_000);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct AdaptiveBit(u32);

/// The largest count of decisions, from which on the rate of adaptation is 1 / (`MAX_COUNT` +
/// 1.5).
const MAX_COUNT: usize = 1022;

/// The rate of adaptation after `n` decisions, in units of 1/65536: `⌊65536 / (n + 1.5)⌋`.
const RATES: [i64; MAX_COUNT + 1] = {
    let mut rates = [0; MAX_COUNT + 1];
    let mut n = 0;
    while n <= MAX_COUNT {
        rates[n] = 131_072 / (2 * n as i64 + 3);
        n += 1;
    }
    rates
};

impl AdaptiveBit {
    /// The initial state, in which 0 and 1 are equally probable.
    pub const NEW: Self = Self(1 << 31);

    /// Returns the probability of a 1 in units of 1/65536, `1..=65535`.
    #[inline(always)]
    #[must_use]
    pub fn p(self) -> u32 {
        (self.0 >> 16).max(1)
    }

    /// Codes a decision with the current probability, and adapts to it.
    ///
    /// ```
    /// use fieldreel_entropy::{AdaptiveBit, RangeDecoder, RangeEncoder};
    ///
    /// let (mut encoder, mut model) = (RangeEncoder::new(), AdaptiveBit::NEW);
    /// for bit in [true, true, false] {
    ///     model.code(&mut encoder, bit);
    /// }
    /// let bytes = encoder.finish();
    /// let (mut decoder, mut model) = (RangeDecoder::new(&bytes), AdaptiveBit::NEW);
    /// let decoded = [(); 3].map(|()| model.code(&mut decoder, false));
    /// assert_eq!(decoded, [true, true, false]);
    /// ```
    #[inline(always)]
    pub fn code<C: BinaryCoder>(&mut self, coder: &mut C, bit: bool) -> bool {
        let bit = coder.code(bit, self.p());
        self.update(bit);
        bit
    }

    /// Adapts the probability to a decision.
    #[inline(always)]
    pub fn update(&mut self, bit: bool) {
        let count = (self.0 & 0x3FF) as usize;
        let p = i64::from(self.0 >> 10);
        let target = if bit { (1 << 22) - 1 } else { 0 };
        let rate = RATES.get(count).copied().unwrap_or(RATES[MAX_COUNT]);
        // The shift rounds toward −∞, so the result stays in 0..2^22.
        let p = p + (((target - p) * rate) >> 16);
        self.0 = (p as u32) << 10 | (count + 1).min(MAX_COUNT) as u32;
    }
}
