//! The quick encoder: residuals to symbols and bits.

use multiversion::multiversion;

use super::fit::{SymbolCounts, fit};
use super::{ACTIVITY_BINS, DistributionCoders, RowBins, distributions};
use crate::residual::{
    ESCAPE, NEW_PARAMETER_MODELS, PARAMETER_MODELS, ParameterModels, Residual, ResidualCoder,
    RowContext, ZERO_SYMBOL, escape, substreams, zigzag_encode,
};
use crate::{BinaryCoder, BitWriter, EncoderSymbol, MAX_LANES, RangeEncoder, RansEncoder, SYMBOLS};

/// The number of symbols from which on several lanes are worth their four bytes each.
const MIN_SYMBOLS_FOR_LANES: usize = 1 << 13;

/// The number of pairs of a bin and a symbol.
const PAIRS: usize = ACTIVITY_BINS * SYMBOLS;

/// The quick encoder of residuals. It stores symbols until all distributions are known.
///
/// See the example of [`ResidualCoder`].
#[derive(Debug)]
pub struct QuickEncoder {
    decisions: RangeEncoder,
    parameter_models: ParameterModels,
    distribution_coders: DistributionCoders,
    pass_context: usize,
    noise_bits: u32,
    bits: BitWriter,
    /// The pairs of a bin and a symbol: `bin · SYMBOLS + symbol`.
    pairs: Vec<u16>,
    /// The number of residuals of each row.
    rows: Vec<usize>,
    /// The count of each pair, as the sum of two counters, so that consecutive equal pairs do not
    /// depend on each other.
    counts: Box<[[u32; PAIRS]; 2]>,
    /// The distributions of each pass, and the number of its rows.
    passes: Vec<([usize; ACTIVITY_BINS], usize)>,
    row_bins: RowBins,
    low: Vec<u8>,
}

impl Default for QuickEncoder {
    fn default() -> Self {
        Self {
            decisions: RangeEncoder::new(),
            parameter_models: NEW_PARAMETER_MODELS,
            distribution_coders: Default::default(),
            pass_context: 0,
            noise_bits: 0,
            bits: BitWriter::default(),
            pairs: Vec::new(),
            rows: Vec::new(),
            counts: Box::new([[0; PAIRS]; 2]),
            passes: Vec::new(),
            row_bins: RowBins::default(),
            low: Vec::new(),
        }
    }
}

impl QuickEncoder {
    /// Returns the encoded bytes.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        let lanes = if self.pairs.len() < MIN_SYMBOLS_FOR_LANES {
            1
        } else {
            MAX_LANES
        };
        let mut table = [EncoderSymbol::default(); PAIRS];
        let mut encoder = RansEncoder::default();
        let (mut rows, mut pairs) = (&self.rows[..], &self.pairs[..]);
        for (distributions, count) in self.passes.iter().rev() {
            set_encoder_symbols(&mut table, distributions);
            let (before, pass_rows) = rows.split_at(rows.len() - count);
            rows = before;
            for width in pass_rows.iter().rev() {
                let (before, row) = pairs.split_at(pairs.len() - width);
                pairs = before;
                encoder.encode((0, lanes), &table, row);
            }
        }
        let mut bytes = vec![u8::from(lanes == MAX_LANES)];
        let symbols = encoder.finish(lanes);
        let streams = [self.decisions.finish(), self.bits.finish(), symbols];
        substreams::write(&mut bytes, streams);
        bytes
    }

    /// Returns the count of each symbol of each bin in the pass, and resets the counts.
    fn take_counts(&mut self) -> SymbolCounts {
        let [first, second] = *self.counts;
        self.counts.fill([0; PAIRS]);
        std::array::from_fn(|bin| {
            std::array::from_fn(|symbol| {
                let at = bin * SYMBOLS + symbol;
                first[at] + second[at]
            })
        })
    }
}

