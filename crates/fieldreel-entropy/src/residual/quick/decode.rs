//! The decoder of the quick coder: symbols and bits into residuals.

use multiversion::multiversion;

use super::{LEVELS, Levels, Models, set_tables, shapes};
use crate::residual::{
    ESCAPE, MIDDLE, NEW_MODELS, NUMBER_MODELS, NumberModels, Residual, ResidualCoder, RowContext,
    escape, parts, unfold,
};
use crate::{BinaryCoder, BitReader, CorruptStream, LANES, RUN, RangeDecoder, RansDecoder, Tables};

/// A decoder of the bytes that a [`QuickEncoder`](super::QuickEncoder) wrote. Beyond the end of the bytes it reads
/// zeros.
#[derive(Debug)]
pub struct QuickDecoder<'a> {
    decisions: RangeDecoder<'a>,
    models: NumberModels,
    shapes: Models,
    class: usize,
    scale: u32,
    bits: BitReader,
    decoder: RansDecoder,
    tables: Tables,
    levels: Levels,
    symbols: Vec<[u8; RUN]>,
    low: Vec<[u32; RUN]>,
}

impl<'a> QuickDecoder<'a> {
    /// Creates a decoder of these bytes.
    ///
    /// # Errors
    /// [`CorruptStream`] if the bytes end before the parts whose lengths they state.
    pub fn new(bytes: &'a [u8]) -> Result<Self, CorruptStream> {
        let (&first, rest) = bytes.split_first().ok_or(CorruptStream)?;
        let [decisions, bits, symbols] = parts::read(rest)?;
        let lanes = match first {
            0 => 1,
            1 => LANES,
            _ => return Err(CorruptStream),
        };
        Ok(Self {
            decisions: RangeDecoder::new(decisions),
            models: NEW_MODELS,
            shapes: Default::default(),
            class: 0,
            scale: 0,
            bits: BitReader::new(bits),
            decoder: RansDecoder::new(symbols, lanes),
            tables: Tables::new(shapes::table(0)),
            levels: Levels::default(),
            symbols: Vec::new(),
            low: Vec::new(),
        })
    }
}

impl ResidualCoder for QuickDecoder<'_> {
    fn number(&mut self, _: i64, model: usize) -> i64 {
        let model = &mut self.models[model % NUMBER_MODELS];
        unfold(self.decisions.code_number(0, model))
    }

    fn bits(&mut self, _: u64, count: u32) -> u64 {
        self.decisions.code_raw(0, count)
    }

    fn set_scale(&mut self, bits: u32) {
        self.scale = bits;
    }

    fn begin_pass(&mut self, class: usize) {
        self.class = class % self.shapes.len();
        let shapes = self.shapes[self.class].code(&mut self.decisions, &[None; LEVELS]);
        set_tables(&mut self.tables, &shapes);
    }

    fn row<R: Residual>(&mut self, context: &RowContext<'_>, residuals: &mut [R]) {
        row(self, context.activity, residuals);
    }

    fn end_pass(&mut self) {}
}

#[multiversion(targets("x86_64+avx2+bmi1+bmi2+popcnt"))]
fn row<R: Residual>(of: &mut QuickDecoder<'_>, activity: &[u16], residuals: &mut [R]) {
    of.levels.set(activity);
    let count = residuals.len();
    let runs = count.div_ceil(RUN);
    of.symbols.resize(runs, [0; RUN]);
    let levels = of.levels.levels.as_chunks().0;
    of.decoder
        .runs(0, &of.tables, (levels, count), &mut of.symbols);
    let symbols = &of.symbols.as_flattened()[..count];
    if of.levels.any_low_bits {
        of.low.resize(runs, [0; RUN]);
        of.bits
            .read_runs(of.levels.counts.as_chunks().0, &mut of.low);
        let parts = symbols
            .iter()
            .zip(&of.levels.counts)
            .zip(of.low.as_flattened());
        for (residual, ((&symbol, &count), &low)) in residuals.iter_mut().zip(parts) {
            let off =
                ((i32::from(symbol) - MIDDLE as i32) << count) + low as i32 - (1 << count >> 1);
            *residual = R::from_i64(off.into());
        }
    } else {
        for (residual, &symbol) in residuals.iter_mut().zip(symbols) {
            *residual = R::from_i64(i64::from(symbol) - MIDDLE);
        }
    }
    for (x, residual) in residuals.iter_mut().enumerate() {
        if symbols[x] == ESCAPE {
            let count = of.levels.counts[x];
            let low = if of.levels.any_low_bits {
                i64::from(of.low.as_flattened()[x])
            } else {
                0
            };
            let beyond = escape::read(&mut of.bits);
            let folded = unfold(beyond.wrapping_add(2 * MIDDLE as u64 + 1));
            let off = (folded << count | low).wrapping_sub(1 << count >> 1);
            *residual = R::from_i64(off);
        }
    }
    let scale = of.scale;
    if scale > 0 {
        for residual in residuals {
            let first = scale.min(32);
            let lowest = of.bits.read(first);
            let bits = of.bits.read(scale - first) << first | lowest;
            *residual = R::from_i64((residual.to_i64() << scale) | bits as i64);
        }
    }
}
