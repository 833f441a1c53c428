//! The rANS encoder.

use super::{FrequencyTable, MAX_LANES, MIN_STATE, PackedInterval};

/// A symbol's interval in the form that the encoder needs to encode without a division.
///
/// See the example of [`RansEncoder`].
#[derive(Clone, Copy, Debug, Default)]
pub struct EncoderSymbol {
    /// The quotient of 2^64 by the frequency, rounded up; 2^64 − 1 for a frequency of 1.
    reciprocal: u64,
    /// The start of the interval. For a frequency of 1, `complement` is added, because the
    /// quotient is too small by 1.
    bias: u32,
    /// The difference between 65536 and the frequency.
    complement: u32,
    frequency: u32,
}

impl EncoderSymbol {
    pub(super) fn new(interval: PackedInterval) -> Self {
        let (start, frequency) = (interval & 0xFFFF, interval >> 16);
        let complement = (1 << 16) - frequency;
        match frequency {
            0 => Self::default(),
            1 => Self {
                reciprocal: u64::MAX,
                bias: start + complement,
                complement,
                frequency,
            },
            _ => Self {
                reciprocal: u64::MAX / u64::from(frequency) + 1,
                bias: start,
                complement,
                frequency,
            },
        }
    }
}

impl FrequencyTable {
    /// Returns a symbol in the form that the encoder needs.
    #[must_use]
    pub fn encoder_symbol(&self, symbol: usize) -> EncoderSymbol {
        EncoderSymbol::new(self.interval(symbol))
    }
}

/// An encoder of symbols. The last symbol is encoded first.
///
/// ```
/// use fieldreel_entropy::{DecoderTables, FrequencyTable, RansDecoder, RansEncoder, SYMBOLS};
///
/// let table = FrequencyTable::new(std::array::from_fn(|symbol| 4096 * symbol as u16));
/// let symbols: [_; SYMBOLS] = std::array::from_fn(|symbol| table.encoder_symbol(symbol));
/// let mut encoder = RansEncoder::default();
/// encoder.encode((0, 1), &symbols, &[3, 1, 4]);
/// let bytes = encoder.finish(1);
///
/// let (mut decoder, tables) = (RansDecoder::new(&bytes, 1), DecoderTables::new(&table));
/// assert_eq!([(); 3].map(|()| decoder.decode(0, &tables, 0)), [3, 1, 4]);
/// ```
#[derive(Debug)]
pub struct RansEncoder {
    states: [u32; MAX_LANES],
    /// The words, last one first. Those from index `count` on are unused.
    words: Vec<u16>,
    count: usize,
}

impl Default for RansEncoder {
    fn default() -> Self {
        Self {
            states: [MIN_STATE; MAX_LANES],
            words: Vec::new(),
            count: 0,
        }
    }
}

impl RansEncoder {
    /// Encodes symbols, the last one first. Each is an index in `table`.
    ///
    /// The symbol at index `i` uses lane `(lane + i) % lanes`. `lanes` is a power of 2 up to
    /// [`MAX_LANES`].
    #[inline(always)]
    pub fn encode<const N: usize>(
        &mut self,
        (lane, lanes): (usize, usize),
        table: &[EncoderSymbol; N],
        symbols: &[u16],
    ) {
        debug_assert!(lanes.is_power_of_two() && lanes <= MAX_LANES && N.is_power_of_two());
        self.words.resize(self.count + symbols.len(), 0);
        let words = &mut self.words[self.count..];
        let mut count = 0;
        for (at, &symbol) in symbols.iter().enumerate().rev() {
            let symbol = &table[usize::from(symbol) % N];
            let state = &mut self.states[(lane + at) & (lanes - 1) & (MAX_LANES - 1)];
            // This is not a branch, because it would be unpredictable.
            let is_high = *state >> 16 >= symbol.frequency;
            if let Some(word) = words.get_mut(count) {
                *word = *state as u16;
            }
            count += usize::from(is_high);
            let renormalized = if is_high { *state >> 16 } else { *state };
            let quotient = (u128::from(renormalized) * u128::from(symbol.reciprocal)) >> 64;
            // This equals quotient · 65536 + remainder + start.
            *state = renormalized
                .wrapping_add(symbol.bias)
                .wrapping_add((quotient as u32).wrapping_mul(symbol.complement));
        }
        self.count += count;
    }

    /// Returns the bytes. `lanes` is the number of lanes of all calls of [`encode`](Self::encode).
    #[must_use]
    pub fn finish(self, lanes: usize) -> Vec<u8> {
        let words = self.words[..self.count].iter().rev();
        let words = words.flat_map(|word| word.to_le_bytes());
        let states = self.states.into_iter().take(lanes);
        states.flat_map(u32::to_le_bytes).chain(words).collect()
    }
}
