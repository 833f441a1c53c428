//! Smoke that is stirred: advection in a flow that changes, from chimneys that move.

use std::f32::consts::TAU;

use ndarray::{Array2, ArrayView2};

/// Steps of the model in a frame.
const SUBSTEPS: usize = 2;
/// The fastest flow along an axis, in points per step. With twice this and [`DECAY`] not over 1, a new
/// value is a mean of old ones and 0.
const SPEED: f32 = 0.4;
/// Which part of the smoke settles in a step.
const DECAY: f32 = 0.002;
const CHIMNEYS: usize = 12;
/// How far from a chimney its smoke comes out, in points.
const RADIUS: usize = 4;

/// A concentration from 0 to 1 on a grid whose opposite sides touch.
///
/// Upwind differences: of first order, and so with diffusion of their own, but no value ever leaves
/// the range of those before it.
pub(super) struct Smoke {
    now: Array2<f32>,
    next: Array2<f32>,
    steps: usize,
}

impl Smoke {
    /// Clear air of `[height, width]` points.
    pub(super) fn new([height, width]: [usize; 2]) -> Self {
        Self {
            now: Array2::zeros((height, width)),
            next: Array2::zeros((height, width)),
            steps: 0,
        }
    }

    /// Goes on by one frame, axis order `(y, x)`.
    pub(super) fn step(&mut self) -> ArrayView2<'_, f32> {
        for _ in 0..SUBSTEPS {
            self.advect();
            self.emit();
            self.steps += 1;
        }
        self.now.view()
    }

    fn advect(&mut self) {
        let (height, width) = self.now.dim();
        let phase = self.steps as f32 * 0.003;
        // Each row flows as a whole along x, each column along y: free of divergence.
        let rightward = |y: usize| SPEED * (TAU * y as f32 / height as f32 + phase.sin()).sin();
        let downward: Vec<f32> = (0..width)
            .map(|x| SPEED * (TAU * x as f32 / width as f32 + (0.7 * phase).cos()).sin())
            .collect();
        let Some(now) = self.now.as_slice() else {
            return;
        };
        let row = |y: usize| &now[y * width..][..width];
        for (y, mut next) in self.next.rows_mut().into_iter().enumerate() {
            let here = row(y);
            let (above, below) = (row((y + height - 1) % height), row((y + 1) % height));
            let u = rightward(y);
            for (x, next) in next.iter_mut().enumerate() {
                let left = here[if x == 0 { width - 1 } else { x - 1 }];
                let right = here[if x + 1 == width { 0 } else { x + 1 }];
                let v = downward[x];
                let along = u.max(0.0) * (left - here[x]) - u.min(0.0) * (right - here[x]);
                let across = v.max(0.0) * (above[x] - here[x]) - v.min(0.0) * (below[x] - here[x]);
                *next = here[x] + along + across - DECAY * here[x];
            }
        }
        std::mem::swap(&mut self.now, &mut self.next);
    }

    /// Each chimney goes round on a circle of its own, in a time of its own, and smokes.
    fn emit(&mut self) {
        let (height, width) = self.now.dim();
        for chimney in 0..CHIMNEYS {
            let far = (chimney + 1) as f32 / (2 * CHIMNEYS + 2) as f32;
            let angle = chimney as f32 * 2.4 + self.steps as f32 * 0.001 / far;
            let place =
                |side: usize, part: f32| ((0.5 + far * part) * side as f32) as usize + 2 * side;
            let (y, x) = (place(height, angle.sin()), place(width, angle.cos()));
            for dy in 0..=2 * RADIUS {
                for dx in 0..=2 * RADIUS {
                    let near = |offset: usize| 1.0 - (offset.abs_diff(RADIUS) as f32 / 5.0).powi(2);
                    let place = [(y + dy - RADIUS) % height, (x + dx - RADIUS) % width];
                    let value = &mut self.now[place];
                    *value += 0.2 * near(dy) * near(dx) * (1.0 - *value);
                }
            }
        }
    }
}
