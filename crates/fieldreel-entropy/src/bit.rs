//! What is known of one binary decision.

use super::BinaryCoder;

/// How often a decision has been 1: a probability that follows what it sees, quickly at first, then slowly.
///
/// The upper 22 bits are the probability, the lower 10 how many decisions have been seen, up to the limit.
#[derive(Debug, Clone, Copy)]
pub struct AdaptiveBit(u32);

/// The most decisions that are counted: the probability then follows with a rate of 1 / (`LIMIT` + 1.5).
const LIMIT: usize = 1022;

/// `⌊65536 / (n + 1.5)⌋` for `n` decisions seen.
const RATES: [i64; LIMIT + 1] = {
    let mut rates = [0; LIMIT + 1];
    let mut n = 0;
    while n <= LIMIT {
        rates[n] = 131_072 / (2 * n as i64 + 3);
        n += 1;
    }
    rates
};

impl AdaptiveBit {
    /// Nothing seen yet: 0 and 1 are equally probable.
    pub const NEW: Self = Self(1 << 31);

    /// The probability of a 1 in units of 1/65536, `1..=65535`.
    #[inline(always)]
    #[must_use]
    pub fn p(self) -> u32 {
        (self.0 >> 16).max(1)
    }

    /// Codes a decision with what is known of it, and takes note of it.
    #[inline(always)]
    pub fn code<C: BinaryCoder>(&mut self, coder: &mut C, bit: bool) -> bool {
        let bit = coder.code(bit, self.p());
        self.update(bit);
        bit
    }

    /// Takes note of a decision.
    #[inline(always)]
    pub fn update(&mut self, bit: bool) {
        let seen = (self.0 & 0x3FF) as usize;
        let p = i64::from(self.0 >> 10);
        let goal = if bit { (1 << 22) - 1 } else { 0 };
        let rate = RATES.get(seen).copied().unwrap_or(RATES[LIMIT]);
        // Rounds toward −∞, so it stays in 0..2^22.
        let p = p + (((goal - p) * rate) >> 16);
        self.0 = (p as u32) << 10 | (seen + 1).min(LIMIT) as u32;
    }
}
