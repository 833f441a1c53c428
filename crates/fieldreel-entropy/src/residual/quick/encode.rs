//! The encoder of the quick coder: residuals into symbols and bits.

use multiversion::multiversion;

use super::fit::{Counts, fit};
use super::{ESCAPE, LEVELS, Levels, MIDDLE, Models, escape, set_tables, shapes};
use crate::residual::{
    NEW_MODELS, NUMBER_MODELS, NumberModels, Residual, ResidualCoder, RowContext, fold,
};
use crate::{BinaryCoder, BitWriter, Encoder, LANES, RansEncoder, SYMBOLS, Tables};

/// The number of symbols from which on several lanes are worth their four bytes each.
const ENOUGH_FOR_LANES: usize = 1 << 13;

/// An encoder, which keeps the symbols of residuals until all distributions are known.
#[derive(Debug)]
pub struct QuickEncoder {
    decisions: Encoder,
    models: NumberModels,
    shapes: Models,
    class: usize,
    scale: u32,
    bits: BitWriter,
    /// The level, the value and the lane of each symbol.
    symbols: Vec<[u8; 3]>,
    counts: Box<Counts>,
    /// The shapes of each pass, and the end of its symbols.
    passes: Vec<([usize; LEVELS], usize)>,
    levels: Levels,
    row: Vec<(u8, u32)>,
}

impl Default for QuickEncoder {
    fn default() -> Self {
        Self {
            decisions: Encoder::new(),
            models: NEW_MODELS,
            shapes: Default::default(),
            class: 0,
            scale: 0,
            bits: BitWriter::default(),
            symbols: Vec::new(),
            counts: Box::new([[0; SYMBOLS]; LEVELS]),
            passes: Vec::new(),
            levels: Levels::default(),
            row: Vec::new(),
        }
    }
}

impl QuickEncoder {
    /// Returns the bytes of everything that was coded.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        let lanes = if self.symbols.len() < ENOUGH_FOR_LANES {
            1
        } else {
            LANES
        };
        let mut tables = Tables::new(shapes::table(0));
        let mut encoder = RansEncoder::with_capacity(self.symbols.len());
        let mut from = 0;
        for (shapes, to) in self.passes {
            set_tables(&mut tables, &shapes);
            for &[level, symbol, lane] in &self.symbols[from..to] {
                encoder.symbol(usize::from(lane) % lanes, &tables, level, symbol);
            }
            from = to;
        }
        let decisions = self.decisions.finish();
        let (bits, symbols) = (self.bits.finish(), encoder.finish(lanes));
        let mut bytes = vec![u8::from(lanes == LANES)];
        for part in [decisions.len(), bits.len()] {
            let mut length = part as u64;
            while length >= 0x80 {
                bytes.push(length as u8 | 0x80);
                length >>= 7;
            }
            bytes.push(length as u8);
        }
        bytes.extend(decisions);
        bytes.extend(bits);
        bytes.extend(symbols);
        bytes
    }
}

impl ResidualCoder for QuickEncoder {
    fn number(&mut self, value: i64, model: usize) -> i64 {
        let model = &mut self.models[model % NUMBER_MODELS];
        self.decisions.code_number(fold(value), model);
        value
    }

    fn bits(&mut self, value: u64, count: u32) -> u64 {
        self.decisions.code_raw(value, count)
    }

    fn set_scale(&mut self, bits: u32) {
        self.scale = bits;
    }

    fn begin_pass(&mut self, class: usize) {
        self.class = class % self.shapes.len();
        self.counts.fill([0; SYMBOLS]);
    }

    fn row<R: Residual>(&mut self, context: &RowContext<'_>, residuals: &mut [R]) {
        row(self, context.activity, residuals);
    }

    fn end_pass(&mut self) {
        let wanted = fit(&self.counts);
        let shapes = self.shapes[self.class].code(&mut self.decisions, &wanted);
        self.passes.push((shapes, self.symbols.len()));
    }
}

#[multiversion(targets("x86_64+avx2+bmi1+bmi2+popcnt"))]
fn row<R: Residual>(to: &mut QuickEncoder, activity: &[u16], residuals: &[R]) {
    to.levels.set(activity);
    let scale = to.scale;
    let all = residuals
        .iter()
        .zip(&to.levels.levels)
        .zip(&to.levels.counts);
    to.row.clear();
    to.row.extend(all.clone().map(|((residual, _), &count)| {
        let off = (residual.to_i64() >> scale).wrapping_add(1 << count >> 1);
        let symbol = (off >> count).wrapping_add(MIDDLE);
        let symbol = if (0..ESCAPE.into()).contains(&symbol) {
            symbol as u8
        } else {
            ESCAPE
        };
        (symbol, off as u32 & ((1 << count) - 1))
    }));
    for (x, (&(symbol, _), &level)) in to.row.iter().zip(&to.levels.levels).enumerate() {
        to.counts[usize::from(level)][usize::from(symbol)] += 1;
        to.symbols.push([level, symbol, (x % LANES) as u8]);
    }
    if to.levels.any_low_bits {
        for (&(_, low), &count) in to.row.iter().zip(&to.levels.counts) {
            to.bits.write(low.into(), count.into());
        }
    }
    for (((residual, _), &count), &(symbol, _)) in all.zip(&to.row) {
        if symbol == ESCAPE {
            let off = (residual.to_i64() >> scale).wrapping_add(1 << count >> 1);
            let beyond = fold(off >> count).wrapping_sub(2 * MIDDLE as u64 + 1);
            escape::write(&mut to.bits, beyond);
        }
    }
    if scale > 0 {
        for residual in residuals {
            let value = residual.to_i64() as u64;
            let first = scale.min(32);
            to.bits.write(value & ((1 << first) - 1), first);
            to.bits.write(value >> first, scale - first);
        }
    }
}
