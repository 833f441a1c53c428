//! Shallow water on a rotating plane: waves that leave three hills of water.
//!
//! The scheme is the forward–backward scheme on Arakawa's C grid: velocities are on the faces of
//! cells, momentum is linear, and mass is conserved. Every cell is computed by the same operations
//! in the same order, whichever process does it, so that the values do not depend on the number of
//! processes.

use std::ops::Range;

use ndarray::{Array2, Array3, ArrayView2, s};

use crate::domain::{CELLS, CHUNK, FRAMES, Tile};
use crate::neighbors::{Neighbors, fill_halo};

/// The depth of the water at rest, in m.
const DEPTH: f64 = 100.0;
/// The acceleration of gravity, in m/s².
const GRAVITY: f64 = 9.81;
/// The Coriolis parameter, in 1/s.
const CORIOLIS: f64 = 1e-4;
/// The side of a cell, in m.
const SIDE: f64 = 1000.0;
/// The duration of a step, in s: waves of 31 m/s cross a third of a cell.
const STEP: f64 = 10.0;
/// The number of steps between two frames.
const STEPS_PER_FRAME: usize = 6;
/// The hills of the initial surface: `[y, x]` of the center as a part of the domain, height in m,
/// and radius in cells.
const HILLS: [([f64; 2], f64, f64); 3] = [
    ([0.3, 0.35], 1.0, 14.0),
    ([0.7, 0.6], -0.6, 9.0),
    ([0.95, 0.02], 0.4, 20.0),
];

/// A simulation of one tile.
#[derive(Debug)]
pub struct ShallowWater<N> {
    neighbors: N,
    /// The height of the surface over the depth at rest, in m, with a cell of the neighbors at
    /// each edge, as in the other arrays.
    height: Array2<f64>,
    /// The velocity along x at the left face of each cell, in m/s.
    u: Array2<f64>,
    /// The velocity along y at the upper face of each cell, in m/s.
    v: Array2<f64>,
    frames: usize,
}

impl<N: Neighbors> ShallowWater<N> {
    /// Starts the simulation of a tile.
    #[must_use]
    pub fn new(tile: &Tile, neighbors: N) -> Self {
        let [rows, columns] = tile.shape();
        let zeros = Array2::zeros((rows + 2, columns + 2));
        let mut height = zeros.clone();
        let mut inner = height.slice_mut(s![1..=rows, 1..=columns]);
        for ((y, x), value) in inner.indexed_iter_mut() {
            *value = initial_height([tile.rows.start + y, tile.columns.start + x]);
        }
        fill_halo(&neighbors, &mut height);
        Self {
            neighbors,
            height,
            u: zeros.clone(),
            v: zeros,
            frames: 0,
        }
    }

