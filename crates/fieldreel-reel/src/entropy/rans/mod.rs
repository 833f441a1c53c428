//! Symbols of many kinds to bytes and back: asymmetric numeral systems with a range of 2^16.
//!
//! After J. Duda, *Asymmetric numeral systems*, arXiv:1311.2540, in the form "range", with states of 32 bits and words of
//! 16. Symbols take turns on several states ([lanes](LANES)), so that a reader need not end with one to begin the next. The
//! last symbol is encoded first, so [`RansEncoder`] keeps all of them until it finishes.

#[cfg(target_arch = "x86_64")]
mod at_once;
mod decode;
mod encode;

pub(crate) use decode::RansDecoder;
pub(crate) use encode::RansEncoder;

use wide::i16x16;

/// Kinds of symbols.
pub(crate) const SYMBOLS: usize = 16;

/// States that symbols may take turns on, at most.
pub(crate) const LANES: usize = 8;

/// Symbols that are read at once.
const RUN: usize = 8;

/// The least state between symbols.
const LEAST: u32 = 1 << 16;

/// How the 65536 values of a state's lowest 16 bits are shared among symbols.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Table {
    /// One less than the start of each part but the first, and as much as no value is above. Their upper bits are turned:
    /// compared with signs, they are in order.
    below: i16x16,
    parts: [Part; SYMBOLS],
}

/// The start of a part and, in the upper half, its width.
type Part = u32;

impl Table {
    /// The table where number `i` has the part from `starts[i]` to the next start. The first is 0, and each is above the
    /// one before.
    pub(crate) fn new(starts: [u16; SYMBOLS]) -> Self {
        let parts = std::array::from_fn(|symbol| {
            let start = starts[symbol];
            // The end of the last is 65536, which is 0 here; the difference is right all the same.
            let end = starts.get(symbol + 1).copied().unwrap_or(0);
            u32::from(end.wrapping_sub(start)) << 16 | u32::from(start)
        });
        let below: [i16; SYMBOLS] = std::array::from_fn(|symbol| {
            let next = starts.get(symbol + 1).copied().unwrap_or(0);
            turned(next.wrapping_sub(1))
        });
        Self {
            below: below.into(),
            parts,
        }
    }

    /// How wide the part of a symbol is.
    pub(crate) fn width(&self, symbol: usize) -> u32 {
        self.parts[symbol % SYMBOLS] >> 16
    }

    /// The symbol that has this value, and its part.
    #[inline(always)]
    fn find(&self, slot: u16) -> (u8, Part) {
        // Each part that begins at the value or before it, but for the first.
        let begun = i16x16::splat(turned(slot)).simd_gt(self.below);
        let symbol = begun.to_bitmask().count_ones();
        (symbol as u8, self.parts[symbol as usize % SYMBOLS])
    }
}

/// A number with its upper bit turned.
const fn turned(number: u16) -> i16 {
    number as i16 ^ i16::MIN
}

/// What is left of a state after a symbol of this part.
#[inline(always)]
fn left(state: u32, part: Part) -> u32 {
    // Fits: the state's upper half is below 65536, and so is what is added to the product.
    (part >> 16) * (state >> 16) + (state & 0xFFFF) - (part & 0xFFFF)
}

/// A state, with `word` added if it was low; and whether it was.
#[inline(always)]
fn filled(state: u32, word: u16) -> (u32, bool) {
    // Without a branch: which way it would go, nothing foretells.
    let is_low = state < LEAST;
    let filled = state << 16 | u32::from(word);
    (if is_low { filled } else { state }, is_low)
}
