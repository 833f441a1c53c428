//! The tiles of a frame.

use std::ops::Range;

/// The tiles of a frame, row by row. All have the same shape, except smaller ones at the right and
/// the bottom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tiling {
    frame: [usize; 2],
    tile: [usize; 2],
}

impl Tiling {
    /// Returns a tiling of frames of shape `frame`, `[y, x]`, by tiles of at most `tile`; `None`
    /// if a length is 0, or if no array can have frames of this size.
    pub(crate) fn new(frame: [usize; 2], tile: [usize; 2]) -> Option<Self> {
        let values = frame[0].checked_mul(frame[1]);
        let is_valid = values.is_some_and(|values| isize::try_from(values).is_ok())
            && !frame.contains(&0)
            && !tile.contains(&0);
        is_valid.then_some(Self {
            frame,
            tile: [frame[0].min(tile[0]), frame[1].min(tile[1])],
        })
    }

    /// Returns the shape of a frame, `[y, x]`.
    pub(crate) const fn frame(&self) -> [usize; 2] {
        self.frame
    }

    /// Returns the shape of a tile that is not at the right or the bottom, `[y, x]`.
    pub(crate) const fn tile(&self) -> [usize; 2] {
        self.tile
    }

    /// Returns the number of rows and of columns of tiles.
    fn counts(&self) -> [usize; 2] {
        [0, 1].map(|axis| self.frame[axis].div_ceil(self.tile[axis]))
    }

    /// Returns the number of tiles.
    pub(crate) fn count(&self) -> usize {
        let [rows, columns] = self.counts();
        rows.saturating_mul(columns)
    }

    /// Returns the rows and the columns of a frame that a tile covers.
    pub(crate) fn tile_region(&self, tile: usize) -> [Range<usize>; 2] {
        let [_, columns] = self.counts();
        let position = [tile / columns, tile % columns];
        [0, 1].map(|axis| {
            let start = position[axis] * self.tile[axis];
            start..(start + self.tile[axis]).min(self.frame[axis])
        })
    }

    /// Returns the rows and the columns of tiles that intersect these rows and columns of a frame.
    pub(crate) fn intersecting(&self, region: &[Range<usize>; 2]) -> [Range<usize>; 2] {
        [0, 1].map(|axis| {
            let Range { start, end } = region[axis];
            let first = start / self.tile[axis];
            first..end.div_ceil(self.tile[axis]).max(first)
        })
    }

    /// Returns the number of the tile in a row and a column of tiles.
    pub(crate) fn tile_number(&self, row: usize, column: usize) -> usize {
        row * self.counts()[1] + column
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_cover_a_frame_row_by_row() {
        let tiling = Tiling::new([5, 7], [2, 4]).unwrap();
        assert_eq!(tiling.count(), 6);
        let regions: Vec<_> = (0..6).map(|tile| tiling.tile_region(tile)).collect();
        assert_eq!(regions[0], [0..2, 0..4]);
        assert_eq!(regions[1], [0..2, 4..7]);
        assert_eq!(regions[5], [4..5, 4..7]);
        assert_eq!(tiling.intersecting(&[1..3, 4..5]), [0..2, 1..2]);
        assert_eq!(tiling.intersecting(&[2..2, 0..7]), [1..1, 0..2]);
        assert_eq!(tiling.tile_number(2, 1), 5);
        let untiled = Tiling::new([5, 7], [9, 7]).unwrap();
        assert_eq!((untiled.count(), untiled.tile()), (1, [5, 7]));
        assert_eq!(Tiling::new([5, 7], [0, 7]), None);
        assert_eq!(Tiling::new([23, (1 << 59) - 2], [23, 23]), None);
    }
}
