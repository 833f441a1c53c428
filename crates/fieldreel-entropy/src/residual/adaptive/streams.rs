//! The streams of the adaptive coder: parameters, raw bits, and symbols with their distributions.

use wide::u16x16;

use crate::residual::{escape, substreams};
use crate::{
    BinaryCoder, BitReader, BitWriter, CorruptStream, RangeDecoder, RangeEncoder, SYMBOLS,
};

/// The number of intervals that are encoded together, the last one first.
const BLOCK_LEN: usize = 1 << 20;

/// The smallest state between symbols.
const MIN_STATE: u32 = 1 << 16;

/// The streams of the adaptive coder, in either direction.
///
/// An encoder writes and returns the values that it is given; a decoder ignores them and returns
/// the values that were written.
///
/// See the example of [`AdaptiveCoder`](super::AdaptiveCoder).
pub trait ResidualStreams {
    /// The coder of parameters.
    type Decisions: BinaryCoder;

    /// Returns the coder of parameters.
    fn decisions(&mut self) -> &mut Self::Decisions;

    /// Codes one of [`SYMBOLS`] symbols.
    ///
    /// `starts` are the starts of the symbols' intervals of 0..65536. The first start is 0, and
    /// the starts increase strictly.
    fn code_symbol(&mut self, symbol: usize, starts: &[u16; SYMBOLS]) -> usize;

    /// Codes the lowest `count` bits of a number, up to 56, with equal probabilities.
    fn code_bits(&mut self, value: u64, count: u32) -> u64;

    /// Codes the excess of a residual outside the alphabet: the number of residuals outside the
    /// alphabet that precede it in the order 0, −1, 1, −2, 2, …
    fn code_escape(&mut self, excess: u64) -> u64;
}

/// A writer of the streams of the adaptive coder.
///
/// See the example of [`AdaptiveCoder`](super::AdaptiveCoder).
#[derive(Debug)]
pub struct ResidualStreamWriter {
    decisions: RangeEncoder,
    bits: BitWriter,
    /// The intervals that are not encoded yet: the start, and the frequency in the upper 16 bits.
    intervals: Vec<u32>,
    bytes: Vec<u8>,
}

impl ResidualStreamWriter {
    pub(super) fn new() -> Self {
        Self {
            decisions: RangeEncoder::new(),
            bits: BitWriter::default(),
            intervals: Vec::new(),
            bytes: Vec::new(),
        }
    }

    #[inline(always)]
    fn push_interval(&mut self, start: u32, frequency: u32) {
        if self.intervals.len() == BLOCK_LEN {
            self.flush();
        }
        self.intervals.push(frequency << 16 | start);
    }

    /// Encodes a block of intervals.
    fn flush(&mut self) {
        let mut words = vec![0_u16; self.intervals.len()];
        let mut count = 0;
        let mut state = MIN_STATE;
        for interval in self.intervals.drain(..).rev() {
            let (start, frequency) = (interval & 0xFFFF, (interval >> 16).max(1));
            // This is not a branch, because it would be unpredictable.
            let is_high = state >> 16 >= frequency;
            if let Some(word) = words.get_mut(count) {
                *word = state as u16;
            }
            count += usize::from(is_high);
            state = if is_high { state >> 16 } else { state };
            state = ((state / frequency) << 16) + state % frequency + start;
        }
        self.bytes.extend(state.to_le_bytes());
        let words = words[..count].iter().rev();
        self.bytes.extend(words.flat_map(|word| word.to_le_bytes()));
    }

    /// Returns the written bytes.
    pub(super) fn finish(mut self) -> Vec<u8> {
        if !self.intervals.is_empty() {
            self.flush();
        }
        let mut bytes = Vec::new();
        let streams = [self.decisions.finish(), self.bits.finish(), self.bytes];
        substreams::write(&mut bytes, streams);
        bytes
    }
}

impl ResidualStreams for ResidualStreamWriter {
    type Decisions = RangeEncoder;

    fn decisions(&mut self) -> &mut RangeEncoder {
        &mut self.decisions
    }

    #[inline(always)]
    fn code_symbol(&mut self, symbol: usize, starts: &[u16; SYMBOLS]) -> usize {
        let start = u32::from(starts[symbol % SYMBOLS]);
        let end = starts
            .get(symbol % SYMBOLS + 1)
            .map_or(1 << 16, |&next| u32::from(next));
        self.push_interval(start, end - start);
        symbol
    }

    #[inline(always)]
    fn code_bits(&mut self, value: u64, count: u32) -> u64 {
        self.bits.write(value, count);
        value
    }

    fn code_escape(&mut self, excess: u64) -> u64 {
        escape::write(&mut self.bits, excess);
        excess
    }
}

