//! The adaptive coder: a symbol for each residual, with adaptive distributions that are mixed.
//!
//! It produces fewer bytes than the quick coder, and is slower. Fifteen symbols are the values
//! nearest to 0. Near large residuals, they are the multiples of a power of 2 nearest to 0, and
//! the low bits are coded raw. The sixteenth symbol is an escape to any other residual. Three
//! distributions, each selected by a part of the context, are mixed with weights that adapt to
//! their accuracy. Near small residuals, a decision that the residual is not 0 precedes the
//! symbol, because its probability may be very small or very large. Blocks of residuals whose
//! neighbors are 0 have a common decision.

mod distributions;
mod streams;
mod zero_blocks;

use multiversion::multiversion;

use super::{
    ESCAPE, NEW_PARAMETER_MODELS, PARAMETER_MODELS, PASS_CONTEXTS, ParameterModels, Residual,
    ResidualCoder, RowContext, ZERO_SYMBOL, zigzag_decode, zigzag_encode,
};
use crate::{AdaptiveBit, BinaryCoder, CorruptStream, Mixer};
use distributions::{CONTEXTS_PER_MODEL, MODELS, MixedDistributions, WEIGHT_SETS};
pub use streams::{ResidualStreamReader, ResidualStreamWriter, ResidualStreams};
use zero_blocks::{BLOCK_LEN, ZeroBlocks};

/// The smallest weighted sum of neighboring magnitudes at which no decision precedes a symbol.
const MIN_DIRECT_TOTAL: i32 = 24;

/// The number of contexts of the weighted sum of neighboring magnitudes. The last one is that of
/// the sum 0 in a block of which a decision says that a residual is not 0.
const TOTAL_CONTEXTS: usize = 64;

/// The initial frequencies of symbols, in any unit.
const INITIAL_FREQUENCIES: [u32; 16] = [2, 3, 5, 8, 14, 25, 45, 55, 45, 25, 14, 8, 5, 3, 2, 2];

/// The initial frequencies of the symbols of residuals that are not 0, in any unit.
const INITIAL_NONZERO_FREQUENCIES: [u32; 16] = [1, 1, 1, 2, 4, 15, 90, 1, 90, 15, 4, 2, 1, 1, 1, 1];

/// A coder of residuals that uses a [`ResidualStreamWriter`] or a [`ResidualStreamReader`].
///
/// This example codes parameters; that of [`ResidualCoder`] codes residuals.
///
/// ```
/// use fieldreel_entropy::residual::ResidualCoder;
/// use fieldreel_entropy::residual::adaptive::{AdaptiveDecoder, AdaptiveEncoder};
///
/// let mut encoder = AdaptiveEncoder::encoder();
/// encoder.code_parameter(-5, 0);
/// encoder.code_bits(1000, 10);
/// let bytes = encoder.finish();
///
/// let mut decoder = AdaptiveDecoder::decoder(&bytes)?;
/// assert_eq!((decoder.code_parameter(0, 0), decoder.code_bits(0, 10)), (-5, 1000));
/// # Ok::<(), fieldreel_entropy::CorruptStream>(())
/// ```
#[derive(Debug)]
pub struct AdaptiveCoder<S> {
    streams: S,
    parameter_models: ParameterModels,
    noise_bits: u32,
    pass_context: usize,
    /// The probabilities that a residual is not 0, by context.
    nonzero_bits: Vec<AdaptiveBit>,
    mixer: Mixer<MODELS>,
    /// The distributions of the symbols of residuals that are not 0.
    nonzero_symbols: MixedDistributions,
    /// The distributions of the symbols that no decision precedes.
    symbols: MixedDistributions,
    zero_blocks: ZeroBlocks,
}

/// The adaptive encoder of residuals.
///
/// See the example of [`AdaptiveCoder`].
pub type AdaptiveEncoder = AdaptiveCoder<ResidualStreamWriter>;

/// The adaptive decoder of residuals. Past the end of its bytes, it reads zeros.
///
/// See the example of [`AdaptiveCoder`].
pub type AdaptiveDecoder<'a> = AdaptiveCoder<ResidualStreamReader<'a>>;

impl AdaptiveEncoder {
    /// Creates an encoder.
    #[must_use]
    pub fn encoder() -> Self {
        Self::new(ResidualStreamWriter::new())
    }

    /// Returns the encoded bytes.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        self.streams.finish()
    }
}

