//! The exchange of the edges of tiles.

use mpi::Count;
use mpi::point_to_point::send_receive_replace_into;
use mpi::topology::CartesianCommunicator;
use mpi::traits::Communicator;
use ndarray::{Array2, ArrayView1, Axis};

use crate::Error;
use crate::domain::{Tile, process_grid};

/// The neighbors of a tile in a domain that is periodic along both axes.
pub trait Neighbors {
    /// Sends a line of cells to the neighbor along an axis, 0 for y and 1 for x, in the direction
    /// `step`, −1 or 1, and replaces it with the line that the opposite neighbor sends.
    fn shift(&self, axis: usize, step: i32, line: &mut [f64]);
}

/// The domain in a single process, which is its own neighbor.
#[derive(Clone, Copy, Debug)]
pub struct Alone;

impl Neighbors for Alone {
    fn shift(&self, _axis: usize, _step: i32, _line: &mut [f64]) {}
}

/// The processes of a communicator in a periodic grid.
pub struct Processes {
    grid: CartesianCommunicator,
    tile: Tile,
    shape: [usize; 2],
}

impl Processes {
    /// Arranges the processes of a communicator in a grid. All of them must call this function.
    ///
    /// # Errors
    /// [`Error::TooManyProcesses`] if the domain cannot be divided among so many processes.
    pub fn new(world: &impl Communicator) -> Result<Self, Error> {
        let processes = usize::try_from(world.size()).unwrap_or_default();
        let shape = process_grid(processes)?;
        let grid = world
            .create_cartesian_communicator(&shape.map(|n| n as Count), &[true; 2], false)
            // MPI leaves out processes only if the grid is smaller than the communicator.
            .ok_or_else(|| Error::Usage("this process is not in the grid".to_owned()))?;
        let position = grid.rank_to_coordinates(grid.rank());
        let tile = Tile::new(shape, [position[0] as usize, position[1] as usize]);
        Ok(Self { grid, tile, shape })
    }

    /// Returns the tile of this process.
    #[must_use]
    pub const fn tile(&self) -> &Tile {
        &self.tile
    }

    /// Returns the number of processes along y and along x.
    #[must_use]
    pub const fn shape(&self) -> [usize; 2] {
        self.shape
    }
}

impl Neighbors for Processes {
    fn shift(&self, axis: usize, step: i32, line: &mut [f64]) {
        // Along a periodic axis, every process has both neighbors.
        if let (Some(source), Some(destination)) = self.grid.shift(axis as Count, step) {
            send_receive_replace_into(
                line,
                &self.grid.process_at_rank(destination),
                &self.grid.process_at_rank(source),
            );
        }
    }
}

/// Fills the outermost cells of a tile with the values of the neighbors.
///
/// Corners come from the diagonal neighbors, because the edges along y are exchanged last and
/// contain the cells that were filled first.
pub fn fill_halo(neighbors: &impl Neighbors, values: &mut Array2<f64>) {
    for axis in [1, 0] {
        let last = values.len_of(Axis(axis)) - 2;
        for (edge, halo, step) in [(1, last + 1, -1), (last, 0, 1)] {
            let mut line = values.index_axis(Axis(axis), edge).to_vec();
            neighbors.shift(axis, step, &mut line);
            let mut halo = values.index_axis_mut(Axis(axis), halo);
            halo.assign(&ArrayView1::from(&line));
        }
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn a_single_process_sees_the_domain_repeated() {
        let mut values = array![
            [0.0, 0.0, 0.0, 0.0],
            [0.0, 1.0, 2.0, 0.0],
            [0.0, 3.0, 4.0, 0.0],
            [0.0, 0.0, 0.0, 0.0],
        ];
        fill_halo(&Alone, &mut values);
        let expected = array![
            [4.0, 3.0, 4.0, 3.0],
            [2.0, 1.0, 2.0, 1.0],
            [4.0, 3.0, 4.0, 3.0],
            [2.0, 1.0, 2.0, 1.0],
        ];
        assert_eq!(values, expected);
    }
}
