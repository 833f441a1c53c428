//! The logistic function and its inverse, the logit, as tables of integers.
//!
//! Logits are in units of 1/256: `ln(p / (1 − p)) · 256`, clamped to ±[`MAX_LOGIT`].

/// The largest logit, that of odds of e^12 to 1.
pub(super) const MAX_LOGIT: i32 = 3071;

/// `65536 / (1 + e^(−(i − 24) / 2))`, rounded, at least 1 and at most 65535.
const KNOTS: [i32; 49] = [
    1, 1, 1, 2, 3, 5, 8, 13, 22, 36, 60, 98, 162, 267, 439, 720, 1179, 1921, 3108, 4971, 7812,
    11_955, 17_625, 24_743, 32_768, 40_793, 47_911, 53_581, 57_724, 60_565, 62_428, 63_615, 64_357,
    64_816, 65_097, 65_269, 65_374, 65_438, 65_476, 65_500, 65_514, 65_523, 65_528, 65_531, 65_533,
    65_534, 65_535, 65_535, 65_535,
];

/// Returns the probability with this logit, in units of 1/65536: `1..=65535`.
pub(super) const fn squash(logit: i32) -> i32 {
    let clamped = if logit > MAX_LOGIT {
        MAX_LOGIT
    } else if logit < -MAX_LOGIT {
        -MAX_LOGIT
    } else {
        logit
    };
    let offset = clamped + 24 * 128;
    let (knot, fraction) = ((offset >> 7) as usize, offset & 127);
    (KNOTS[knot] * (128 - fraction) + KNOTS[knot + 1] * fraction + 64) >> 7
}

/// For `i` in 0..4096, the smallest logit that [`squash`] maps to `16 · i + 8` or more, or
/// [`MAX_LOGIT`] if there is none.
const LOGITS: [i16; 4096] = {
    let mut table = [0; 4096];
    let mut logit = -MAX_LOGIT;
    let mut at = 0;
    while at < 4096 {
        while logit < MAX_LOGIT && squash(logit) < 16 * at as i32 + 8 {
            logit += 1;
        }
        table[at] = logit as i16;
        at += 1;
    }
    table
};

/// Returns the logit of a probability in units of 1/65536.
#[inline(always)]
pub(super) fn stretch(p: u32) -> i32 {
    LOGITS[(p >> 4 & 0xFFF) as usize].into()
}
