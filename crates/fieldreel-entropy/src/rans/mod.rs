//! Range asymmetric numeral systems (rANS): symbols to bytes and back.
//!
//! The coder is the range variant (rANS) of J. Duda, *Asymmetric numeral systems*,
//! arXiv:1311.2540, with frequencies that sum to 2^16, states of 32 bits and words of 16 bits.
//! Consecutive symbols use different states, the [lanes](MAX_LANES), so that a decoder can decode
//! several symbols at once. The encoder codes the last symbol first.

#[cfg(target_arch = "x86_64")]
mod avx2;
mod decode;
mod encode;

pub use decode::RansDecoder;
pub use encode::{EncoderSymbol, RansEncoder};

use wide::i16x16;

/// The number of symbols of the alphabet.
pub const SYMBOLS: usize = 16;

/// The maximum number of lanes, the states that consecutive symbols use in turn.
pub const MAX_LANES: usize = 2 * VECTOR_LEN;

/// The number of symbols that are decoded at once, each on its own lane.
pub const VECTOR_LEN: usize = 8;

/// The smallest state between symbols.
const MIN_STATE: u32 = 1 << 16;

/// A distribution of symbols: their cumulative frequencies in units of 1/65536.
///
/// ```
/// use fieldreel_entropy::FrequencyTable;
///
/// // Symbol 0 has three quarters of 0..65536, and the other 15 symbols have the rest.
/// let table = FrequencyTable::new(std::array::from_fn(|symbol| match symbol {
///     0 => 0,
///     _ => 49_152 + 1024 * (symbol as u16 - 1),
/// }));
/// assert_eq!((table.frequency(0), table.frequency(1)), (49_152, 1024));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct FrequencyTable {
    starts: [u16; SYMBOLS],
}

/// The start of a symbol's interval (its cumulative frequency) in the lower 16 bits, and its
/// frequency in the upper 16 bits.
pub(super) type PackedInterval = u32;

impl FrequencyTable {
    /// Creates a table from the starts of the symbols' intervals of 0..65536.
    ///
    /// The first start is 0, and the starts increase strictly.
    #[must_use]
    pub const fn new(starts: [u16; SYMBOLS]) -> Self {
        Self { starts }
    }

    /// Returns the frequency of a symbol, in units of 1/65536.
    #[must_use]
    pub fn frequency(&self, symbol: usize) -> u32 {
        self.interval(symbol) >> 16
    }

    /// Returns the interval of a symbol.
    fn interval(&self, symbol: usize) -> PackedInterval {
        let start = self.starts[symbol % SYMBOLS];
        // The end of the last interval, 65536, is 0 here, for which the wrapped difference is
        // right.
        u32::from(self.end(symbol).wrapping_sub(start)) << 16 | u32::from(start)
    }

    /// Returns the end of a symbol's interval, modulo 65536.
    fn end(&self, symbol: usize) -> u16 {
        self.starts.get(symbol % SYMBOLS + 1).copied().unwrap_or(0)
    }
}

/// The maximum number of contexts, each of which has its own distribution.
pub const MAX_CONTEXTS: usize = 256;

/// The distributions of all contexts, in a form that makes decoding fast.
///
/// See the example of [`RansEncoder`].
#[derive(Debug, Clone)]
pub struct DecoderTables {
    tables: Box<[DecoderTable; MAX_CONTEXTS]>,
}

/// A table in which a symbol is found quickly, aligned to cache lines.
#[derive(Debug, Clone, Copy)]
#[repr(align(128))]
struct DecoderTable {
    /// The last slot of each interval, with the sign bit flipped, so that signed comparisons order
    /// the slots. The last slot of the last symbol is the largest one, which no slot exceeds.
    last_slots: i16x16,
    intervals: [PackedInterval; SYMBOLS],
}

impl DecoderTable {
    fn new(table: &FrequencyTable) -> Self {
        let last_slot = |symbol| flip_sign_bit(table.end(symbol).wrapping_sub(1));
        Self {
            last_slots: std::array::from_fn::<_, SYMBOLS, _>(last_slot).into(),
            intervals: std::array::from_fn(|symbol| table.interval(symbol)),
        }
    }
}

impl DecoderTables {
    /// Creates tables in which every context has the same distribution.
    #[must_use]
    pub fn new(table: &FrequencyTable) -> Self {
        Self {
            tables: Box::new([DecoderTable::new(table); MAX_CONTEXTS]),
        }
    }

    /// Sets the distribution of a context.
    pub fn set(&mut self, context: u8, table: &FrequencyTable) {
        self.tables[usize::from(context)] = DecoderTable::new(table);
    }

    /// Returns the symbol whose interval contains `slot`, and that interval.
    #[inline(always)]
    fn find(&self, context: u8, slot: u16) -> (u8, PackedInterval) {
        let table = &self.tables[usize::from(context)];
        // The symbol is the number of intervals that end before the slot.
        let is_after = i16x16::splat(flip_sign_bit(slot)).simd_gt(table.last_slots);
        let symbol = is_after.to_bitmask().count_ones();
        (symbol as u8, table.intervals[symbol as usize % SYMBOLS])
    }
}

/// Flips the highest bit, so that signed comparisons order unsigned numbers.
const fn flip_sign_bit(number: u16) -> i16 {
    number as i16 ^ i16::MIN
}

/// Removes a symbol with this interval from a state.
#[inline(always)]
fn pop_symbol(state: u32, interval: PackedInterval) -> u32 {
    // This cannot overflow: the upper half of the state is below 65536, as is the addend.
    (interval >> 16) * (state >> 16) + (state & 0xFFFF) - (interval & 0xFFFF)
}

/// Appends `word` to a state that is too small. Returns the state, and true if the word was used.
#[inline(always)]
fn renormalize(state: u32, word: u16) -> (u32, bool) {
    // This is not a branch, because it would be unpredictable.
    let is_low = state < MIN_STATE;
    let refilled = state << 16 | u32::from(word);
    (if is_low { refilled } else { state }, is_low)
}
