//! The streams of the adaptive coder: decisions and symbols of which distributions are known when they are coded.

use wide::u16x16;

use crate::residual::{escape, parts};
use crate::{
    BinaryCoder, BitReader, BitWriter, CorruptStream, RangeDecoder, RangeEncoder, SYMBOLS,
};

/// The number of choices that are encoded at once, the last one first.
const BLOCK: usize = 1 << 20;

/// The least state between choices.
const LEAST: u32 = 1 << 16;

/// Codes choices in one direction: an encoder writes what it is given, a decoder ignores it and returns what was written.
pub trait Streams {
    /// The coder of parameters.
    type Decisions: BinaryCoder;

    /// Returns the coder of parameters.
    fn decisions(&mut self) -> &mut Self::Decisions;

    /// Codes one of [`SYMBOLS`] symbols. Each has the part of 65536 from the start in its place to the next one. The first is
    /// 0, and each is above the one before.
    fn symbol(&mut self, symbol: usize, starts: &u16x16) -> usize;

    /// Codes the lowest `count` bits of a number, up to 56, as equally probable.
    fn bits(&mut self, value: u64, count: u32) -> u64;

    /// Codes the distance of a residual beyond the symbols.
    fn escape(&mut self, beyond: u64) -> u64;
}

/// Writes choices.
#[derive(Debug)]
pub struct Writer {
    decisions: RangeEncoder,
    bits: BitWriter,
    /// The choices that are not encoded yet: the start of a part and, in the upper half, its width.
    choices: Vec<u32>,
    bytes: Vec<u8>,
}

impl Writer {
    pub(super) fn new() -> Self {
        Self {
            decisions: RangeEncoder::new(),
            bits: BitWriter::default(),
            choices: Vec::new(),
            bytes: Vec::new(),
        }
    }

    #[inline(always)]
    fn choose(&mut self, start: u32, width: u32) {
        if self.choices.len() == BLOCK {
            self.flush();
        }
        self.choices.push(width << 16 | start);
    }

    /// Encodes the choices that are not encoded yet.
    fn flush(&mut self) {
        let mut words = vec![0_u16; self.choices.len()];
        let mut count = 0;
        let mut state = LEAST;
        for choice in self.choices.drain(..).rev() {
            let (start, width) = (choice & 0xFFFF, (choice >> 16).max(1));
            // Without a branch: which way it would go, nothing foretells.
            let is_high = state >> 16 >= width;
            if let Some(word) = words.get_mut(count) {
                *word = state as u16;
            }
            count += usize::from(is_high);
            state = if is_high { state >> 16 } else { state };
            state = ((state / width) << 16) + state % width + start;
        }
        self.bytes.extend(state.to_le_bytes());
        let words = words[..count].iter().rev();
        self.bytes.extend(words.flat_map(|word| word.to_le_bytes()));
    }

    /// Returns the bytes of everything that was written.
    pub(super) fn finish(mut self) -> Vec<u8> {
        if !self.choices.is_empty() {
            self.flush();
        }
        let mut bytes = Vec::new();
        let parts = [self.decisions.finish(), self.bits.finish(), self.bytes];
        parts::write(&mut bytes, parts);
        bytes
    }
}

impl Streams for Writer {
    type Decisions = RangeEncoder;

    fn decisions(&mut self) -> &mut RangeEncoder {
        &mut self.decisions
    }

    #[inline(always)]
    fn symbol(&mut self, symbol: usize, starts: &u16x16) -> usize {
        let starts = starts.as_array();
        let start = u32::from(starts[symbol % SYMBOLS]);
        let end = starts
            .get(symbol % SYMBOLS + 1)
            .map_or(1 << 16, |&next| u32::from(next));
        self.choose(start, end - start);
        symbol
    }

    #[inline(always)]
    fn bits(&mut self, value: u64, count: u32) -> u64 {
        self.bits.write(value, count);
        value
    }

    fn escape(&mut self, beyond: u64) -> u64 {
        escape::write(&mut self.bits, beyond);
        beyond
    }
}

impl BinaryCoder for Writer {
    #[inline(always)]
    fn code(&mut self, bit: bool, p: u32) -> bool {
        let zeros = (1 << 16) - p;
        match bit {
            true => self.choose(zeros, p),
            false => self.choose(0, zeros),
        }
        bit
    }
}

