//! Symbols of many kinds to bytes and back: asymmetric numeral systems with a range of 2^16.
//!
//! After J. Duda, *Asymmetric numeral systems*, arXiv:1311.2540, in the form "range", one state of 32 bits and words
//! of 16. The last symbol is encoded first, so [`RansEncoder`] keeps all of them until it finishes.

use wide::i16x16;

/// Codes symbols, in one direction or the other.
pub(crate) trait SymbolCoder {
    /// Codes one symbol of [`SYMBOLS`], of which number `i` has the part from `starts[i]` to the next start of the 65536.
    ///
    /// The first start is 0, and each is above the one before. An encoder writes `symbol`; a decoder ignores it
    /// and gives the symbol that was written.
    fn symbol(&mut self, symbol: usize, starts: Starts) -> usize;

    /// Codes the lowest `count` bits of `value`, up to 16, as equally probable.
    fn bits(&mut self, value: u32, count: u32) -> u32;
}

/// Kinds of symbols.
pub(crate) const SYMBOLS: usize = 16;

/// Where the part of each symbol starts: 16 bits without a sign.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Starts(pub(crate) i16x16);

/// The least state between symbols.
const LEAST: u32 = 1 << 16;

/// The part of the 65536 that a symbol has: its start and its width.
#[inline(always)]
fn part(symbol: usize, starts: Starts) -> (u16, u16) {
    let mut ends = [0; SYMBOLS + 1];
    ends[..SYMBOLS].copy_from_slice(&starts.0.to_array());
    let start = ends[symbol % SYMBOLS] as u16;
    // The end of the last is 65536, which is 0 here; the difference is right all the same.
    let end = ends[symbol % SYMBOLS + 1] as u16;
    (start, end.wrapping_sub(start))
}

/// Keeps symbols, and writes them when it finishes.
#[derive(Debug, Default)]
pub(crate) struct RansEncoder {
    parts: Vec<(u16, u16)>,
}

impl RansEncoder {
    /// The bytes.
    pub(crate) fn finish(self) -> Vec<u8> {
        let mut state = LEAST;
        let mut words = Vec::new();
        for (start, width) in self.parts.into_iter().rev() {
            let (start, width) = (u32::from(start), u32::from(width));
            // A width of 0 would be a symbol that has no part.
            let width = width.max(1);
            if state >> 16 >= width {
                words.push(state as u16);
                state >>= 16;
            }
            state = ((state / width) << 16) + state % width + start;
        }
        let words = words.into_iter().rev().flat_map(u16::to_le_bytes);
        state.to_le_bytes().into_iter().chain(words).collect()
    }
}

impl SymbolCoder for RansEncoder {
    #[inline]
    fn symbol(&mut self, symbol: usize, starts: Starts) -> usize {
        self.parts.push(part(symbol, starts));
        symbol
    }

    #[inline]
    fn bits(&mut self, value: u32, count: u32) -> u32 {
        let value = value & ((1 << count) - 1);
        if count > 0 {
            let shift = 16 - count;
            self.parts.push(((value << shift) as u16, 1 << shift));
        }
        value
    }
}

/// Reads symbols.
#[derive(Debug)]
pub(crate) struct RansDecoder {
    state: u32,
    words: Vec<u16>,
    next: usize,
}

impl RansDecoder {
    /// A decoder of what a [`RansEncoder`] wrote. Beyond the end it reads zeros.
    pub(crate) fn new(bytes: &[u8]) -> Self {
        let (state, bytes) = match bytes.split_first_chunk() {
            Some((state, bytes)) => (u32::from_le_bytes(*state), bytes),
            None => (LEAST, bytes),
        };
        let (words, _) = bytes.as_chunks();
        Self {
            state: state.max(LEAST),
            words: words.iter().map(|&word| u16::from_le_bytes(word)).collect(),
            next: 0,
        }
    }

    /// Takes a symbol of this part out of the state.
    #[inline(always)]
    fn take(&mut self, start: u32, width: u32) {
        // Fits: the state's upper half is below 65536, and so is what is added to the product.
        let slot = self.state & 0xFFFF;
        let state = width * (self.state >> 16) + slot - start;
        // Without a branch: which way it would go, nothing foretells.
        let word = self.words.get(self.next).copied().unwrap_or(0);
        let is_low = state < LEAST;
        self.next += usize::from(is_low);
        self.state = if is_low {
            state << 16 | u32::from(word)
        } else {
            state
        };
    }
}

impl SymbolCoder for RansDecoder {
    #[inline(always)]
    fn symbol(&mut self, _: usize, starts: Starts) -> usize {
        let slot = self.state as u16;
        // Compared with signs, which turns their upper halves.
        let turned = starts.0 ^ i16x16::splat(i16::MIN);
        let above = turned.simd_gt(i16x16::splat(slot as i16 ^ i16::MIN));
        // The first start is 0 and never above; one past the last always is.
        let symbol = (above.to_bitmask() | 1 << SYMBOLS).trailing_zeros() as usize - 1;
        let (start, width) = part(symbol, starts);
        self.take(start.into(), width.into());
        symbol
    }

    #[inline(always)]
    fn bits(&mut self, _: u32, count: u32) -> u32 {
        if count == 0 {
            return 0;
        }
        let shift = 16 - count;
        let value = (self.state & 0xFFFF) >> shift;
        self.take(value << shift, 1 << shift);
        value
    }
}
