//! The tiles of the planes of a pass, each of which may have coefficients of its own.

use fieldreel_entropy::residual::ResidualCoder;

use crate::coefficients::{Coefficients, FRACTION_BITS, PARAMETERS};
use crate::lattice::Pass;
use crate::word::Word;

/// The number of places of a row that are predicted at once, all of which have the same coefficients.
pub(crate) const AT_ONCE: usize = 16;

/// The least logarithm to base 2 of the width of a tile: that of [`AT_ONCE`].
const LEAST_COLUMN_BITS: u32 = AT_ONCE.ilog2();

/// The bits that the logarithm of a side of a tile is stored in.
const SIDE_BITS: u32 = 4;

/// The tiles of all planes of a pass. A tile has the same rows and columns in each plane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tiles {
    /// The logarithms to base 2 of the numbers of rows and of columns of a tile.
    bits: [u32; 2],
    /// The numbers of rows and of columns of a plane.
    plane: [usize; 2],
}

impl Tiles {
    /// Returns the only tile of planes that are not divided.
    pub(crate) fn whole(pass: &Pass) -> Self {
        let [_, height, width] = pass.counts;
        let plane = [height, width];
        Self {
            bits: [0; 2],
            plane,
        }
        .united()
    }

    /// Returns the only tile of planes of the same size that are not divided.
    pub(crate) fn united(self) -> Self {
        let bits = |side: usize| side.next_power_of_two().ilog2();
        let [height, width] = self.plane;
        Self {
            bits: [bits(height), bits(width).max(LEAST_COLUMN_BITS)],
            ..self
        }
    }

    /// Returns the smallest tiles with at least this many places, as far as a plane has them.
    pub(crate) fn of_places(pass: &Pass, places: usize) -> Self {
        let whole = Self::whole(pass);
        let most = whole.bits.map(|bits| bits.min((1 << SIDE_BITS) - 1));
        let mut bits = [2.min(most[0]), LEAST_COLUMN_BITS];
        while pass.counts[0].saturating_mul(1 << (bits[0] + bits[1])) < places {
            // They become about as high as they are wide.
            let side = usize::from(bits[0] >= bits[1]);
            let Some(side) = [side, 1 - side]
                .into_iter()
                .find(|&side| bits[side] < most[side])
            else {
                break;
            };
            bits[side] += 1;
        }
        Self { bits, ..whole }
    }

    /// Returns the number of rows and of columns of a plane.
    pub(crate) fn plane(&self) -> [usize; 2] {
        self.plane
    }

    /// Returns the number of rows and of columns of a tile.
    pub(crate) fn size(&self) -> [usize; 2] {
        self.bits.map(|bits| 1 << bits)
    }

    /// Returns the number of tiles above each other and beside each other.
    pub(crate) fn counts(&self) -> [usize; 2] {
        [0, 1].map(|side| self.plane[side].div_ceil(1 << self.bits[side]))
    }

    /// Returns the number of tiles.
    pub(crate) fn count(&self) -> usize {
        self.counts().iter().product()
    }

    /// Returns the index of the first tile of a row of places.
    pub(crate) fn first_of_row(&self, row: usize) -> usize {
        (row >> self.bits[0]) * self.counts()[1]
    }

    /// Returns the first row and column of a tile, and the number of its rows and columns.
    pub(crate) fn place(&self, tile: usize) -> [(usize, usize); 2] {
        let across = self.counts()[1];
        let at = [tile / across, tile % across];
        [0, 1].map(|side| {
            let first = at[side] << self.bits[side];
            (first, self.size()[side].min(self.plane[side] - first))
        })
    }

    /// Codes the size of tiles: an encoder writes `self`, a decoder returns what was written.
    pub(crate) fn code<C: ResidualCoder>(&self, coder: &mut C) -> Self {
        let rows = coder.code_bits(self.bits[0].into(), SIDE_BITS) as u32;
        let columns = coder.code_bits(self.bits[1].into(), SIDE_BITS) as u32;
        Self {
            bits: [rows, columns.max(LEAST_COLUMN_BITS)],
            ..*self
        }
    }
}

