//! The rANS decoder.

#[cfg(target_arch = "x86_64")]
use super::avx2;
use super::{DecoderTables, MAX_LANES, MIN_STATE, VECTOR_LEN, pop_symbol, renormalize};

/// A decoder of symbols. Past the end of its bytes, it reads zeros.
///
/// See the example of [`RansEncoder`](super::RansEncoder).
#[derive(Debug)]
pub struct RansDecoder {
    /// The states of the lanes, in vectors that are used in turn.
    states: [[u32; VECTOR_LEN]; MAX_LANES / VECTOR_LEN],
    #[cfg(target_arch = "x86_64")]
    simd: Option<avx2::Simd>,
    /// The number of lanes, a power of two, minus one.
    last_lane: usize,
    /// All words, padded with as many zeros as are read at once.
    words: Vec<u16>,
    next: usize,
}

impl RansDecoder {
    /// Creates a decoder of the bytes of a [`RansEncoder`](super::RansEncoder) with as many lanes.
    #[must_use]
    pub fn new(mut bytes: &[u8], lanes: usize) -> Self {
        let mut states = [[MIN_STATE; VECTOR_LEN]; MAX_LANES / VECTOR_LEN];
        for state in states.as_flattened_mut().iter_mut().take(lanes) {
            if let Some((first, rest)) = bytes.split_first_chunk() {
                *state = u32::from_le_bytes(*first).max(MIN_STATE);
                bytes = rest;
            }
        }
        let (words, _) = bytes.as_chunks();
        let words = words.iter().map(|&word| u16::from_le_bytes(word));
        Self {
            states,
            #[cfg(target_arch = "x86_64")]
            simd: avx2::Simd::try_new(),
            last_lane: lanes.clamp(1, MAX_LANES) - 1,
            words: words.chain([0; VECTOR_LEN]).collect(),
            next: 0,
        }
    }

    /// Decodes `count` symbols, each with the distribution of its context.
    ///
    /// `contexts` and `symbols` have `count` elements, rounded up to whole vectors. Symbols after
    /// the first `count` are unspecified. The first symbol uses lane `lane`, a multiple of
    /// [`VECTOR_LEN`], and the next ones use the next lanes.
    ///
    /// ```
    /// # use fieldreel_entropy::{FrequencyTable, RansEncoder, SYMBOLS};
    /// use fieldreel_entropy::{DecoderTables, MAX_LANES, RansDecoder};
    ///
    /// # let table = FrequencyTable::new(std::array::from_fn(|symbol| 4096 * symbol as u16));
    /// # let symbols: [_; SYMBOLS] = std::array::from_fn(|symbol| table.encoder_symbol(symbol));
    /// # let mut encoder = RansEncoder::default();
    /// # encoder.encode((0, MAX_LANES), &symbols, &[3, 1, 4, 1, 5, 9, 2, 6, 5]);
    /// # let bytes = encoder.finish(MAX_LANES);
    /// // The symbols 3, 1, 4, 1, 5, 9, 2, 6 and 5 were encoded on all lanes.
    /// let mut decoder = RansDecoder::new(&bytes, MAX_LANES);
    /// let (contexts, mut symbols) = ([[0; 8]; 2], [[0; 8]; 2]);
    /// decoder.decode_vectors(0, &DecoderTables::new(&table), (&contexts, 9), &mut symbols);
    /// assert_eq!(symbols[0], [3, 1, 4, 1, 5, 9, 2, 6]);
    /// assert_eq!(symbols[1][0], 5);
    /// ```
    #[inline(always)]
    pub fn decode_vectors(
        &mut self,
        lane: usize,
        tables: &DecoderTables,
        (contexts, count): (&[[u8; VECTOR_LEN]], usize),
        symbols: &mut [[u8; VECTOR_LEN]],
    ) {
        if self.last_lane + 1 < MAX_LANES {
            let pairs = contexts
                .as_flattened()
                .iter()
                .zip(symbols.as_flattened_mut());
            for (lane, (&context, symbol)) in (lane..lane + count).zip(pairs) {
                *symbol = self.decode(lane, tables, context);
            }
            return;
        }
        // Consecutive vectors use different lanes, so that they do not depend on each other.
        let is_odd = lane / VECTOR_LEN % 2 == 1;
        if is_odd {
            self.states.reverse();
        }
        let words = self.words.get(self.next..).unwrap_or_default();
        #[cfg(target_arch = "x86_64")]
        let used = match self.simd {
            Some(simd) => {
                let contexts = (contexts, count);
                avx2::decode_vectors(simd, &mut self.states, words, tables, contexts, symbols)
            }
            None => decode_vectors(&mut self.states, words, tables, (contexts, count), symbols),
        };
        #[cfg(not(target_arch = "x86_64"))]
        let used = decode_vectors(&mut self.states, words, tables, (contexts, count), symbols);
        self.next += used;
        if is_odd != (contexts.len() % 2 == 1) {
            self.states.reverse();
        }
    }

    /// Returns the same decoder without AVX2.
    #[cfg(test)]
    #[must_use]
    pub fn portable(self) -> Self {
        Self {
            #[cfg(target_arch = "x86_64")]
            simd: None,
            ..self
        }
    }

    /// Decodes a symbol on a lane, with the distribution of a context.
    #[inline(always)]
    pub fn decode(&mut self, lane: usize, tables: &DecoderTables, context: u8) -> u8 {
        let state = &mut self.states.as_flattened_mut()[(lane & self.last_lane) % MAX_LANES];
        let (symbol, interval) = tables.find(context, *state as u16);
        let word = self.words.get(self.next).copied().unwrap_or(0);
        let (renormalized, is_low) = renormalize(pop_symbol(*state, interval), word);
        *state = renormalized;
        self.next += usize::from(is_low);
        symbol
    }
}

/// Decodes `count` symbols, each with the distribution of its context, and returns the number of
/// `words` used. Past the end of `words` are zeros.
///
/// The vectors of symbols use the two vectors of `states` in turn, beginning with the first one,
/// and each symbol uses one state.
fn decode_vectors(
    states: &mut [[u32; VECTOR_LEN]; MAX_LANES / VECTOR_LEN],
    words: &[u16],
    tables: &DecoderTables,
    (contexts, count): (&[[u8; VECTOR_LEN]], usize),
    symbols: &mut [[u8; VECTOR_LEN]],
) -> usize {
    let mut used = 0;
    let vectors = contexts.iter().zip(symbols);
    for (start, (contexts, symbols)) in (0..count).step_by(VECTOR_LEN).zip(vectors) {
        let current = &mut states[0][..VECTOR_LEN.min(count - start)];
        // Each state is used once, so all symbols can be removed before any state is renormalized.
        for ((symbol, state), &context) in symbols.iter_mut().zip(&mut *current).zip(contexts) {
            let (found, interval) = tables.find(context, *state as u16);
            (*symbol, *state) = (found, pop_symbol(*state, interval));
        }
        for state in current {
            let word = words.get(used).copied().unwrap_or(0);
            let (renormalized, is_low) = renormalize(*state, word);
            *state = renormalized;
            used += usize::from(is_low);
        }
        states.reverse();
    }
    used
}
