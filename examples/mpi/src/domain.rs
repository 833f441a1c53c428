//! The grid, its chunks, and the tile of each process.

use std::ops::Range;

use crate::Error;

/// The number of cells of the domain, `[y, x]`. They are no multiples of the chunks, as in most
/// models.
pub const CELLS: [usize; 2] = [240, 250];
/// The number of frames that are written.
pub const FRAMES: usize = 40;
/// The shape of a chunk, `[time, y, x]`. The number of frames of a chunk is also that of a segment
/// of a reel.
pub const CHUNK: [usize; 3] = [16, 64, 64];

/// The part of the domain that one process simulates and writes.
///
/// A tile consists of complete chunks, so that no two processes write the same chunk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tile {
    /// The rows, at least one.
    pub rows: Range<usize>,
    /// The columns, at least one.
    pub columns: Range<usize>,
}

impl Tile {
    /// The tile of a single process: the whole domain.
    pub const DOMAIN: Self = Self {
        rows: 0..CELLS[0],
        columns: 0..CELLS[1],
    };

    /// Returns the tile of the process at `position`, `[y, x]`, in a grid of `processes`, `[y, x]`.
    #[must_use]
    pub fn new(processes: [usize; 2], position: [usize; 2]) -> Self {
        let range = |axis: usize| {
            let first = |part: usize| {
                let chunk = part * chunks(axis) / processes[axis];
                (chunk * CHUNK[axis + 1]).min(CELLS[axis])
            };
            first(position[axis])..first(position[axis] + 1)
        };
        Self {
            rows: range(0),
            columns: range(1),
        }
    }

    /// Returns the number of rows and of columns.
    #[must_use]
    pub fn shape(&self) -> [usize; 2] {
        [self.rows.len(), self.columns.len()]
    }

    /// Returns true if a cell belongs to both tiles.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        let share = |a: &Range<usize>, b: &Range<usize>| a.start.max(b.start) < a.end.min(b.end);
        share(&self.rows, &other.rows) && share(&self.columns, &other.columns)
    }
}

/// Returns the number of chunks along an axis: 0 for y, 1 for x.
const fn chunks(axis: usize) -> usize {
    CELLS[axis].div_ceil(CHUNK[axis + 1])
}

/// Divides processes into a grid `[y, x]` that gives each at least one chunk. Among the possible
/// grids, it is one whose tiles have the shortest edges, because edges are exchanged in each step.
///
/// # Errors
/// [`Error::TooManyProcesses`] if there is no such grid.
pub fn process_grid(processes: usize) -> Result<[usize; 2], Error> {
    let [rows, columns] = [chunks(0), chunks(1)];
    (1..=rows.min(processes))
        .filter(|along_y| processes.is_multiple_of(*along_y))
        .map(|along_y| [along_y, processes / along_y])
        .filter(|[_, along_x]| *along_x <= columns)
        .min_by_key(|[along_y, along_x]| along_y * CELLS[1] + along_x * CELLS[0])
        .ok_or(Error::TooManyProcesses {
            processes,
            rows,
            columns,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tiles(processes: usize) -> Vec<Tile> {
        let grid = process_grid(processes).unwrap();
        let positions = (0..grid[0]).flat_map(|y| (0..grid[1]).map(move |x| [y, x]));
        positions
            .map(|position| Tile::new(grid, position))
            .collect()
    }

    #[test]
    fn tiles_cover_the_domain_once_and_consist_of_complete_chunks() {
        for processes in [1, 2, 3, 4, 6, 8, 9, 12, 16] {
            let tiles = tiles(processes);
            assert_eq!(tiles.len(), processes);
            let cells: usize = tiles
                .iter()
                .map(|tile| tile.shape().iter().product::<usize>())
                .sum();
            assert_eq!(cells, CELLS[0] * CELLS[1]);
            for (i, tile) in tiles.iter().enumerate() {
                assert!(tiles[..i].iter().all(|other| !tile.overlaps(other)));
                for (axis, range) in [&tile.rows, &tile.columns].into_iter().enumerate() {
                    assert!(!range.is_empty());
                    assert_eq!(range.start % CHUNK[axis + 1], 0);
                    assert!(range.end % CHUNK[axis + 1] == 0 || range.end == CELLS[axis]);
                }
            }
        }
        assert_eq!(tiles(1), [Tile::DOMAIN]);
    }

    #[test]
    fn too_many_processes_are_refused() {
        for processes in [5, 7, 17, 32, usize::MAX] {
            let error = process_grid(processes).unwrap_err();
            assert!(
                matches!(error, Error::TooManyProcesses { .. }),
                "{processes}: {error}"
            );
        }
        assert_eq!(process_grid(4).unwrap(), [2, 2]);
        assert_eq!(process_grid(16).unwrap(), [4, 4]);
    }
}
