//! The quick coder: a symbol for each residual, with static distributions, in rANS.
//!
//! The activity near a residual falls into one of 32 bins, two per octave. Each bin has a
//! distribution of a family and a width, which are coded for each pass. Fifteen symbols are the
//! values nearest to 0. In high bins, they are the multiples of a power of 2 nearest to 0, and the
//! low bits are coded raw. The sixteenth symbol is an escape to any other residual.

mod decode;
mod distributions;
mod encode;
mod fit;

pub use decode::QuickDecoder;
pub use encode::QuickEncoder;

use crate::{DecoderTables, VECTOR_LEN};
use fit::DistributionCoder;

/// The number of bins of activity.
pub(crate) const ACTIVITY_BINS: usize = 32;

/// The first bin that has a low bit. Each higher octave has one more.
const FIRST_LOW_BIT_BIN: u32 = 16;

/// Returns the number of low bits of a bin, which are coded raw.
#[inline(always)]
const fn low_bits(bin: u32) -> u32 {
    bin.saturating_sub(FIRST_LOW_BIT_BIN - 2) / 2
}

/// Returns the bin of an activity, with two bins per octave.
#[inline(always)]
fn activity_bin(activity: u16) -> u8 {
    // These are the exponent and the first bit of the significand of the activity plus 1.
    let halves = ((i32::from(activity) + 1) as f32).to_bits() >> 22;
    (halves - 254).min(ACTIVITY_BINS as u32 - 1) as u8
}

/// The activity bins of a row, padded to full vectors.
#[derive(Debug, Default)]
struct RowBins {
    bins: Vec<u8>,
    /// The number of low bits of each position.
    low_counts: Vec<u8>,
    has_low_bits: bool,
}

impl RowBins {
    /// Sets the bins from the activities of a row.
    #[inline(always)]
    fn set(&mut self, activity: &[u16]) {
        let padded = activity.len().next_multiple_of(VECTOR_LEN);
        self.bins.resize(padded, 0);
        self.low_counts.resize(padded, 0);
        let mut union = [0; VECTOR_LEN];
        let (vectors, rest) = activity.as_chunks::<VECTOR_LEN>();
        let mut last = [0; VECTOR_LEN];
        last[..rest.len()].copy_from_slice(rest);
        // Full vectors alone are used: in short rows, single positions would take long.
        let vectors = vectors.iter().chain((!rest.is_empty()).then_some(&last));
        let (bins, _) = self.bins.as_chunks_mut::<VECTOR_LEN>();
        let (low_counts, _) = self.low_counts.as_chunks_mut::<VECTOR_LEN>();
        for ((bins, low_counts), activity) in bins.iter_mut().zip(low_counts).zip(vectors) {
            for i in 0..VECTOR_LEN {
                bins[i] = activity_bin(activity[i]);
                low_counts[i] = low_bits(bins[i].into()) as u8;
                union[i] |= low_counts[i];
            }
        }
        self.has_low_bits = union != [0; VECTOR_LEN];
    }
}

/// Sets the tables of all bins to the distributions of a pass.
fn set_tables(tables: &mut DecoderTables, pass: &[usize; ACTIVITY_BINS]) {
    for (bin, &distribution) in pass.iter().enumerate() {
        tables.set(bin as u8, distributions::frequency_table(distribution));
    }
}

/// A coder of distributions for each pass context.
type DistributionCoders = [DistributionCoder; super::PASS_CONTEXTS];