impl BinaryCoder for ResidualStreamWriter {
    #[inline(always)]
    fn code(&mut self, bit: bool, p: u32) -> bool {
        let zero_frequency = (1 << 16) - p;
        match bit {
            true => self.push_interval(zero_frequency, p),
            false => self.push_interval(0, zero_frequency),
        }
        bit
    }
}

/// A reader of the streams of the adaptive coder. Past the end of its bytes, it reads zeros.
///
/// See the example of [`AdaptiveCoder`](super::AdaptiveCoder).
#[derive(Debug)]
pub struct ResidualStreamReader<'a> {
    decisions: RangeDecoder<'a>,
    bits: BitReader,
    state: u32,
    /// The number of remaining intervals of the block.
    remaining: usize,
    words: std::slice::Iter<'a, [u8; 2]>,
}

impl<'a> ResidualStreamReader<'a> {
    /// Creates a reader of these bytes.
    ///
    /// # Errors
    /// [`CorruptStream`] if the lengths of the substreams are malformed or too large.
    pub(super) fn new(bytes: &'a [u8]) -> Result<Self, CorruptStream> {
        let [decisions, bits, symbols] = substreams::read(bytes)?;
        Ok(Self {
            decisions: RangeDecoder::new(decisions),
            bits: BitReader::new(bits),
            state: MIN_STATE,
            remaining: 0,
            words: symbols.as_chunks().0.iter(),
        })
    }

    #[inline(always)]
    fn next_word(&mut self) -> u32 {
        let word = self.words.next().copied().unwrap_or_default();
        u16::from_le_bytes(word).into()
    }

    /// Returns the lowest 16 bits of the state, after beginning a block if the current one is
    /// complete.
    #[inline(always)]
    fn slot(&mut self) -> u32 {
        if self.remaining == 0 {
            self.begin_block();
        }
        self.remaining -= 1;
        self.state & 0xFFFF
    }

    #[cold]
    fn begin_block(&mut self) {
        self.state = (self.next_word() | self.next_word() << 16).max(MIN_STATE);
        self.remaining = BLOCK_LEN;
    }

    /// Removes the symbol with this interval from the state.
    #[inline(always)]
    fn pop_symbol(&mut self, start: u32, frequency: u32) {
        // This cannot overflow: the upper half of the state is below 65536, and the interval
        // contains the lower half.
        self.state = frequency * (self.state >> 16) + (self.state & 0xFFFF) - start;
        if self.state < MIN_STATE {
            self.state = self.state << 16 | self.next_word();
        }
    }
}

impl<'a> ResidualStreams for ResidualStreamReader<'a> {
    type Decisions = RangeDecoder<'a>;

    fn decisions(&mut self) -> &mut RangeDecoder<'a> {
        &mut self.decisions
    }

    #[inline(always)]
    fn code_symbol(&mut self, _: usize, starts: &[u16; SYMBOLS]) -> usize {
        let slot = self.slot();
        // The symbol is one less than the number of intervals that start at the slot or before it.
        let is_started = u16x16::new(*starts).saturating_sub(u16x16::splat(slot as u16));
        let is_started = is_started.simd_eq(u16x16::splat(0)).to_bitmask();
        let symbol = (is_started.count_ones() as usize).wrapping_sub(1) % SYMBOLS;
        let start = u32::from(starts[symbol]);
        let end = starts
            .get(symbol + 1)
            .map_or(1 << 16, |&next| u32::from(next));
        self.pop_symbol(start, end - start);
        symbol
    }

    #[inline(always)]
    fn code_bits(&mut self, _: u64, count: u32) -> u64 {
        self.bits.read(count)
    }

    fn code_escape(&mut self, _: u64) -> u64 {
        escape::read(&mut self.bits)
    }
}

impl BinaryCoder for ResidualStreamReader<'_> {
    #[inline(always)]
    fn code(&mut self, _: bool, p: u32) -> bool {
        let zero_frequency = (1 << 16) - p;
        let bit = self.slot() >= zero_frequency;
        match bit {
            true => self.pop_symbol(zero_frequency, p),
            false => self.pop_symbol(0, zero_frequency),
        }
        bit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_round_trip_across_blocks() {
        let starts = std::array::from_fn(|i| (i * i * 250) as u16);
        let bit = |at: usize| at % 7 == 3;
        let symbol = |at: usize| at * at % 31 % SYMBOLS;
        let p = |at: usize| 1 + (at * 7919 % 65_535) as u32;
        let mut writer = ResidualStreamWriter::new();
        let count = BLOCK_LEN + 1000;
        for at in 0..count {
            writer.code(bit(at), p(at));
            writer.code_symbol(symbol(at), &starts);
        }
        let bytes = writer.finish();
        let mut reader = ResidualStreamReader::new(&bytes).unwrap();
        for at in 0..count {
            assert_eq!(reader.code(false, p(at)), bit(at));
            assert_eq!(reader.code_symbol(0, &starts), symbol(at));
        }
        assert!(reader.words.len() == 0);
    }
}
