//! The logistic function and its inverse, as integer tables.
//!
//! Odds are logarithms in units of 1/256: `ln(p / (1 − p)) · 256`, clamped to ±[`LARGEST`].

/// The largest odds that are told apart: e^12 to 1.
pub(super) const LARGEST: i32 = 3071;

/// `65536 / (1 + e^(−(i − 24) / 2))`, rounded, at least 1 and at most 65535.
const KNOTS: [i32; 49] = [
    1, 1, 1, 2, 3, 5, 8, 13, 22, 36, 60, 98, 162, 267, 439, 720, 1179, 1921, 3108, 4971, 7812,
    11_955, 17_625, 24_743, 32_768, 40_793, 47_911, 53_581, 57_724, 60_565, 62_428, 63_615, 64_357,
    64_816, 65_097, 65_269, 65_374, 65_438, 65_476, 65_500, 65_514, 65_523, 65_528, 65_531, 65_533,
    65_534, 65_535, 65_535, 65_535,
];

/// The probability, in units of 1/65536, of a decision with these odds: `1..=65535`.
pub(super) const fn squash(odds: i32) -> i32 {
    let odds = if odds > LARGEST {
        LARGEST
    } else if odds < -LARGEST {
        -LARGEST
    } else {
        odds
    } + 24 * 128;
    let (knot, part) = ((odds >> 7) as usize, odds & 127);
    (KNOTS[knot] * (128 - part) + KNOTS[knot + 1] * part + 64) >> 7
}

/// For `i` in 0..4096, the least odds that [`squash`] takes to `16 · i + 8` or more; [`LARGEST`] if there are none.
const ODDS: [i16; 4096] = {
    let mut table = [0; 4096];
    let mut odds = -LARGEST;
    let mut at = 0;
    while at < 4096 {
        while odds < LARGEST && squash(odds) < 16 * at as i32 + 8 {
            odds += 1;
        }
        table[at] = odds as i16;
        at += 1;
    }
    table
};

/// The odds of a probability in units of 1/65536.
#[inline(always)]
pub(super) fn stretch(p: u32) -> i32 {
    ODDS[(p >> 4 & 0xFFF) as usize].into()
}
