//! The quick decoder: symbols and bits to residuals.

use multiversion::multiversion;

use super::{ACTIVITY_BINS, DistributionCoders, RowBins, distributions, set_tables};
use crate::residual::{
    ESCAPE, NEW_PARAMETER_MODELS, PARAMETER_MODELS, ParameterModels, Residual, ResidualCoder,
    RowContext, ZERO_SYMBOL, escape, substreams, zigzag_decode,
};
use crate::{
    BinaryCoder, BitReader, CorruptStream, DecoderTables, MAX_LANES, RangeDecoder, RansDecoder,
    VECTOR_LEN,
};

/// The quick decoder of residuals, for the bytes of a [`QuickEncoder`](super::QuickEncoder). Past
/// the end of its bytes, it reads zeros.
///
/// See the example of [`ResidualCoder`].
#[derive(Debug)]
pub struct QuickDecoder<'a> {
    decisions: RangeDecoder<'a>,
    parameter_models: ParameterModels,
    distribution_coders: DistributionCoders,
    pass_context: usize,
    noise_bits: u32,
    bits: BitReader,
    decoder: RansDecoder,
    tables: DecoderTables,
    row_bins: RowBins,
    symbols: Vec<[u8; VECTOR_LEN]>,
    low: Vec<[u32; VECTOR_LEN]>,
}

impl<'a> QuickDecoder<'a> {
    /// Creates a decoder of these bytes.
    ///
    /// # Errors
    /// [`CorruptStream`] if the first byte is unknown, or if the lengths of the substreams are
    /// malformed or too large.
    pub fn new(bytes: &'a [u8]) -> Result<Self, CorruptStream> {
        let (&first, rest) = bytes.split_first().ok_or(CorruptStream)?;
        let [decisions, bits, symbols] = substreams::read(rest)?;
        let lanes = match first {
            0 => 1,
            1 => MAX_LANES,
            _ => return Err(CorruptStream),
        };
        Ok(Self {
            decisions: RangeDecoder::new(decisions),
            parameter_models: NEW_PARAMETER_MODELS,
            distribution_coders: Default::default(),
            pass_context: 0,
            noise_bits: 0,
            bits: BitReader::new(bits),
            decoder: RansDecoder::new(symbols, lanes),
            tables: DecoderTables::new(distributions::frequency_table(0)),
            row_bins: RowBins::default(),
            symbols: Vec::new(),
            low: Vec::new(),
        })
    }
}

impl ResidualCoder for QuickDecoder<'_> {
    fn code_parameter(&mut self, _: i64, model: usize) -> i64 {
        let model = &mut self.parameter_models[model % PARAMETER_MODELS];
        zigzag_decode(self.decisions.code_number(0, model))
    }

    fn code_bits(&mut self, _: u64, count: u32) -> u64 {
        self.decisions.code_raw(0, count)
    }

    fn set_noise_bits(&mut self, bits: u32) {
        self.noise_bits = bits;
    }

    fn begin_pass(&mut self, context: usize) {
        self.pass_context = context % self.distribution_coders.len();
        let coder = &mut self.distribution_coders[self.pass_context];
        let distributions = coder.code(&mut self.decisions, &[None; ACTIVITY_BINS]);
        set_tables(&mut self.tables, &distributions);
    }

    fn code_row<R: Residual>(&mut self, context: &RowContext<'_>, residuals: &mut [R]) {
        code_row(self, context.activity, residuals);
    }

    fn end_pass(&mut self) {}
}

/// Decodes the residuals of a row.
#[multiversion(targets("x86_64+avx2+bmi1+bmi2+popcnt"))]
fn code_row<R: Residual>(decoder: &mut QuickDecoder<'_>, activity: &[u16], residuals: &mut [R]) {
    decoder.row_bins.set(activity);
    let count = residuals.len();
    let vectors = count.div_ceil(VECTOR_LEN);
    decoder.symbols.resize(vectors, [0; VECTOR_LEN]);
    let bins = decoder.row_bins.bins.as_chunks().0;
    decoder
        .decoder
        .decode_vectors(0, &decoder.tables, (bins, count), &mut decoder.symbols);
    let symbols = &decoder.symbols.as_flattened()[..count];
    if decoder.row_bins.has_low_bits {
        decoder.low.resize(vectors, [0; VECTOR_LEN]);
        decoder
            .bits
            .read_vectors(decoder.row_bins.low_counts.as_chunks().0, &mut decoder.low);
        let inputs = symbols
            .iter()
            .zip(&decoder.row_bins.low_counts)
            .zip(decoder.low.as_flattened());
        for (residual, ((&symbol, &low_count), &low)) in residuals.iter_mut().zip(inputs) {
            let value = ((i32::from(symbol) - ZERO_SYMBOL as i32) << low_count) + low as i32
                - (1 << low_count >> 1);
            *residual = R::from_i64(value.into());
        }
    } else {
        for (residual, &symbol) in residuals.iter_mut().zip(symbols) {
            *residual = R::from_i64(i64::from(symbol) - ZERO_SYMBOL);
        }
    }
    for (x, residual) in residuals.iter_mut().enumerate() {
        if symbols[x] == ESCAPE {
            let low_count = decoder.row_bins.low_counts[x];
            let low = if decoder.row_bins.has_low_bits {
                i64::from(decoder.low.as_flattened()[x])
            } else {
                0
            };
            let excess = escape::read(&mut decoder.bits);
            let value = zigzag_decode(excess.wrapping_add(2 * ZERO_SYMBOL as u64 + 1));
            let value = (value << low_count | low).wrapping_sub(1 << low_count >> 1);
            *residual = R::from_i64(value);
        }
    }
    let noise_bits = decoder.noise_bits;
    if noise_bits > 0 {
        for residual in residuals {
            let first = noise_bits.min(32);
            let lowest = decoder.bits.read(first);
            let bits = decoder.bits.read(noise_bits - first) << first | lowest;
            *residual = R::from_i64((residual.to_i64() << noise_bits) | bits as i64);
        }
    }
}