impl<'a> AdaptiveDecoder<'a> {
    /// Creates a decoder of these bytes.
    ///
    /// # Errors
    /// [`CorruptStream`] if the lengths of the substreams are malformed or too large.
    pub fn decoder(bytes: &'a [u8]) -> Result<Self, CorruptStream> {
        ResidualStreamReader::new(bytes).map(Self::new)
    }
}

impl<S> AdaptiveCoder<S> {
    fn new(streams: S) -> Self {
        Self {
            streams,
            parameter_models: NEW_PARAMETER_MODELS,
            noise_bits: 0,
            pass_context: 0,
            nonzero_bits: vec![AdaptiveBit::NEW; MODELS * CONTEXTS_PER_MODEL],
            mixer: Mixer::new(WEIGHT_SETS),
            nonzero_symbols: MixedDistributions::new(INITIAL_NONZERO_FREQUENCIES),
            symbols: MixedDistributions::new(INITIAL_FREQUENCIES),
            zero_blocks: ZeroBlocks::new(),
        }
    }
}

impl<S: ResidualStreams + BinaryCoder> AdaptiveCoder<S> {
    /// Codes the symbol of a residual. `total` is the weighted sum of the magnitudes of its
    /// neighbors.
    #[inline(always)]
    fn code_symbol(
        &mut self,
        symbol: usize,
        (total, weight_set): (i32, usize),
        contexts: &[usize; MODELS],
    ) -> usize {
        if total >= MIN_DIRECT_TOTAL {
            return self
                .symbols
                .code(&mut self.streams, symbol, weight_set, contexts);
        }
        let is_nonzero = symbol != ZERO_SYMBOL as usize;
        let (bits, mixer) = (&mut self.nonzero_bits, &mut self.mixer);
        if mixer.code(&mut self.streams, is_nonzero, weight_set, bits, contexts) {
            self.nonzero_symbols
                .code(&mut self.streams, symbol, weight_set, contexts)
        } else {
            ZERO_SYMBOL as usize
        }
    }

    /// Codes the residuals of a block, except for a decision on the whole block. `is_decided` is
    /// true if there was one. `left` are the two residuals before the block, and then those at its
    /// end.
    #[inline(always)]
    fn code_block<R: Residual>(
        &mut self,
        context: &RowContext<'_>,
        is_decided: bool,
        [left, second_left]: &mut [i32; 2],
        residuals: &mut [R],
    ) {
        let neighbor_signs = neighbor_signs(context);
        let (noise_bits, pass_context) = (self.noise_bits, self.pass_context);
        let inputs = context
            .activity
            .iter()
            .zip(context.before)
            .zip(&neighbor_signs);
        for (residual, ((&activity, &before), &signs)) in residuals.iter_mut().zip(inputs) {
            let total = i32::from(activity) / 4 + 3 * left.abs() + second_left.abs();
            let size = half_octave(total);
            let signs = 81 * (left.signum() + 1) as usize + usize::from(signs);
            let before_size = half_octave(i32::from(before).abs() + second_left.abs()).min(15);
            let (total_context, weight_set) = match is_decided && total == 0 {
                true => (TOTAL_CONTEXTS - 1, WEIGHT_SETS - 1),
                false => (
                    quarter_octave(total).min(TOTAL_CONTEXTS - 2),
                    (size / 2).min(WEIGHT_SETS - 1),
                ),
            };
            let contexts = [
                pass_context * TOTAL_CONTEXTS + total_context,
                CONTEXTS_PER_MODEL + ((signs << 2) | (size.min(11) / 3)),
                2 * CONTEXTS_PER_MODEL + (before_size << 5 | size.min(31)),
            ];
            let low_count = (size as u32).saturating_sub(9) / 2;
            let half = 1_i64 << low_count >> 1;
            let original = residual.to_i64();
            let shifted = (original >> noise_bits).wrapping_add(half);
            let given = shifted >> low_count;
            let symbol = match given.wrapping_add(ZERO_SYMBOL) {
                symbol @ 0..=14 => symbol as usize,
                _ => ESCAPE.into(),
            };
            let symbol = self.code_symbol(symbol, (total, weight_set), &contexts);
            let coded = if symbol == ESCAPE.into() {
                let excess = zigzag_encode(given).wrapping_sub(2 * ZERO_SYMBOL as u64 + 1);
                let excess = self.streams.code_escape(excess);
                zigzag_decode(excess.wrapping_add(2 * ZERO_SYMBOL as u64 + 1))
            } else {
                symbol as i64 - ZERO_SYMBOL
            };
            let low = self.streams.code_bits(shifted as u64, low_count) & ((1 << low_count) - 1);
            let scaled = (coded << low_count | low as i64).wrapping_sub(half);
            let noise = if noise_bits > 0 {
                self.streams.code_bits(original as u64, noise_bits) & ((1 << noise_bits) - 1)
            } else {
                0
            };
            *residual = R::from_i64(scaled << noise_bits | noise as i64);
            *second_left = *left;
            *left = scaled.clamp(-32_767, 32_767) as i32;
        }
    }
}