/// Reads choices. Beyond the end of the bytes it reads zeros.
#[derive(Debug)]
pub struct Reader<'a> {
    decisions: RangeDecoder<'a>,
    bits: BitReader,
    state: u32,
    /// The number of choices that are left of the block.
    left: usize,
    words: std::slice::Iter<'a, [u8; 2]>,
}

impl<'a> Reader<'a> {
    /// Creates a reader of these bytes.
    ///
    /// # Errors
    /// [`CorruptStream`] if the bytes end before the parts whose lengths they state.
    pub(super) fn new(bytes: &'a [u8]) -> Result<Self, CorruptStream> {
        let [decisions, bits, choices] = parts::read(bytes)?;
        Ok(Self {
            decisions: RangeDecoder::new(decisions),
            bits: BitReader::new(bits),
            state: LEAST,
            left: 0,
            words: choices.as_chunks().0.iter(),
        })
    }

    #[inline(always)]
    fn word(&mut self) -> u32 {
        let word = self.words.next().copied().unwrap_or_default();
        u16::from_le_bytes(word).into()
    }

    /// Begins a block where one ends, and returns the lowest 16 bits of the state.
    #[inline(always)]
    fn slot(&mut self) -> u32 {
        if self.left == 0 {
            self.begin();
        }
        self.left -= 1;
        self.state & 0xFFFF
    }

    #[cold]
    fn begin(&mut self) {
        self.state = (self.word() | self.word() << 16).max(LEAST);
        self.left = BLOCK;
    }

    /// Takes the part that was chosen out of the state.
    #[inline(always)]
    fn take(&mut self, start: u32, width: u32) {
        // Fits: the upper half of the state is below 65536, and the part holds its lower half.
        self.state = width * (self.state >> 16) + (self.state & 0xFFFF) - start;
        if self.state < LEAST {
            self.state = self.state << 16 | self.word();
        }
    }
}

impl<'a> Streams for Reader<'a> {
    type Decisions = RangeDecoder<'a>;

    fn decisions(&mut self) -> &mut RangeDecoder<'a> {
        &mut self.decisions
    }

    #[inline(always)]
    fn symbol(&mut self, _: usize, starts: &u16x16) -> usize {
        let slot = self.slot();
        // Each part that begins at the slot or before it. The first always does.
        let begun = starts.saturating_sub(u16x16::splat(slot as u16));
        let begun = begun.simd_eq(u16x16::splat(0)).to_bitmask();
        let symbol = (begun.count_ones() as usize).wrapping_sub(1) % SYMBOLS;
        let starts = starts.as_array();
        let start = u32::from(starts[symbol]);
        let end = starts
            .get(symbol + 1)
            .map_or(1 << 16, |&next| u32::from(next));
        self.take(start, end - start);
        symbol
    }

    #[inline(always)]
    fn bits(&mut self, _: u64, count: u32) -> u64 {
        self.bits.read(count)
    }

    fn escape(&mut self, _: u64) -> u64 {
        escape::read(&mut self.bits)
    }
}

impl BinaryCoder for Reader<'_> {
    #[inline(always)]
    fn code(&mut self, _: bool, p: u32) -> bool {
        let zeros = (1 << 16) - p;
        let bit = self.slot() >= zeros;
        match bit {
            true => self.take(zeros, p),
            false => self.take(0, zeros),
        }
        bit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_come_back_across_blocks() {
        let starts = u16x16::new(std::array::from_fn(|i| (i * i * 250) as u16));
        let bit = |at: usize| at % 7 == 3;
        let symbol = |at: usize| at * at % 31 % SYMBOLS;
        let p = |at: usize| 1 + (at * 7919 % 65_535) as u32;
        let mut writer = Writer::new();
        let count = BLOCK + 1000;
        for at in 0..count {
            writer.code(bit(at), p(at));
            writer.symbol(symbol(at), &starts);
        }
        let bytes = writer.finish();
        let mut reader = Reader::new(&bytes).unwrap();
        for at in 0..count {
            assert_eq!(reader.code(false, p(at)), bit(at));
            assert_eq!(reader.symbol(0, &starts), symbol(at));
        }
        assert!(reader.words.len() == 0);
    }
}
