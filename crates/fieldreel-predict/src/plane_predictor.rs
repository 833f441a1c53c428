//! The predictions of the planes of a pass.

use crate::buffers::{recycle, take_zeros};
use crate::interpolator::{Interpolator, shifted};
use crate::pass_coder::{DecodedVolumes, PassPredictor};
use crate::passes::Pass;
use crate::taps::{CAUSAL_TAPS, FIRST_LEFT_TAP, PREVIOUS_PLANE_TAP_COUNT, Tap, interpolation_taps};
use crate::tiles::{TiledCoefficients, Tiles};
use crate::volume::Extent;
use crate::weighted_sum::{ROW_LANES, add_weighted_row, add_weighted_tiles, weighted_sum};
use crate::word::Word;

/// The predictions of the current plane.
pub(crate) struct PlanePredictor<W: Word> {
    extent: Extent,
    interpolator: Interpolator<W>,
    /// The interpolated integers of the next planes, if they were computed before.
    next_interpolated: std::vec::IntoIter<Vec<W>>,
    tiles: Tiles,
    /// The offsets of the causal taps in the previous plane, and their coefficients in each tile.
    previous_plane: (Vec<isize>, Vec<W>),
    /// The interpolation taps that each tile applies once more, and their coefficients.
    tile_interpolation: (Vec<Tap>, Vec<W>),
    /// The offsets of the causal taps in the rows above, and their coefficients in each tile.
    rows_above: (Vec<isize>, Vec<W>),
    /// The coefficients of the two causal taps to the left in each tile; empty if these taps are
    /// not used.
    left_coefficients: Vec<W>,
    /// The coefficients of the two causal taps to the left at each position of the row that was
    /// finished last.
    pub(crate) left_by_column: [Vec<W>; 2],
    /// The first tile of the row that was finished last.
    left_by_column_tile: Option<usize>,
    pub(crate) causal_fraction_bits: u32,
    causal_half: W,
    /// The interpolated integers of the plane.
    pub(crate) interpolated: Vec<W>,
    /// The sums of products with known integers and with interpolation errors of the previous
    /// plane.
    sums: Vec<W>,
    /// The sums of the row that was finished last.
    pub(crate) row_sums: Vec<[W; ROW_LANES]>,
    /// The interpolation errors of the current plane and of the previous one.
    pub(crate) interpolation_errors: [Vec<W>; 2],
}

impl<W: Word> Drop for PlanePredictor<W> {
    fn drop(&mut self) {
        let [current, previous] = &mut self.interpolation_errors;
        for plane in [&mut self.interpolated, &mut self.sums, current, previous] {
            recycle(std::mem::take(plane));
        }
    }
}

impl<W: Word> PlanePredictor<W> {
    pub(crate) fn new(pass: &Pass, predictor: &mut PassPredictor<W>, extent: Extent) -> Self {
        let interpolated = std::mem::take(&mut predictor.interpolated);
        let taps = interpolation_taps(pass.kind);
        let none = TiledCoefficients::empty(pass);
        let causal = predictor.causal.as_ref().unwrap_or(&none);
        let width = pass.counts[2];
        let plane = || take_zeros::<W>(extent.padded_len());
        let part = |range: std::ops::Range<usize>| {
            let used = causal.used(range);
            let offsets = used.iter().map(|&tap| CAUSAL_TAPS[tap].offset(extent));
            (offsets.collect(), causal.words(&used))
        };
        let tile_taps = causal.used(CAUSAL_TAPS.len()..CAUSAL_TAPS.len() + taps.len());
        let tile_coefficients = causal.words(&tile_taps);
        let tile_taps = tile_taps.iter().map(|&tap| taps[tap - CAUSAL_TAPS.len()]);
        let is_left_used = !causal.used(FIRST_LEFT_TAP..CAUSAL_TAPS.len()).is_empty();
        Self {
            extent,
            interpolator: Interpolator::new(pass, &predictor.interpolation, extent),
            next_interpolated: interpolated.into_iter(),
            tiles: causal.tiles,
            previous_plane: part(0..PREVIOUS_PLANE_TAP_COUNT),
            tile_interpolation: (tile_taps.collect(), tile_coefficients),
            rows_above: part(PREVIOUS_PLANE_TAP_COUNT..FIRST_LEFT_TAP),
            left_coefficients: match is_left_used {
                true => causal.words(&[FIRST_LEFT_TAP, FIRST_LEFT_TAP + 1]),
                false => Vec::new(),
            },
            left_by_column: [(); 2]
                .map(|()| vec![W::default(); if is_left_used { width } else { 0 }]),
            left_by_column_tile: None,
            causal_fraction_bits: causal.common.fraction_bits,
            causal_half: causal.common.half_unit(),
            interpolated: plane(),
            sums: plane(),
            row_sums: vec![[W::default(); ROW_LANES]; width.div_ceil(ROW_LANES)],
            interpolation_errors: [plane(), plane()],
        }
    }