impl<S: ResidualStreams + BinaryCoder> ResidualCoder for AdaptiveCoder<S> {
    fn code_parameter(&mut self, value: i64, model: usize) -> i64 {
        let model = &mut self.parameter_models[model % PARAMETER_MODELS];
        let encoded = self
            .streams
            .decisions()
            .code_number(zigzag_encode(value), model);
        zigzag_decode(encoded)
    }

    fn code_bits(&mut self, value: u64, count: u32) -> u64 {
        self.streams.decisions().code_raw(value, count)
    }

    fn set_noise_bits(&mut self, bits: u32) {
        self.noise_bits = bits;
    }

    fn begin_pass(&mut self, context: usize) {
        self.pass_context = context % PASS_CONTEXTS;
        self.zero_blocks.begin_pass();
    }

    fn code_row<R: Residual>(&mut self, context: &RowContext<'_>, residuals: &mut [R]) {
        code_row(self, context, residuals);
    }

    fn end_pass(&mut self) {}
}

/// Codes the residuals of a row.
#[multiversion(targets("x86_64+avx2+bmi1+bmi2+lzcnt"))]
fn code_row<S: ResidualStreams + BinaryCoder, R: Residual>(
    coder: &mut AdaptiveCoder<S>,
    context: &RowContext<'_>,
    residuals: &mut [R],
) {
    let has_noise = coder.noise_bits > 0;
    coder.zero_blocks.begin_row(context.activity);
    let mut left = [0; 2];
    for (block, residuals) in residuals.chunks_mut(BLOCK_LEN).enumerate() {
        let is_decided = !has_noise && coder.zero_blocks.has_decision(block);
        if is_decided {
            let mut is_nonzero = false;
            for &residual in &*residuals {
                is_nonzero |= residual != R::default();
            }
            let (streams, at) = (&mut coder.streams, (coder.pass_context, block));
            if !coder.zero_blocks.code(streams, is_nonzero, at, left) {
                residuals.fill(R::default());
                left = [0; 2];
                continue;
            }
        }
        let start = block * BLOCK_LEN;
        let context = context.range(start..start + residuals.len());
        coder.code_block(&context, is_decided, &mut left, residuals);
    }
}

/// Returns the signs of the neighbors of each position of a block, except for those to the left,
/// as ternary digits.
#[inline(always)]
fn neighbor_signs(context: &RowContext<'_>) -> [u16; BLOCK_LEN] {
    let rows = [
        context.above,
        context.before,
        context.sides[0],
        context.sides[1],
    ];
    let mut signs = [0; BLOCK_LEN];
    for row in rows {
        for (signs, &residual) in signs.iter_mut().zip(row) {
            *signs = *signs * 3 + (residual.signum() + 1) as u16;
        }
    }
    signs
}

/// Returns a logarithmic index of a magnitude, with two indices per octave.
///
/// Magnitudes up to 4 are their own index; 5 has index 4, 6 and 7 have index 5, 8 to 11 index 6,
/// and so on.
#[inline(always)]
fn half_octave(magnitude: i32) -> usize {
    match magnitude.checked_ilog2() {
        Some(octave @ 2..) => (2 * octave + (magnitude as u32 >> (octave - 1) & 1)) as usize,
        _ => magnitude as usize,
    }
}

/// Returns a logarithmic index of a magnitude, with four indices per octave.
///
/// Magnitudes up to 8 are their own index; 9 has index 8, 10 and 11 have index 9, and so on.
#[inline(always)]
fn quarter_octave(magnitude: i32) -> usize {
    match magnitude.checked_ilog2() {
        Some(octave @ 3..) => (4 * (octave - 1) + (magnitude as u32 >> (octave - 2) & 3)) as usize,
        _ => magnitude as usize,
    }
}
