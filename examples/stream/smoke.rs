//! A simulation of smoke: advection in a changing flow, and emission from moving chimneys.

use std::f32::consts::TAU;

use ndarray::{Array2, ArrayView2};

/// The number of steps of the model per frame.
const SUBSTEPS: usize = 2;
/// The fastest flow along an axis, in points per step. As `2 · MAX_SPEED + DECAY` is at most 1,
/// each new value is a weighted mean of old values and 0.
const MAX_SPEED: f32 = 0.4;
/// The fraction of the smoke that settles in a step.
const DECAY: f32 = 0.002;
const CHIMNEYS: usize = 12;
/// The distance from a chimney within which smoke is emitted, in points.
const RADIUS: usize = 4;

/// A concentration from 0 to 1 on a grid with periodic boundaries.
///
/// Advection uses upwind differences. They are of first order, and therefore diffusive, but no
/// value leaves the range of the previous values.
pub(super) struct Smoke {
    current: Array2<f32>,
    next: Array2<f32>,
    steps: usize,
}

impl Smoke {
    /// Returns a grid of `[height, width]` points without smoke.
    pub(super) fn new([height, width]: [usize; 2]) -> Self {
        Self {
            current: Array2::zeros((height, width)),
            next: Array2::zeros((height, width)),
            steps: 0,
        }
    }

    /// Computes the next frame, axis order `(y, x)`.
    pub(super) fn step(&mut self) -> ArrayView2<'_, f32> {
        for _ in 0..SUBSTEPS {
            self.advect();
            self.emit();
            self.steps += 1;
        }
        self.current.view()
    }

    fn advect(&mut self) {
        let (height, width) = self.current.dim();
        let phase = self.steps as f32 * 0.003;
        // The velocity along x depends on y only, and that along y on x only: the flow has no
        // divergence.
        let velocity_x =
            |y: usize| MAX_SPEED * (TAU * y as f32 / height as f32 + phase.sin()).sin();
        let velocity_y: Vec<f32> = (0..width)
            .map(|x| MAX_SPEED * (TAU * x as f32 / width as f32 + (0.7 * phase).cos()).sin())
            .collect();
        let Some(current) = self.current.as_slice() else {
            return;
        };
        let row = |y: usize| &current[y * width..][..width];
        for (y, mut next) in self.next.rows_mut().into_iter().enumerate() {
            let center = row(y);
            let (above, below) = (row((y + height - 1) % height), row((y + 1) % height));
            let u = velocity_x(y);
            for (x, next) in next.iter_mut().enumerate() {
                let value = center[x];
                let left = center[if x == 0 { width - 1 } else { x - 1 }];
                let right = center[if x + 1 == width { 0 } else { x + 1 }];
                let v = velocity_y[x];
                let flow_x = u.max(0.0) * (left - value) - u.min(0.0) * (right - value);
                let flow_y = v.max(0.0) * (above[x] - value) - v.min(0.0) * (below[x] - value);
                *next = value + flow_x + flow_y - DECAY * value;
            }
        }
        std::mem::swap(&mut self.current, &mut self.next);
    }

    /// Emits smoke from each chimney. Chimneys move on circles of different radius and period.
    fn emit(&mut self) {
        let (height, width) = self.current.dim();
        for chimney in 0..CHIMNEYS {
            let radius = (chimney + 1) as f32 / (2 * CHIMNEYS + 2) as f32;
            let angle = chimney as f32 * 2.4 + self.steps as f32 * 0.001 / radius;
            let coordinate = |length: usize, offset: f32| {
                ((0.5 + radius * offset) * length as f32) as usize + 2 * length
            };
            let (y, x) = (
                coordinate(height, angle.sin()),
                coordinate(width, angle.cos()),
            );
            let weight = |offset: usize| 1.0 - (offset.abs_diff(RADIUS) as f32 / 5.0).powi(2);
            for dy in 0..=2 * RADIUS {
                for dx in 0..=2 * RADIUS {
                    let position = [(y + dy - RADIUS) % height, (x + dx - RADIUS) % width];
                    let value = &mut self.current[position];
                    *value += 0.2 * weight(dy) * weight(dx) * (1.0 - *value);
                }
            }
        }
    }
}