    /// Interpolates all positions of plane `i` from known integers, and sums the products of
    /// coefficients with known integers and with interpolation errors of the previous plane.
    pub(crate) fn predict(&mut self, known: &DecodedVolumes<W>, i: usize) {
        let (extent, range) = (self.extent, self.interpolator.range());
        match self.next_interpolated.next() {
            Some(plane) => recycle(std::mem::replace(&mut self.interpolated, plane)),
            None => self
                .interpolator
                .interpolate(known, i, &mut self.interpolated),
        }
        let previous = &self.interpolation_errors[1];
        let (offsets, coefficients) = &self.previous_plane;
        let is_divided = self.tiles.count() > 1;
        if i > 0 && !is_divided && !offsets.is_empty() {
            let terms = offsets.iter().zip(coefficients);
            let terms = terms
                .map(|(&offset, &coefficient)| (shifted(previous, &range, offset), coefficient));
            let sums = &mut self.sums[range.clone()];
            weighted_sum(sums, &terms.collect::<Vec<_>>());
            for sum in sums {
                *sum = sum.plus(self.causal_half);
            }
            return;
        }
        self.sums.fill(self.causal_half);
        if is_divided {
            let (taps, tile_coefficients) = &self.tile_interpolation;
            let volume = &known.integers;
            let plane_of = |tap: &Tap| (volume.plane(i as isize + tap.plane), tap.offset(extent));
            let sources: Vec<_> = taps.iter().map(plane_of).collect();
            add_weighted_tiles(
                &mut self.sums,
                &sources,
                tile_coefficients,
                &self.tiles,
                extent,
            );
            if i > 0 {
                let sources: Vec<_> = offsets
                    .iter()
                    .map(|&offset| (previous.as_slice(), offset))
                    .collect();
                add_weighted_tiles(&mut self.sums, &sources, coefficients, &self.tiles, extent);
            }
        }
    }

    /// Adds the products with interpolation errors of the rows above to the sums of row `j`.
    #[inline(always)]
    pub(crate) fn finish_sums(&mut self, j: usize) {
        let start = self.extent.index(j, 0);
        let row = self.row_sums.as_flattened_mut();
        row.copy_from_slice(&self.sums[start..start + row.len()]);
        let first = self.tiles.first_of_row(j);
        let columns = self.tiles.size()[1];
        let (offsets, coefficients) = &self.rows_above;
        add_weighted_row(
            &mut self.row_sums,
            (&self.interpolation_errors[0], start),
            offsets,
            &coefficients[first * offsets.len()..],
            columns,
        );
        if !self.left_coefficients.is_empty() && self.left_by_column_tile != Some(first) {
            self.left_by_column_tile = Some(first);
            let pairs = self.left_coefficients[2 * first..].chunks_exact(2);
            let [first_left, second_left] = &mut self.left_by_column;
            let tiles = first_left
                .chunks_mut(columns)
                .zip(second_left.chunks_mut(columns));
            for ((first_left, second_left), pair) in tiles.zip(pairs) {
                first_left.fill(pair[0]);
                second_left.fill(pair[1]);
            }
        }
    }
}
