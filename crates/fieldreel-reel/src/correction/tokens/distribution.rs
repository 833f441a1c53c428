//! How probable each token is, learned on the way.

use wide::i16x16;

use crate::entropy::{SYMBOLS, Starts};

/// The least starts of the tokens' parts in units of 1/32768, as far as what was seen says: a token that was never
/// seen keeps one unit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Distribution {
    starts: i16x16,
    /// How many tokens have been seen, up to [`LIMIT`].
    seen: u8,
}

/// After this many tokens, a distribution goes on following at the same rate.
const LIMIT: u8 = 100;

/// The tokens.
const TOKENS: i16x16 = i16x16::new([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);

/// The first starts of a distribution of small values: 0 has 1 − 2^−`n` of the range, and every token after it 3/8 of
/// what is left, down to one unit.
const fn falling(n: u32) -> Distribution {
    let mut starts = [0_i16; SYMBOLS];
    let mut at = 1;
    let mut left = 32_768_i32 >> n;
    while at < SYMBOLS {
        let least = (SYMBOLS - at) as i32;
        if left < least {
            left = least;
        }
        starts[at] = (32_768 - left) as i16;
        left = left * 5 / 8;
        at += 1;
    }
    Distribution {
        starts: i16x16::new(starts),
        seen: 0,
    }
}

/// What is assumed at first where nothing is around, where little is, and so on.
pub(super) const NEW: [Distribution; 6] = [
    falling(10),
    falling(7),
    falling(4),
    falling(2),
    falling(1),
    EVEN,
];

/// All tokens equally probable.
pub(super) const EVEN: Distribution = {
    let mut starts = [0_i16; SYMBOLS];
    let mut at = 0;
    while at < SYMBOLS {
        starts[at] = (at * 32_768 / SYMBOLS) as i16;
        at += 1;
    }
    Distribution {
        starts: i16x16::new(starts),
        seen: 0,
    }
};

impl Distribution {
    /// The mean of two, in units of 1/65536.
    #[inline(always)]
    pub(super) fn with(&self, other: &Self) -> Starts {
        Starts(self.starts + other.starts)
    }

    /// Takes note of a token: what it has not moves by 1 / 2^(1 + ⌊log2(seen + 1)⌋) of its way.
    #[inline(always)]
    pub(super) fn saw(&mut self, token: usize) {
        let rate = (u32::from(self.seen) + 1).ilog2() + 1;
        // What is seen tends to the whole range, less a unit for each of the others.
        let above = TOKENS.simd_gt(i16x16::splat(token as i16));
        let goals = TOKENS + (above & i16x16::splat((32_768 - SYMBOLS) as i16));
        self.starts += (goals - self.starts) >> rate;
        self.seen = (self.seen + 1).min(LIMIT);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_token_keeps_a_part() {
        for mut distribution in NEW {
            for at in 0..20_000_usize {
                let rises = |all: &[i16]| all.windows(2).all(|pair| pair[0] < pair[1]);
                assert!({
                    let starts = distribution.starts.to_array();
                    rises(&starts) && starts[0] == 0
                });
                distribution.saw(if at < 10_000 { 3 } else { at * at % 17 });
            }
        }
    }
}