/// The coefficients by which departures are predicted, in all tiles of a pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TiledCoefficients {
    pub(crate) tiles: Tiles,
    /// The coefficients of [departures](crate::taps::DEPARTURES) in tiles without ones of their own.
    pub(crate) common: Coefficients,
    /// The coefficients of each tile that has ones of its own, of [departures](crate::taps::DEPARTURES) and then of known
    /// numbers; empty if the planes are not divided.
    pub(crate) own: Vec<Option<Vec<i32>>>,
}

impl TiledCoefficients {
    /// Returns coefficients that are the same everywhere.
    pub(crate) fn common(common: Coefficients, pass: &Pass) -> Self {
        Self {
            tiles: Tiles::whole(pass),
            common,
            own: Vec::new(),
        }
    }

    /// Returns no coefficients.
    pub(crate) fn none(pass: &Pass) -> Self {
        let none = Coefficients {
            bits: FRACTION_BITS.0,
            all: Vec::new(),
        };
        Self::common(none, pass)
    }

    /// Codes the coefficients of tiles, after the common ones: an encoder writes `self`, a decoder returns what was
    /// written, with the common ones of `self`.
    pub(crate) fn code_own<C: ResidualCoder>(self, coder: &mut C) -> Self {
        let is_divided = self.own.iter().any(Option::is_some);
        if coder.code_parameter(is_divided.into(), PARAMETERS) == 0 {
            return Self {
                tiles: self.tiles.united(),
                own: Vec::new(),
                ..self
            };
        }
        let tiles = self.tiles.code(coder);
        let own = (0..tiles.count()).map(|tile| {
            let given = self.own.get(tile).and_then(Option::as_ref);
            let is_own = coder.code_parameter(given.is_some().into(), PARAMETERS) != 0;
            is_own.then(|| self.common.code_own(given, coder))
        });
        Self {
            own: own.collect(),
            tiles,
            ..self
        }
    }

    /// Returns those of `taps` that have a coefficient other than 0 in any tile, by their index.
    pub(crate) fn used(&self, taps: std::ops::Range<usize>) -> Vec<usize> {
        let sets = || self.own.iter().flatten().chain([&self.common.all]);
        taps.filter(|&tap| sets().any(|set| set.get(tap).is_some_and(|&by| by != 0)))
            .collect()
    }

    /// Returns the coefficients of some taps as words, tile after tile.
    pub(crate) fn words<W: Word>(&self, taps: &[usize]) -> Vec<W> {
        let words = (0..self.tiles.count()).flat_map(|tile| {
            let own = self.own.get(tile).and_then(Option::as_ref);
            let set = own.unwrap_or(&self.common.all);
            let words = taps
                .iter()
                .map(|&tap| set.get(tap).copied().unwrap_or_default());
            words.map(|by| W::from_i64(by.into()))
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
                step: [1; 3],
            };
            for places in [1, 500, 1 << 14, usize::MAX] {
                let tiles = Tiles::of_places(&pass, places);
                let [rows, columns] = tiles.size();
                assert_eq!(columns % AT_ONCE, 0);
                let mut seen = vec![0; counts[1] * counts[2]];
                for tile in 0..tiles.count() {
                    let [(top, height), (first, width)] = tiles.place(tile);
                    for row in top..top + height {
                        let across = first / columns;
                        assert_eq!(tiles.first_of_row(row) + across, tile);
                        for column in first..first + width {
                            seen[row * counts[2] + column] += 1;
                        }
                    }
                }
                assert!(seen.iter().all(|&count| count == 1), "{counts:?} {places}");
                let is_large = counts[0] * rows * columns >= places;
                let most = 1 << ((1 << SIDE_BITS) - 1);
                let is_whole = rows >= counts[1].min(most) && columns >= counts[2].min(most);
                assert!(is_large || is_whole, "{counts:?} {places}");
            }
            assert_eq!(Tiles::whole(&pass).count(), 1);
        }
    }
}