    /// Returns the height of the surface of the tile, without the cells of the neighbors.
    fn frame(&self) -> ArrayView2<'_, f64> {
        let (rows, columns) = self.height.dim();
        self.height.slice(s![1..rows - 1, 1..columns - 1])
    }

    /// Simulates as many frames as a chunk has, or those that are left, and returns the height of
    /// the surface, axis order `(time, y, x)`, in m. Returns `None` after the last frame.
    pub fn next_frames(&mut self) -> Option<Array3<f32>> {
        let count = CHUNK[0].min(FRAMES - self.frames);
        if count == 0 {
            return None;
        }
        let (rows, columns) = self.frame().dim();
        let mut frames = Array3::zeros((count, rows, columns));
        for mut frame in frames.outer_iter_mut() {
            frame.assign(&self.frame().mapv(|height| height as f32));
            for _ in 0..STEPS_PER_FRAME {
                self.step();
            }
        }
        self.frames += count;
        Some(frames)
    }

    /// Computes the next step.
    fn step(&mut self) {
        self.accelerate();
        fill_halo(&self.neighbors, &mut self.u);
        fill_halo(&self.neighbors, &mut self.v);
        self.transport();
        fill_halo(&self.neighbors, &mut self.height);
    }

    /// Computes the velocities after a step from the slope of the surface.
    fn accelerate(&mut self) {
        let (width, rows) = (self.width(), self.frame().nrows());
        let (old_u, old_v) = (self.u.clone(), self.v.clone());
        let [h, old_u, old_v] = [&self.height, &old_u, &old_v].map(cells);
        let [u, v] = [&mut self.u, &mut self.v].map(cells_mut);
        let (turn, slope) = (STEP * CORIOLIS / 4.0, STEP * GRAVITY / SIDE);
        for row in 1..=rows {
            for at in inner_cells(row, width) {
                let mean_v = old_v[at - 1] + old_v[at] + old_v[at + width - 1] + old_v[at + width];
                let mean_u = old_u[at - width] + old_u[at] + old_u[at - width + 1] + old_u[at + 1];
                u[at] += turn * mean_v - slope * (h[at] - h[at - 1]);
                v[at] -= turn * mean_u + slope * (h[at] - h[at - width]);
            }
        }
    }

    /// Computes the height after a step from the water that flows through the faces of cells.
    fn transport(&mut self) {
        let (width, rows) = (self.width(), self.frame().nrows());
        let old = self.height.clone();
        let [h, u, v] = [&old, &self.u, &self.v].map(cells);
        let next = cells_mut(&mut self.height);
        let depth = |a: usize, b: usize| DEPTH + 0.5 * (h[a] + h[b]);
        for row in 1..=rows {
            for at in inner_cells(row, width) {
                let along_x = u[at + 1] * depth(at, at + 1) - u[at] * depth(at, at - 1);
                let along_y = v[at + width] * depth(at, at + width) - v[at] * depth(at, at - width);
                next[at] -= STEP / SIDE * (along_x + along_y);
            }
        }
    }

    /// Returns the number of columns of the arrays.
    fn width(&self) -> usize {
        self.height.ncols()
    }
}

/// Returns the cells of an array, row after row.
fn cells(values: &Array2<f64>) -> &[f64] {
    values.as_slice().unwrap_or_default()
}

/// The same, to be changed.
fn cells_mut(values: &mut Array2<f64>) -> &mut [f64] {
    values.as_slice_mut().unwrap_or_default()
}

/// Returns the indices of the cells of a row, without those of the neighbors.
fn inner_cells(row: usize, width: usize) -> Range<usize> {
    row * width + 1..(row + 1) * width - 1
}

/// Returns the initial height of the surface at a cell, in m.
fn initial_height(position: [usize; 2]) -> f64 {
    let hill = |(center, height, radius): ([f64; 2], f64, f64)| {
        let squares = [0, 1].map(|axis| {
            let cells = CELLS[axis] as f64;
            let distance = (position[axis] as f64 - center[axis] * cells).abs();
            distance.min(cells - distance).powi(2)
        });
        height * (-(squares[0] + squares[1]) / (radius * radius)).exp()
    };
    HILLS.into_iter().map(hill).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::neighbors::Alone;

    #[test]
    fn mass_is_conserved_and_waves_move() {
        let mut water = ShallowWater::new(&Tile::DOMAIN, Alone);
        let mass = water.frame().sum();
        let mut frames = 0;
        let first = water.next_frames().unwrap();
        frames += first.len_of(ndarray::Axis(0));
        assert!((first[[0, 72, 87]] - 1.0).abs() < 0.01);
        while let Some(next) = water.next_frames() {
            frames += next.len_of(ndarray::Axis(0));
            let largest = next
                .iter()
                .fold(0.0_f32, |max, height| max.max(height.abs()));
            assert!((0.2..0.6).contains(&largest), "{largest}");
        }
        assert_eq!(frames, FRAMES);
        assert!(
            (water.frame().sum() - mass).abs() < 1e-8 * mass.abs(),
            "{mass}"
        );
    }
}
