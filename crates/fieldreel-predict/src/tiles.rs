//! The tiles of the planes of a pass, each of which may have its own coefficients.

use fieldreel_entropy::residual::ResidualCoder;

use crate::coefficients::{Coefficients, FRACTION_BITS, PARAMETER_MODEL};
use crate::passes::Pass;
use crate::word::Word;

/// The number of positions of a row that are predicted together and have the same coefficients.
pub(crate) const TILE_LANES: usize = 16;

/// The logarithm to base 2 of the smallest width of a tile, [`TILE_LANES`].
const MIN_COLUMN_BITS: u32 = TILE_LANES.ilog2();

/// The number of bits in which the logarithm of a side of a tile is stored.
const SIDE_BITS: u32 = 4;

/// The tiles of all planes of a pass. A tile has the same rows and columns in each plane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tiles {
    /// The logarithms to base 2 of the number of rows and of columns of a tile.
    bits: [u32; 2],
    /// The number of rows and of columns of a plane.
    plane: [usize; 2],
}

impl Tiles {
    /// Returns the single tile of planes that are not divided.
    pub(crate) fn undivided(pass: &Pass) -> Self {
        let [_, height, width] = pass.counts;
        let plane = [height, width];
        Self {
            bits: [0; 2],
            plane,
        }
        .merged_into_one()
    }

    /// Returns the single tile of the same planes without division.
    pub(crate) fn merged_into_one(self) -> Self {
        let bits = |side: usize| side.next_power_of_two().ilog2();
        let [height, width] = self.plane;
        Self {
            bits: [bits(height), bits(width).max(MIN_COLUMN_BITS)],
            ..self
        }
    }

    /// Returns the smallest tiles that have at least this many positions, or one tile if the
    /// planes are smaller.
    pub(crate) fn with_min_positions(pass: &Pass, positions: usize) -> Self {
        let undivided = Self::undivided(pass);
        let max_bits = undivided.bits.map(|bits| bits.min((1 << SIDE_BITS) - 1));
        let mut bits = [2.min(max_bits[0]), MIN_COLUMN_BITS];
        while pass.counts[0].saturating_mul(1 << (bits[0] + bits[1])) < positions {
            // Tiles become about as high as they are wide.
            let side = usize::from(bits[0] >= bits[1]);
            let Some(side) = [side, 1 - side]
                .into_iter()
                .find(|&side| bits[side] < max_bits[side])
            else {
                break;
            };
            bits[side] += 1;
        }
        Self { bits, ..undivided }
    }

    /// Returns the number of rows and of columns of a plane.
    pub(crate) fn plane(&self) -> [usize; 2] {
        self.plane
    }

    /// Returns the number of rows and of columns of a tile.
    pub(crate) fn size(&self) -> [usize; 2] {
        self.bits.map(|bits| 1 << bits)
    }

    /// Returns the number of rows and of columns of tiles.
    pub(crate) fn counts(&self) -> [usize; 2] {
        [0, 1].map(|side| self.plane[side].div_ceil(1 << self.bits[side]))
    }

    /// Returns the number of tiles.
    pub(crate) fn count(&self) -> usize {
        self.counts().iter().product()
    }

    /// Returns the index of the first tile that contains positions of a row.
    pub(crate) fn first_of_row(&self, row: usize) -> usize {
        (row >> self.bits[0]) * self.counts()[1]
    }

    /// Returns the first row and the number of rows of a tile, and the first column and the number
    /// of columns.
    pub(crate) fn bounds(&self, tile: usize) -> [(usize, usize); 2] {
        let across = self.counts()[1];
        let at = [tile / across, tile % across];
        [0, 1].map(|side| {
            let first = at[side] << self.bits[side];
            (first, self.size()[side].min(self.plane[side] - first))
        })
    }

    /// Codes the size of tiles: an encoder writes `self`, a decoder returns the size that was
    /// written.
    pub(crate) fn code<C: ResidualCoder>(&self, coder: &mut C) -> Self {
        let rows = coder.code_bits(self.bits[0].into(), SIDE_BITS) as u32;
        let columns = coder.code_bits(self.bits[1].into(), SIDE_BITS) as u32;
        Self {
            bits: [rows, columns.max(MIN_COLUMN_BITS)],
            ..*self
        }
    }
}

