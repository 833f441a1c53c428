//! One value as a sequence of decisions.
//!
//! Whether it is 0; whether it is negative; then its magnitude: how many bits it has after the first, as a unary number,
//! and these bits. The decisions that matter ask several opinions, each a table indexed by some of what is known
//! around the place; the rest have a table of their own, by the bits before them.

use super::surroundings::Place;
use crate::entropy::{BinaryCoder, Bit, Mixer};

/// Opinions on each decision.
const OPINIONS: usize = 7;

/// Cases of an opinion.
const CASES: usize = 1 << 10;

/// Decisions told apart in each case.
const DECISIONS: usize = 32;

/// The situations in which the opinions are weighed apart.
const SITUATIONS: usize = 8;

/// A magnitude of 2 to this power and up is coded as a number without regard to what is around it.
const LARGE: u32 = 12;

const IS_ZERO: usize = 0;
const IS_NEGATIVE: usize = 1;
/// Whether there are more bits than 0, 1, 2 …
const MORE_BITS: usize = 2;
/// The bit after the first, for 1, 2, 3 … bits.
const SECOND_BIT: usize = MORE_BITS + LARGE as usize;

/// How values are coded.
#[derive(Debug)]
pub(super) struct ValueModel {
    opinions: Vec<Bit>,
    mixer: Mixer<OPINIONS>,
    /// The third bit and on, by the number of bits and those before.
    lower_bits: Vec<Bit>,
    large: [Bit; 64],
}

/// Where the opinions on a value's decisions begin, and how they are weighed.
struct Opinions {
    starts: [usize; OPINIONS],
    situation: usize,
}

impl ValueModel {
    pub(super) fn new() -> Self {
        Self {
            opinions: vec![Bit::NEW; OPINIONS * CASES * DECISIONS],
            mixer: Mixer::new(SITUATIONS * DECISIONS),
            lower_bits: vec![Bit::NEW; (LARGE as usize) << LOWER],
            large: [Bit::NEW; 64],
        }
    }

    /// Codes a value: an encoder writes `k`, a decoder ignores it; the value is given back.
    pub(super) fn code<C: BinaryCoder>(&mut self, coder: &mut C, k: i64, place: &Place) -> i64 {
        let opinions = Opinions::on(place);
        if !self.decide(coder, k != 0, IS_ZERO, &opinions) {
            return 0;
        }
        let negative = self.decide(coder, k < 0, IS_NEGATIVE, &opinions);
        let magnitude = self.magnitude(coder, k.unsigned_abs(), &opinions);
        // 2^63 and more becomes negative, and with it −2^63 comes back; hostile bytes may give anything.
        let k = magnitude as i64;
        if negative { k.wrapping_neg() } else { k }
    }

    /// Codes a magnitude that is not 0.
    fn magnitude<C: BinaryCoder>(&mut self, coder: &mut C, m: u64, opinions: &Opinions) -> u64 {
        let bits = m.checked_ilog2().unwrap_or(0);
        let mut count = 0;
        while count < LARGE
            && self.decide(coder, bits > count, MORE_BITS + count as usize, opinions)
        {
            count += 1;
        }
        if count == LARGE {
            return coder.code_number(m, &mut self.large);
        }
        let mut found = 1_u64;
        for at in (0..count).rev() {
            let bit = m >> at & 1 == 1;
            let bit = if at + 1 == count {
                self.decide(coder, bit, SECOND_BIT + at as usize, opinions)
            } else {
                match self.lower_bits.get_mut(lower_bit(count, found)) {
                    Some(seen) => seen.code(coder, bit),
                    None => coder.code(bit, 1 << 15),
                }
            };
            found = found << 1 | u64::from(bit);
        }
        found
    }

    fn decide<C: BinaryCoder>(
        &mut self,
        coder: &mut C,
        bit: bool,
        decision: usize,
        opinions: &Opinions,
    ) -> bool {
        let set = opinions.situation * DECISIONS + decision;
        let places = opinions.starts.map(|start| start + decision);
        self.mixer
            .code(coder, bit, set, &mut self.opinions, &places)
    }
}

/// Bits known of a magnitude that its next is looked up by; after that many, all are equally probable.
const LOWER: u32 = 5;

/// The index of a lower bit of a magnitude of `count` bits after the first, when `found` is known of it.
fn lower_bit(count: u32, found: u64) -> usize {
    if found >> LOWER == 0 {
        (count as usize) << LOWER | found as usize
    } else {
        usize::MAX
    }
}

impl Opinions {
    fn on(place: &Place) -> Self {
        let activity = level(place.activity / 4);
        let (y, x) = place.at;
        let signs = [
            place.west,
            place.north,
            place.before,
            place.north_west,
            place.north_east,
            place.long_before,
        ];
        let guess = place.guess.value / 16;
        let [bend_x, bend_y] = place.bends.map(|bend| signed(level(bend), bend, 10));
        let cases = [
            signed(fine_level(guess), guess, 50) * 9 + level(place.activity / 8).min(8),
            signs
                .iter()
                .fold(0, |case, k| case * 3 + (k.signum() + 1) as usize),
            level(place.usual / 16).min(24) * 24 + activity.min(23),
            bend_x * 21 + bend_y,
            signed(level(place.twist), place.twist, 10) * 24 + activity.min(23),
            signed(level(place.time_bend), place.time_bend, 12) * 24 + activity.min(23),
            (y & 7) << 7 | (x & 7) << 4 | activity.min(15),
        ];
        let mut starts = [0; OPINIONS];
        for (opinion, (start, case)) in starts.iter_mut().zip(cases).enumerate() {
            *start = (opinion * CASES + case) * DECISIONS;
        }
        let near = place.west.abs() + place.north.abs() + place.before.abs();
        Self {
            starts,
            situation: level(near + place.usual / 128).min(SITUATIONS - 1),
        }
    }
}

/// A magnitude in about two steps per octave: 0, 1, 2, 3, 4 for 4 and 5, 5 for 6 and 7, 6 for 8 to 11 …
fn level(value: i32) -> usize {
    let magnitude = value.unsigned_abs();
    match magnitude.checked_ilog2() {
        Some(octave @ 2..) => (2 * octave + (magnitude >> (octave - 1) & 1)) as usize,
        _ => magnitude as usize,
    }
}

/// A magnitude in four steps per octave, from 8 on.
fn fine_level(value: i32) -> usize {
    let magnitude = value.unsigned_abs();
    match magnitude.checked_ilog2() {
        Some(octave @ 3..) => (4 * (octave - 1) + (magnitude >> (octave - 2) & 3)) as usize,
        _ => magnitude as usize,
    }
}

/// A level of up to `most` with the sign of `value`: 0 to 2 · `most`.
fn signed(level: usize, value: i32, most: usize) -> usize {
    let level = level.min(most);
    if value < 0 {
        most - level
    } else {
        most + level
    }
}
