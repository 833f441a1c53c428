//! The choice of a distribution for each activity bin, and the coding of the choices.

use std::sync::LazyLock;

use super::distributions::{DISTRIBUTIONS, WIDTHS, frequency_table};
use super::{ACTIVITY_BINS, low_bits};
use crate::residual::{zigzag_decode, zigzag_encode};
use crate::{AdaptiveBit, BinaryCoder, SYMBOLS};

/// The count of each symbol, by activity bin.
pub(super) type SymbolCounts = [[u32; SYMBOLS]; ACTIVITY_BINS];

/// The cost of each symbol in bits, by distribution.
static COSTS: LazyLock<Vec<[f32; SYMBOLS]>> = LazyLock::new(|| {
    let costs = |distribution| {
        let table = frequency_table(distribution);
        std::array::from_fn(|symbol| 16.0 - (table.frequency(symbol) as f32).log2())
    };
    (0..DISTRIBUTIONS).map(costs).collect()
});

/// Returns the distribution that codes the symbols of each bin in the fewest bits, or `None` for a
/// bin without symbols.
pub(super) fn fit(counts: &SymbolCounts) -> [Option<usize>; ACTIVITY_BINS] {
    counts.map(|counts| {
        if counts.iter().all(|&count| count == 0) {
            return None;
        }
        let cost = |distribution: usize| -> f32 {
            let pairs = counts.iter().zip(&COSTS[distribution]);
            pairs.map(|(&count, cost)| count as f32 * cost).sum()
        };
        let costs = (0..DISTRIBUTIONS).map(|distribution| (distribution, cost(distribution)));
        costs
            .min_by(|(_, a), (_, b)| a.total_cmp(b))
            .map(|(distribution, _)| distribution)
    })
}

/// A coder of the distributions of a pass, each as its difference from the expected one.
#[derive(Debug)]
pub(super) struct DistributionCoder {
    /// The models of the differences of widths, for the first pass of a context and for later
    /// passes.
    width_models: [[AdaptiveBit; 64]; 2],
    /// The models of the families, for the first pass of a context and for later passes.
    families: [[AdaptiveBit; 2]; 2],
    previous: Option<[usize; ACTIVITY_BINS]>,
}

impl Default for DistributionCoder {
    fn default() -> Self {
        Self {
            width_models: [[AdaptiveBit::NEW; 64]; 2],
            families: [[AdaptiveBit::NEW; 2]; 2],
            previous: None,
        }
    }
}

impl DistributionCoder {
    /// Codes the distributions of a pass, up to the highest bin that has symbols.
    ///
    /// In the first pass of a context, the distribution of a bin is expected to follow from that
    /// of the next lower bin. In later passes, it is expected to be that of the previous pass.
    pub(super) fn code<C: BinaryCoder>(
        &mut self,
        coder: &mut C,
        given: &[Option<usize>; ACTIVITY_BINS],
    ) -> [usize; ACTIVITY_BINS] {
        let set = usize::from(self.previous.is_some());
        let (width_models, families) = (&mut self.width_models[set], &mut self.families[set]);
        let used = given
            .iter()
            .rposition(Option::is_some)
            .map_or(0, |last| last + 1);
        let used = coder.code_raw(used as u64, 6).min(ACTIVITY_BINS as u64) as usize;
        let (mut width, mut is_gauss) = (6, 0);
        let mut coded = self.previous.unwrap_or([0; ACTIVITY_BINS]);
        for (bin, coded) in coded.iter_mut().enumerate().take(used) {
            let expected = if self.previous.is_some() {
                is_gauss = *coded / WIDTHS;
                (*coded % WIDTHS) as i64
            } else {
                // An octave has two bins of activity and six widths. Each additional low bit
                // removes an octave.
                let added = low_bits(bin as u32) - low_bits((bin as u32).saturating_sub(1));
                (width + 3 - 6 * i64::from(added)).clamp(0, WIDTHS as i64 - 1)
            };
            let given = given[bin];
            let given_width = given.map_or(expected, |given| (given % WIDTHS) as i64);
            let difference = zigzag_encode(given_width - expected);
            let difference = zigzag_decode(coder.code_number(difference, width_models));
            width = expected
                .wrapping_add(difference)
                .clamp(0, WIDTHS as i64 - 1);
            let given_is_gauss = given.map_or(is_gauss == 1, |given| given >= WIDTHS);
            is_gauss = usize::from(families[is_gauss].code(coder, given_is_gauss));
            *coded = is_gauss * WIDTHS + width as usize;
        }
        self.previous = Some(coded);
        coded
    }
}