/// The coefficients that predict interpolation errors, in all tiles of a pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TiledCoefficients {
    pub(crate) tiles: Tiles,
    /// The coefficients of [causal taps](crate::taps::CAUSAL_TAPS) in tiles without their own.
    pub(crate) common: Coefficients,
    /// The coefficients of each tile that has its own: of [causal taps](crate::taps::CAUSAL_TAPS),
    /// then of interpolation taps. Empty if the planes are not divided.
    pub(crate) per_tile: Vec<Option<Vec<i32>>>,
}

impl TiledCoefficients {
    /// Returns coefficients that are the same everywhere.
    pub(crate) fn uniform(common: Coefficients, pass: &Pass) -> Self {
        Self {
            tiles: Tiles::undivided(pass),
            common,
            per_tile: Vec::new(),
        }
    }

    /// Returns an empty set of coefficients.
    pub(crate) fn empty(pass: &Pass) -> Self {
        let none = Coefficients {
            fraction_bits: FRACTION_BITS.0,
            values: Vec::new(),
        };
        Self::uniform(none, pass)
    }

    /// Codes the coefficients of tiles, after the common ones: an encoder writes `self`, a decoder
    /// returns the coefficients that were written, with the common ones of `self`.
    pub(crate) fn code_tiles<C: ResidualCoder>(self, coder: &mut C) -> Self {
        let is_divided = self.per_tile.iter().any(Option::is_some);
        if coder.code_parameter(is_divided.into(), PARAMETER_MODEL) == 0 {
            return Self {
                tiles: self.tiles.merged_into_one(),
                per_tile: Vec::new(),
                ..self
            };
        }
        let tiles = self.tiles.code(coder);
        let per_tile = (0..tiles.count()).map(|tile| {
            let given = self.per_tile.get(tile).and_then(Option::as_ref);
            let is_own = coder.code_parameter(given.is_some().into(), PARAMETER_MODEL) != 0;
            is_own.then(|| self.common.code_tile(given, coder))
        });
        Self {
            per_tile: per_tile.collect(),
            tiles,
            ..self
        }
    }

    /// Returns the indices of the taps in a range that have a coefficient other than 0 in any
    /// tile.
    pub(crate) fn used(&self, taps: std::ops::Range<usize>) -> Vec<usize> {
        let sets = || self.per_tile.iter().flatten().chain([&self.common.values]);
        taps.filter(|&tap| sets().any(|set| set.get(tap).is_some_and(|&value| value != 0)))
            .collect()
    }

    /// Returns the coefficients of some taps as words, tile after tile.
    pub(crate) fn words<W: Word>(&self, taps: &[usize]) -> Vec<W> {
        let words = (0..self.tiles.count()).flat_map(|tile| {
            let own = self.per_tile.get(tile).and_then(Option::as_ref);
            let set = own.unwrap_or(&self.common.values);
            let words = taps
                .iter()
                .map(|&tap| set.get(tap).copied().unwrap_or_default());
            words.map(|value| W::from_i64(value.into()))
        });
        words.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::taps::PassKind;

    #[test]
    fn tiles_cover_a_plane_and_are_large_enough() {
        for counts in [
            [1, 1, 1],
            [3, 2, 15],
            [7, 40, 100],
            [240, 37, 24],
            [1, 1, 70000],
        ] {
            let pass = Pass {
                kind: PassKind::Between(0),
                level: 0,
                counts,
                start: [0; 3],
                stride: [1; 3],
            };
            for positions in [1, 500, 1 << 14, usize::MAX] {
                let tiles = Tiles::with_min_positions(&pass, positions);
                let [rows, columns] = tiles.size();
                assert_eq!(columns % TILE_LANES, 0);
                let mut seen = vec![0; counts[1] * counts[2]];
                for tile in 0..tiles.count() {
                    let [(top, height), (first, width)] = tiles.bounds(tile);
                    for row in top..top + height {
                        let across = first / columns;
                        assert_eq!(tiles.first_of_row(row) + across, tile);
                        for column in first..first + width {
                            seen[row * counts[2] + column] += 1;
                        }
                    }
                }
                assert!(
                    seen.iter().all(|&count| count == 1),
                    "{counts:?} {positions}"
                );
                let is_large = counts[0] * rows * columns >= positions;
                let max_bits = 1 << ((1 << SIDE_BITS) - 1);
                let is_undivided =
                    rows >= counts[1].min(max_bits) && columns >= counts[2].min(max_bits);
                assert!(is_large || is_undivided, "{counts:?} {positions}");
            }
            assert_eq!(Tiles::undivided(&pass).count(), 1);
        }
    }
}
