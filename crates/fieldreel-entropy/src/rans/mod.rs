//! Symbols of many kinds to bytes and back: asymmetric numeral systems with a range of 2^16.
//!
//! After J. Duda, *Asymmetric numeral systems*, arXiv:1311.2540, in the form "range", with states of 32 bits and words of
//! 16. Symbols take turns on several states ([lanes](LANES)), so that a reader need not end with one to begin the next. The
//! last symbol is encoded first, so [`RansEncoder`] keeps all of them until it finishes.

#[cfg(target_arch = "x86_64")]
mod avx2;
mod decode;
mod encode;

pub use decode::RansDecoder;
pub use encode::{EncoderPart, RansEncoder};

use wide::i16x16;

/// Kinds of symbols.
pub const SYMBOLS: usize = 16;

/// States that symbols may take turns on, at most.
pub const LANES: usize = 2 * RUN;

/// Symbols that are read at once, each on a lane of its own.
pub const RUN: usize = 8;

/// The least state between symbols.
const LEAST: u32 = 1 << 16;

/// How the 65536 values of a state's lowest 16 bits are shared among symbols.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    starts: [u16; SYMBOLS],
}

/// The start of a part and, in the upper half, its width.
pub(super) type Part = u32;

impl Table {
    /// The table where number `i` has the part from `starts[i]` to the next start. The first is 0, and each is above the
    /// one before.
    #[must_use]
    pub const fn new(starts: [u16; SYMBOLS]) -> Self {
        Self { starts }
    }

    /// How wide the part of a symbol is.
    #[must_use]
    pub fn width(&self, symbol: usize) -> u32 {
        self.part(symbol) >> 16
    }

    /// The part of a symbol.
    fn part(&self, symbol: usize) -> Part {
        let start = self.starts[symbol % SYMBOLS];
        // The end of the last is 65536, which is 0 here; the difference is right all the same.
        u32::from(self.next(symbol).wrapping_sub(start)) << 16 | u32::from(start)
    }

    /// Where the part after that of a symbol starts.
    fn next(&self, symbol: usize) -> u16 {
        self.starts.get(symbol % SYMBOLS + 1).copied().unwrap_or(0)
    }
}

/// Cases that have a table each.
pub const CASES: usize = 256;

/// The tables of all cases, as a reader wants them.
#[derive(Debug, Clone)]
pub struct Tables {
    all: Box<[SearchTable; CASES]>,
}

/// A table in which a symbol is quickly found; it begins where a line of the cache does.
#[derive(Debug, Clone, Copy)]
#[repr(align(128))]
struct SearchTable {
    /// One less than the start of each part but the first, and as much as no value is above. Their upper bits are turned:
    /// compared with signs, they are in order.
    below: i16x16,
    parts: [Part; SYMBOLS],
}

impl SearchTable {
    fn new(table: &Table) -> Self {
        let below = |symbol| turned(table.next(symbol).wrapping_sub(1));
        Self {
            below: std::array::from_fn::<_, SYMBOLS, _>(below).into(),
            parts: std::array::from_fn(|symbol| table.part(symbol)),
        }
    }
}

impl Tables {
    /// The same table for all cases.
    #[must_use]
    pub fn new(table: &Table) -> Self {
        Self {
            all: Box::new([SearchTable::new(table); CASES]),
        }
    }

    /// Sets the table of a case.
    pub fn set(&mut self, case: u8, table: &Table) {
        self.all[usize::from(case)] = SearchTable::new(table);
    }

    /// The symbol that has this value, and its part.
    #[inline(always)]
    fn find(&self, case: u8, slot: u16) -> (u8, Part) {
        let table = &self.all[usize::from(case)];
        // Each part that begins at the value or before it, but for the first.
        let begun = i16x16::splat(turned(slot)).simd_gt(table.below);
        let symbol = begun.to_bitmask().count_ones();
        (symbol as u8, table.parts[symbol as usize % SYMBOLS])
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
