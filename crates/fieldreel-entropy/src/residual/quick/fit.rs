//! The choice of a distribution for each level of activity, and how the choices are coded.

use std::sync::LazyLock;

use super::shapes::{SHAPES, WIDTHS, table};
use super::{LEVELS, low_bits};
use crate::residual::{fold, unfold};
use crate::{AdaptiveBit, BinaryCoder, SYMBOLS};

/// The count of each symbol, by level.
pub(super) type Counts = [[u32; SYMBOLS]; LEVELS];

/// The cost of each symbol in bits, by shape.
static COSTS: LazyLock<Vec<[f32; SYMBOLS]>> = LazyLock::new(|| {
    let costs = |shape| {
        let table = table(shape);
        std::array::from_fn(|symbol| 16.0 - (table.width(symbol) as f32).log2())
    };
    (0..SHAPES).map(costs).collect()
});

/// Returns the shape that codes the symbols of each level in the fewest bits, or `None` for a level without symbols.
pub(super) fn fit(counts: &Counts) -> [Option<usize>; LEVELS] {
    counts.map(|counts| {
        if counts.iter().all(|&count| count == 0) {
            return None;
        }
        let cost = |shape: usize| -> f32 {
            let all = counts.iter().zip(&COSTS[shape]);
            all.map(|(&count, cost)| count as f32 * cost).sum()
        };
        let costs = (0..SHAPES).map(|shape| (shape, cost(shape)));
        costs
            .min_by(|(_, a), (_, b)| a.total_cmp(b))
            .map(|(shape, _)| shape)
    })
}

/// A coder of the shapes of a pass, each as its difference from the expected one.
#[derive(Debug)]
pub(super) struct ShapeModel {
    /// The models for the first pass of a class, and for those after it.
    lengths: [[AdaptiveBit; 64]; 2],
    shapes: [[AdaptiveBit; 2]; 2],
    last: Option<[usize; LEVELS]>,
}

impl Default for ShapeModel {
    fn default() -> Self {
        Self {
            lengths: [[AdaptiveBit::NEW; 64]; 2],
            shapes: [[AdaptiveBit::NEW; 2]; 2],
            last: None,
        }
    }
}

impl ShapeModel {
    /// Codes the shapes of a pass up to the highest level used. In the first pass of a class, each shape is expected to
    /// follow from that of the level below. In later passes, it is expected to stay.
    pub(super) fn code<C: BinaryCoder>(
        &mut self,
        coder: &mut C,
        wanted: &[Option<usize>; LEVELS],
    ) -> [usize; LEVELS] {
        let order = usize::from(self.last.is_some());
        let (lengths, shapes) = (&mut self.lengths[order], &mut self.shapes[order]);
        let used = wanted
            .iter()
            .rposition(Option::is_some)
            .map_or(0, |last| last + 1);
        let used = coder.code_raw(used as u64, 6).min(LEVELS as u64) as usize;
        let (mut width, mut is_gauss) = (6, 0);
        let mut found = self.last.unwrap_or([0; LEVELS]);
        for (level, found) in found.iter_mut().enumerate().take(used) {
            let expected = if self.last.is_some() {
                is_gauss = *found / WIDTHS;
                (*found % WIDTHS) as i64
            } else {
                // Two levels are an octave of activity, and six widths are one; low bits take octaves away.
                let taken = low_bits(level as u32) - low_bits((level as u32).saturating_sub(1));
                (width + 3 - 6 * i64::from(taken)).clamp(0, WIDTHS as i64 - 1)
            };
            let wanted = wanted[level];
            let goal = wanted.map_or(expected, |shape| (shape % WIDTHS) as i64);
            let change = unfold(coder.code_number(fold(goal - expected), lengths));
            width = expected.wrapping_add(change).clamp(0, WIDTHS as i64 - 1);
            let wants_gauss = wanted.map_or(is_gauss == 1, |shape| shape >= WIDTHS);
            is_gauss = usize::from(shapes[is_gauss].code(coder, wants_gauss));
            *found = is_gauss * WIDTHS + width as usize;
        }
        self.last = Some(found);
        found
    }
}
