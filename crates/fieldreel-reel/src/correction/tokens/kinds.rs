//! Which distribution stands for each level of what is around.

use std::sync::LazyLock;

use super::tables::{FRACTIONS, KINDS, LOW_BITS, WIDTHS, tables};
use super::value::{LEVELS, low_bits};
use super::{fold, unfold};
use crate::entropy::{self, BinaryCoder, Bit, SYMBOLS};

pub(super) use entropy::CASES;

const _: () = assert!(LEVELS * FRACTIONS == CASES);
const _: () = assert!(low_bits(LEVELS as u32 - 1) < LOW_BITS as u32);

/// What each token costs, in bits: by low bits, kind, fraction.
static COSTS: LazyLock<Vec<[f32; SYMBOLS]>> = LazyLock::new(|| {
    let all = (0..LOW_BITS)
        .flat_map(|low| (0..KINDS).map(move |kind| (low, kind)))
        .flat_map(|(low, kind)| tables(kind, low));
    all.map(|table| std::array::from_fn(|token| 16.0 - (table.width(token) as f32).log2()))
        .collect()
});

/// How often each token was, by case.
pub(super) type Counts = [[u32; SYMBOLS]; CASES];

/// The number of a level and a fraction.
pub(super) const fn case(level: usize, fraction: usize) -> usize {
    level * FRACTIONS + fraction
}

/// The kind of distribution of each level; those of levels that nothing was counted in are what is cheapest to code.
pub(super) fn fit(counts: &Counts) -> [Option<usize>; LEVELS] {
    std::array::from_fn(|level| {
        let counts = &counts[case(level, 0)..case(level + 1, 0)];
        let low = low_bits(level as u32) as usize;
        let cost = |kind: usize| -> f32 {
            let costs = &COSTS[(low * KINDS + kind) * FRACTIONS..][..FRACTIONS];
            let all = counts.iter().flatten().zip(costs.iter().flatten());
            all.map(|(&count, cost)| count as f32 * cost).sum()
        };
        let is_used = counts.iter().flatten().any(|&count| count > 0);
        let costs = (0..KINDS)
            .filter(|_| is_used)
            .map(|kind| (kind, cost(kind)));
        costs
            .min_by(|(_, a), (_, b)| a.total_cmp(b))
            .map(|(kind, _)| kind)
    })
}

/// Codes kinds, each as what it differs from what is expected.
#[derive(Debug)]
pub(super) struct KindModel {
    /// Of the first kinds, and of those after them.
    lengths: [[Bit; 64]; 2],
    shapes: [[Bit; 2]; 2],
    last: Option<[usize; LEVELS]>,
}

impl Default for KindModel {
    fn default() -> Self {
        Self {
            lengths: [[Bit::NEW; 64]; 2],
            shapes: [[Bit::NEW; 2]; 2],
            last: None,
        }
    }
}

impl KindModel {
    /// Codes the kinds of a group of frames. The first of a level is expected to follow from that of the level before, all
    /// others to stay.
    pub(super) fn code<C: BinaryCoder>(
        &mut self,
        coder: &mut C,
        wanted: &[Option<usize>; LEVELS],
    ) -> [usize; LEVELS] {
        let order = usize::from(self.last.is_some());
        let (lengths, shapes) = (&mut self.lengths[order], &mut self.shapes[order]);
        let (mut width, mut shape) = (0, 0);
        let kinds = std::array::from_fn(|level| {
            let expected = match self.last {
                Some(kinds) => {
                    shape = kinds[level] / WIDTHS;
                    (kinds[level] % WIDTHS) as i64
                }
                None => {
                    // Two levels are an octave of activity, and six widths are one; low bits take octaves away.
                    let taken = low_bits(level as u32) - low_bits(level.saturating_sub(1) as u32);
                    (width + 3 - 6 * i64::from(taken)).clamp(0, WIDTHS as i64 - 1)
                }
            };
            let wanted = wanted[level];
            let goal = wanted.map_or(expected, |kind| (kind % WIDTHS) as i64);
            let change = unfold(coder.code_number(fold(goal - expected), lengths));
            width = expected.wrapping_add(change).clamp(0, WIDTHS as i64 - 1);
            let is_second = wanted.map_or(shape == 1, |kind| kind >= WIDTHS);
            shape = usize::from(shapes[shape].code(coder, is_second));
            shape * WIDTHS + width as usize
        });
        self.last = Some(kinds);
        kinds
    }
}

/// The tables of each case, and the kinds that they are of.
#[derive(Debug)]
pub(super) struct Tables {
    kinds: [usize; LEVELS],
    tables: entropy::Tables,
}

impl Default for Tables {
    fn default() -> Self {
        let mut tables = Self {
            kinds: [KINDS; LEVELS],
            tables: entropy::Tables::new(&tables(0, 0)[0]),
        };
        tables.set(&[0; LEVELS]);
        tables
    }
}

impl Tables {
    /// All of them, by [`case`].
    #[inline(always)]
    pub(super) fn all(&self) -> &entropy::Tables {
        &self.tables
    }

    /// Makes them those of other kinds.
    pub(super) fn set(&mut self, kinds: &[usize; LEVELS]) {
        for (level, (kind, &new)) in self.kinds.iter_mut().zip(kinds).enumerate() {
            if *kind != new {
                *kind = new;
                let tables = tables(new, low_bits(level as u32) as usize);
                for (fraction, table) in tables.iter().enumerate() {
                    self.tables.set(case(level, fraction) as u8, table);
                }
            }
        }
    }
}
