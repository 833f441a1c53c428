//! The predictions of the planes of a pass.

use crate::buffers::{give_back, take_zeros};
use crate::pass_coder::{Decoded, Predictor};
use crate::passes::Pass;
use crate::taps::{DEPARTURES, IN_PLANE_BEFORE, LEFT, PassKind, Tap, known};
use crate::tiles::{TiledCoefficients, Tiles};
use crate::volume::Extent;
use crate::weighted_sum::{IN_ROW, round, weigh, weigh_row, weigh_tiles};
use crate::word::Word;

/// The predictions of the plane at hand.
pub(crate) struct Planes<W: Word> {
    extent: Extent,
    taps: Vec<(Tap, W)>,
    known_bits: u32,
    known_half: W,
    tiles: Tiles,
    /// The departures of the plane before, and the coefficients of all of them in each tile.
    before: (Vec<isize>, Vec<W>),
    /// The known numbers that are weighed anew in each tile, and their coefficients.
    anew: (Vec<Tap>, Vec<W>),
    /// The departures of the rows above, and their coefficients.
    above: (Vec<isize>, Vec<W>),
    /// The coefficients of the two departures to the left in each tile; none if these are not used.
    of_left: Vec<W>,
    /// The same at each place of the row that was finished last.
    pub(crate) left: [Vec<W>; 2],
    /// The first tile of that row.
    left_of: Option<usize>,
    pub(crate) bits: u32,
    half: W,
    pub(crate) base: Vec<W>,
    sums: Vec<W>,
    /// The sums of the row that was finished last.
    pub(crate) row: Vec<[W; IN_ROW]>,
    /// The departures of the plane at hand and of the one before.
    pub(crate) departures: [Vec<W>; 2],
    is_base: bool,
}

impl<W: Word> Drop for Planes<W> {
    fn drop(&mut self) {
        let [now, before] = &mut self.departures;
        for plane in [&mut self.base, &mut self.sums, now, before] {
            give_back(std::mem::take(plane));
        }
    }
}

impl<W: Word> Planes<W> {
    pub(crate) fn new(pass: &Pass, predictor: &Predictor, extent: Extent) -> Self {
        let taps = known(pass.kind);
        let none = TiledCoefficients::none(pass);
        let departures = predictor.departures.as_ref().unwrap_or(&none);
        let width = pass.counts[2];
        let plane = || take_zeros::<W>(extent.places());
        let part = |range: std::ops::Range<usize>| {
            let used = departures.used(range);
            let offsets = used.iter().map(|&tap| DEPARTURES[tap].offset(extent));
            (offsets.collect(), departures.words(&used))
        };
        let anew = departures.used(DEPARTURES.len()..DEPARTURES.len() + taps.len());
        let by = departures.words(&anew);
        let anew = anew.iter().map(|&tap| taps[tap - DEPARTURES.len()]);
        let is_left_used = !departures.used(LEFT..DEPARTURES.len()).is_empty();
        let of_taps = taps.iter().copied().zip(predictor.known.words::<W>());
        Self {
            extent,
            taps: of_taps.filter(|(_, by)| *by != W::default()).collect(),
            known_bits: predictor.known.bits,
            known_half: predictor.known.half(),
            tiles: departures.tiles,
            before: part(0..IN_PLANE_BEFORE),
            anew: (anew.collect(), by),
            above: part(IN_PLANE_BEFORE..LEFT),
            of_left: match is_left_used {
                true => departures.words(&[LEFT, LEFT + 1]),
                false => Vec::new(),
            },
            left: [(); 2].map(|()| vec![W::default(); if is_left_used { width } else { 0 }]),
            left_of: None,
            bits: departures.common.bits,
            half: departures.common.half(),
            base: plane(),
            sums: plane(),
            row: vec![[W::default(); IN_ROW]; width.div_ceil(IN_ROW)],
            departures: [plane(), plane()],
            is_base: pass.kind == PassKind::Base,
        }
    }

    /// Predicts all places of plane `i` from known numbers, and sums the products with these and with departures of the
    /// plane before.
    pub(crate) fn predict(&mut self, known: &Decoded<W>, i: usize) {
        let (extent, [height, width]) = (self.extent, self.tiles.plane());
        let places = extent.index(0, 0)..extent.index(height - 1, 0) + width;
        let volume = &known.numbers;
        let plane_of = |tap: &Tap| (volume.plane(i as isize + tap.plane), tap.offset(extent));
        let base = &mut self.base[places.clone()];
        if self.is_base && i == 0 {
            base.fill(W::default());
        } else {
            let terms = self.taps.iter().map(|(tap, by)| {
                let (plane, offset) = plane_of(tap);
                (shifted(plane, &places, offset), *by)
            });
            weigh(base, &terms.collect::<Vec<_>>());
            round(base, self.known_half, self.known_bits);
        }
        let before = &self.departures[1];
        let (offsets, by) = &self.before;
        let is_divided = self.tiles.count() > 1;
        if i > 0 && !is_divided && !offsets.is_empty() {
            let terms = offsets.iter().zip(by);
            let terms = terms.map(|(&offset, &by)| (shifted(before, &places, offset), by));
            let sums = &mut self.sums[places.clone()];
            weigh(sums, &terms.collect::<Vec<_>>());
            for sum in sums {
                *sum = sum.plus(self.half);
            }
            return;
        }
        self.sums.fill(self.half);
        if is_divided {
            let (anew, of_anew) = &self.anew;
            let sources: Vec<_> = anew.iter().map(plane_of).collect();
            weigh_tiles(&mut self.sums, &sources, of_anew, &self.tiles, extent);
            if i > 0 {
                let sources: Vec<_> = offsets.iter().map(|&by| (before.as_slice(), by)).collect();
                weigh_tiles(&mut self.sums, &sources, by, &self.tiles, extent);
            }
        }
    }

    /// Adds the products with departures of the rows above to the sums of a row.
    #[inline(always)]
    pub(crate) fn finish_sums(&mut self, j: usize) {
        let start = self.extent.index(j, 0);
        let row = self.row.as_flattened_mut();
        row.copy_from_slice(&self.sums[start..start + row.len()]);
        let first = self.tiles.first_of_row(j);
        let columns = self.tiles.size()[1];
        let (offsets, by) = &self.above;
        weigh_row(
            &mut self.row,
            (&self.departures[0], start),
            offsets,
            &by[first * offsets.len()..],
            columns,
        );
        if !self.of_left.is_empty() && self.left_of != Some(first) {
            self.left_of = Some(first);
            let by = self.of_left[2 * first..].chunks_exact(2);
            let [one, two] = &mut self.left;
            let tiles = one.chunks_mut(columns).zip(two.chunks_mut(columns));
            for ((one, two), by) in tiles.zip(by) {
                one.fill(by[0]);
                two.fill(by[1]);
            }
        }
    }
}

/// Returns as many numbers of a plane as `places`, at a distance from them.
fn shifted<'a, W>(plane: &'a [W], places: &std::ops::Range<usize>, offset: isize) -> &'a [W] {
    &plane[places.start.wrapping_add_signed(offset)..][..places.len()]
}
