//! The quick coder: a symbol for each residual, with static distributions, in rANS.
//!
//! The activity around a residual has one of 32 levels, two an octave. Each level has a distribution of a
//! shape and a width, which are coded for each pass. A symbol is one of the 15 values around 0 or, where the
//! level is high, of as many multiples of a power of 2, with the lowest bits beside it as they are. A 16th symbol is an
//! escape to any residual.

mod decode;
mod distributions;
mod encode;
mod fit;

pub use decode::QuickDecoder;
pub use encode::QuickEncoder;

use crate::{RUN, Tables};
use fit::ShapeModel;

/// The number of levels of the activity.
pub(crate) const LEVELS: usize = 32;

/// The first level that has a low bit. Each octave above has one more.
const LARGE: u32 = 16;

/// Returns the number of low bits of a level, which are noise.
#[inline(always)]
const fn low_bits(level: u32) -> u32 {
    level.saturating_sub(LARGE - 2) / 2
}

/// Returns the level of an activity, two an octave.
#[inline(always)]
fn level(activity: u16) -> u8 {
    // The exponent of one more, and the first bit of its mantissa.
    let halves = ((i32::from(activity) + 1) as f32).to_bits() >> 22;
    (halves - 254).min(LEVELS as u32 - 1) as u8
}

/// The levels and the numbers of low bits of a row, padded to a whole run.
#[derive(Debug, Default)]
struct Levels {
    levels: Vec<u8>,
    counts: Vec<u8>,
    any_low_bits: bool,
}

impl Levels {
    /// Sets both from the activities of a row.
    #[inline(always)]
    fn set(&mut self, activity: &[u16]) {
        let whole = activity.len().next_multiple_of(RUN);
        self.levels.resize(whole, 0);
        self.counts.resize(whole, 0);
        let mut any = [0; RUN];
        let (runs, rest) = activity.as_chunks::<RUN>();
        let mut last = [0; RUN];
        last[..rest.len()].copy_from_slice(rest);
        // Whole runs alone: short rows would take long place by place.
        let runs = runs.iter().chain((!rest.is_empty()).then_some(&last));
        let (levels, _) = self.levels.as_chunks_mut::<RUN>();
        let (counts, _) = self.counts.as_chunks_mut::<RUN>();
        for ((levels, counts), activity) in levels.iter_mut().zip(counts).zip(runs) {
            for i in 0..RUN {
                levels[i] = level(activity[i]);
                counts[i] = low_bits(levels[i].into()) as u8;
                any[i] |= counts[i];
            }
        }
        self.any_low_bits = any != [0; RUN];
    }
}

/// Sets the tables of a pass's shapes.
fn set_tables(tables: &mut Tables, shapes: &[usize; LEVELS]) {
    for (level, &shape) in shapes.iter().enumerate() {
        tables.set(level as u8, distributions::table(shape));
    }
}

/// A shape model for each class of passes.
type Models = [ShapeModel; super::PASS_CLASSES];
