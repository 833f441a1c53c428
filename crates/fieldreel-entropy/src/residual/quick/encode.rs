//! The encoder of the quick coder: residuals into symbols and bits.

use multiversion::multiversion;

use super::fit::{Counts, fit};
use super::{LEVELS, Levels, Models, shapes};
use crate::residual::{
    ESCAPE, MIDDLE, NEW_MODELS, NUMBER_MODELS, NumberModels, Residual, ResidualCoder, RowContext,
    escape, fold, parts,
};
use crate::{BinaryCoder, BitWriter, EncoderPart, LANES, RangeEncoder, RansEncoder, SYMBOLS};

/// The number of symbols from which on several lanes are worth their four bytes each.
const ENOUGH_FOR_LANES: usize = 1 << 13;

/// The number of pairs of a level and a symbol.
const PAIRS: usize = LEVELS * SYMBOLS;

/// An encoder, which keeps the symbols of residuals until all distributions are known.
#[derive(Debug)]
pub struct QuickEncoder {
    decisions: RangeEncoder,
    models: NumberModels,
    shapes: Models,
    class: usize,
    scale: u32,
    bits: BitWriter,
    /// The pairs of a level and a symbol, the level in the upper bits.
    pairs: Vec<u16>,
    /// The number of residuals of each row.
    rows: Vec<usize>,
    /// The count of each pair, in two parts, so that equal pairs in a row need not wait for each other.
    counts: Box<[[u32; PAIRS]; 2]>,
    /// The shapes of each pass, and the number of its rows.
    passes: Vec<([usize; LEVELS], usize)>,
    levels: Levels,
    low: Vec<u8>,
}

impl Default for QuickEncoder {
    fn default() -> Self {
        Self {
            decisions: RangeEncoder::new(),
            models: NEW_MODELS,
            shapes: Default::default(),
            class: 0,
            scale: 0,
            bits: BitWriter::default(),
            pairs: Vec::new(),
            rows: Vec::new(),
            counts: Box::new([[0; PAIRS]; 2]),
            passes: Vec::new(),
            levels: Levels::default(),
            low: Vec::new(),
        }
    }
}

impl QuickEncoder {
    /// Returns the bytes of everything that was coded.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        let lanes = if self.pairs.len() < ENOUGH_FOR_LANES {
            1
        } else {
            LANES
        };
        let mut parts = [EncoderPart::default(); PAIRS];
        let mut encoder = RansEncoder::default();
        let (mut rows, mut pairs) = (&self.rows[..], &self.pairs[..]);
        for (shapes, count) in self.passes.iter().rev() {
            set_parts(&mut parts, shapes);
            let (before, of_pass) = rows.split_at(rows.len() - count);
            rows = before;
            for width in of_pass.iter().rev() {
                let (before, row) = pairs.split_at(pairs.len() - width);
                pairs = before;
                encoder.symbols((0, lanes), &parts, row);
            }
        }
        let mut bytes = vec![u8::from(lanes == LANES)];
        let symbols = encoder.finish(lanes);
        let parts = [self.decisions.finish(), self.bits.finish(), symbols];
        parts::write(&mut bytes, parts);
        bytes
    }

    /// Returns the count of each symbol of each level in the pass, and begins to count again.
    fn take_counts(&mut self) -> Counts {
        let [one, other] = *self.counts;
        self.counts.fill([0; PAIRS]);
        std::array::from_fn(|level| {
            std::array::from_fn(|symbol| {
                let at = level * SYMBOLS + symbol;
                one[at] + other[at]
            })
        })
    }
}

/// Sets the parts of all pairs to those of the shapes of their levels.
fn set_parts(parts: &mut [EncoderPart; PAIRS], shapes: &[usize; LEVELS]) {
    for (parts, &shape) in parts.as_chunks_mut::<SYMBOLS>().0.iter_mut().zip(shapes) {
        let table = shapes::table(shape);
        *parts = std::array::from_fn(|symbol| table.encoder_part(symbol));
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
        self.passes.push(([0; LEVELS], 0));
    }

    fn row<R: Residual>(&mut self, context: &RowContext<'_>, residuals: &mut [R]) {
        row(self, context.activity, residuals);
    }

    fn end_pass(&mut self) {
        let wanted = fit(&self.take_counts());
        let found = self.shapes[self.class].code(&mut self.decisions, &wanted);
        if let Some((shapes, _)) = self.passes.last_mut() {
            *shapes = found;
        }
    }
}

#[multiversion(targets("x86_64+avx2+bmi1+bmi2+popcnt"))]
fn row<R: Residual>(to: &mut QuickEncoder, activity: &[u16], residuals: &[R]) {
    to.levels.set(activity);
    let (count, scale) = (residuals.len(), to.scale);
    let (levels, low_counts) = (&to.levels.levels[..count], &to.levels.counts[..count]);
    let start = to.pairs.len();
    to.pairs.resize(start + count, 0);
    let pairs = &mut to.pairs[start..];
    to.low.resize(count, 0);
    let mut any_escape = false;
    let all = residuals.iter().zip(levels).zip(low_counts);
    let to_set = pairs.iter_mut().zip(&mut to.low);
    for (((&residual, &level), &low_count), (pair, low)) in all.clone().zip(to_set) {
        let symbol;
        (symbol, *low) = residual.symbol(scale, low_count.into(), MIDDLE, ESCAPE);
        any_escape |= symbol == ESCAPE;
        *pair = u16::from(level) * SYMBOLS as u16 + u16::from(symbol);
    }
    let [one, other] = &mut *to.counts;
    let (twos, rest) = pairs.as_chunks::<2>();
    for &[a, b] in twos {
        one[usize::from(a) % PAIRS] += 1;
        other[usize::from(b) % PAIRS] += 1;
    }
    for &last in rest {
        one[usize::from(last) % PAIRS] += 1;
    }
    to.rows.push(count);
    if let Some((_, rows)) = to.passes.last_mut() {
        *rows += 1;
    }
    if to.levels.any_low_bits {
        to.bits.write_all(&to.low, low_counts);
    }
    if any_escape {
        let pairs = &to.pairs[start..];
        for (((residual, _), &low_count), &pair) in all.zip(pairs) {
            if pair % SYMBOLS as u16 == ESCAPE.into() {
                let off = (residual.to_i64() >> scale).wrapping_add(1 << low_count >> 1);
                let beyond = fold(off >> low_count).wrapping_sub(2 * MIDDLE as u64 + 1);
                escape::write(&mut to.bits, beyond);
            }
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