/// Sets the encoder symbols of all pairs from the distributions of a pass.
fn set_encoder_symbols(table: &mut [EncoderSymbol; PAIRS], pass: &[usize; ACTIVITY_BINS]) {
    for (symbols, &distribution) in table.as_chunks_mut::<SYMBOLS>().0.iter_mut().zip(pass) {
        let frequencies = distributions::frequency_table(distribution);
        *symbols = std::array::from_fn(|symbol| frequencies.encoder_symbol(symbol));
    }
}

impl ResidualCoder for QuickEncoder {
    fn code_parameter(&mut self, value: i64, model: usize) -> i64 {
        let model = &mut self.parameter_models[model % PARAMETER_MODELS];
        self.decisions.code_number(zigzag_encode(value), model);
        value
    }

    fn code_bits(&mut self, value: u64, count: u32) -> u64 {
        self.decisions.code_raw(value, count)
    }

    fn set_noise_bits(&mut self, bits: u32) {
        self.noise_bits = bits;
    }

    fn begin_pass(&mut self, context: usize) {
        self.pass_context = context % self.distribution_coders.len();
        self.passes.push(([0; ACTIVITY_BINS], 0));
    }

    fn code_row<R: Residual>(&mut self, context: &RowContext<'_>, residuals: &mut [R]) {
        code_row(self, context.activity, residuals);
    }

    fn end_pass(&mut self) {
        let fitted = fit(&self.take_counts());
        let coded = self.distribution_coders[self.pass_context].code(&mut self.decisions, &fitted);
        if let Some((distributions, _)) = self.passes.last_mut() {
            *distributions = coded;
        }
    }
}

/// Encodes the residuals of a row.
#[multiversion(targets("x86_64+avx2+bmi1+bmi2+popcnt"))]
fn code_row<R: Residual>(encoder: &mut QuickEncoder, activity: &[u16], residuals: &[R]) {
    encoder.row_bins.set(activity);
    let (count, noise_bits) = (residuals.len(), encoder.noise_bits);
    let bins = &encoder.row_bins.bins[..count];
    let low_counts = &encoder.row_bins.low_counts[..count];
    let start = encoder.pairs.len();
    encoder.pairs.resize(start + count, 0);
    let pairs = &mut encoder.pairs[start..];
    encoder.low.resize(count, 0);
    let mut has_escape = false;
    let inputs = residuals.iter().zip(bins).zip(low_counts);
    let outputs = pairs.iter_mut().zip(&mut encoder.low);
    for (((&residual, &bin), &low_count), (pair, low)) in inputs.clone().zip(outputs) {
        let symbol;
        (symbol, *low) = residual.symbol(noise_bits, low_count.into(), ZERO_SYMBOL, ESCAPE);
        has_escape |= symbol == ESCAPE;
        *pair = u16::from(bin) * SYMBOLS as u16 + u16::from(symbol);
    }
    let [first, second] = &mut *encoder.counts;
    let (twos, rest) = pairs.as_chunks::<2>();
    for &[a, b] in twos {
        first[usize::from(a) % PAIRS] += 1;
        second[usize::from(b) % PAIRS] += 1;
    }
    for &last in rest {
        first[usize::from(last) % PAIRS] += 1;
    }
    encoder.rows.push(count);
    if let Some((_, rows)) = encoder.passes.last_mut() {
        *rows += 1;
    }
    if encoder.row_bins.has_low_bits {
        encoder.bits.write_many(&encoder.low, low_counts);
    }
    if has_escape {
        let pairs = &encoder.pairs[start..];
        for (((residual, _), &low_count), &pair) in inputs.zip(pairs) {
            if pair % SYMBOLS as u16 == ESCAPE.into() {
                let shifted = (residual.to_i64() >> noise_bits).wrapping_add(1 << low_count >> 1);
                let value = shifted >> low_count;
                let excess = zigzag_encode(value).wrapping_sub(2 * ZERO_SYMBOL as u64 + 1);
                escape::write(&mut encoder.bits, excess);
            }
        }
    }
    if noise_bits > 0 {
        for residual in residuals {
            let value = residual.to_i64() as u64;
            let first = noise_bits.min(32);
            encoder.bits.write(value & ((1 << first) - 1), first);
            encoder.bits.write(value >> first, noise_bits - first);
        }
    }
}
