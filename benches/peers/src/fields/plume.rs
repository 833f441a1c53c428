//! A plume that a flow carries around land: sharp fronts, and a mask.
//!
//! A source emits into a periodic channel, in which there already is a front. Eddies that change with
//! time carry both. The flow comes from a stream function that is level on land, so that nothing flows
//! in or out there, and its divergence is zero on the grid. Advection is in flux form with the superbee
//! slopes of Roe, "Characteristic-Based Schemes for the Euler Equations" (Annual Review of Fluid
//! Mechanics 18, 1986) and Heun's two stages, which keep fronts sharp and make no new extremes.

use std::f64::consts::TAU;

use ndarray::{Array2, Array3, Axis};

use super::random::Random;

/// Most of a cell that is crossed in a step.
const COURANT: f64 = 0.3;
/// Share of the field that is land.
const LAND: f64 = 0.3;
/// Concentrations on both sides of the first front.
const FRONT: [f64; 2] = [2.0, 8.0];
/// What the source emits in the time between two frames.
const EMISSION: f64 = 0.8;

/// The channel. Its frames are 1 apart in time; velocities are in cells.
#[derive(Clone, Copy, Debug)]
pub(super) struct Setup {
    pub(super) frames: usize,
    pub(super) height: usize,
    pub(super) width: usize,
    /// Typical speed in cells between two frames.
    pub(super) speed: f64,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            frames: 150,
            height: 144,
            width: 192,
            speed: 1.2,
        }
    }
}

/// The concentration, axis order `(time, y, x)`, NaN on land.
pub(super) fn concentration(setup: &Setup, seed: u64) -> Array3<f32> {
    let mut channel = Channel::new(setup, &mut Random::new(seed));
    let mut field = Array3::from_elem((setup.frames, setup.height, setup.width), f32::NAN);
    for (time, mut frame) in field.axis_iter_mut(Axis(0)).enumerate() {
        for (place, value) in frame.indexed_iter_mut() {
            if !channel.land[place] {
                *value = channel.cells[place] as f32;
            }
        }
        channel.advance(time as f64);
    }
    field
}

/// A sum of waves that are periodic along x.
struct Waves(Vec<Wave>);

/// One of them; wavenumbers in radians a cell.
struct Wave {
    amplitude: f64,
    along: f64,
    across: f64,
    phase: f64,
    /// Radians between two frames.
    turn: f64,
}

impl Waves {
    /// Waves of up to `most` periods along x, long ones higher.
    fn new(setup: &Setup, random: &mut Random, count: usize, most: f64, turn: f64) -> Self {
        let wave = |_| {
            let periods = random.between(1.0, most + 1.0).floor();
            let rows = random.between(-most, most) * setup.height as f64 / setup.width as f64;
            Wave {
                amplitude: 1.0 / periods.hypot(rows),
                along: TAU * periods / setup.width as f64,
                across: TAU * rows / setup.height as f64,
                phase: random.phase(),
                turn: random.between(-turn, turn),
            }
        };
        Self((0..count).map(wave).collect())
    }

    /// The sum at a place, in cells, and a time, in frames.
    fn at(&self, y: f64, x: f64, time: f64) -> f64 {
        let wave =
            |w: &Wave| w.amplitude * (w.along * x + w.across * y + w.phase + w.turn * time).cos();
        self.0.iter().map(wave).sum()
    }
}

/// Water between two walls, periodic along x, with land in it.
struct Channel {
    cells: Array2<f64>,
    land: Array2<bool>,
    /// 0 on land and at the walls, 1 in open water; at the corners of cells.
    open: Array2<f64>,
    eddies: Waves,
    /// Brings the eddies to the speed that was asked for.
    scale: f64,
    /// What is emitted between two frames.
    source: Array2<f64>,
}

impl Channel {
    /// The channel before the first frame.
    fn new(setup: &Setup, random: &mut Random) -> Self {
        let (height, width) = (setup.height, setup.width);
        let (terrain, eddies) = (
            Waves::new(setup, random, 24, 5.0, 0.0),
            Waves::new(setup, random, 16, 6.0, 0.15),
        );
        let open = shore(setup, &terrain);
        let land = Array2::from_shape_fn((height, width), |(y, x)| {
            let east = (x + 1) % width;
            [[y, x], [y, east], [y + 1, x], [y + 1, east]]
                .iter()
                .all(|&corner| open[corner] == 0.0)
        });

        let meander = Waves::new(setup, random, 4, 4.0, 0.0);
        let cells = Array2::from_shape_fn((height, width), |(y, x)| {
            let bend = 0.1 * meander.at(0.0, x as f64, 0.0);
            FRONT[usize::from(y as f64 / height as f64 > 0.5 + bend)]
        });
        let source = source(random, &land);
        let mut channel = Self {
            cells,
            land,
            open,
            eddies,
            scale: 1.0,
            source,
        };
        let (u, _) = channel.velocity(0.0);
        let rms = (u.iter().map(|u| u * u).sum::<f64>() / u.len() as f64).sqrt();
        channel.scale = setup.speed / rms.max(f64::MIN_POSITIVE);
        channel
    }

    /// Velocities through the western and the southern faces of cells, in cells between two frames.
    fn velocity(&self, time: f64) -> (Array2<f64>, Array2<f64>) {
        let stream = Array2::from_shape_fn(self.open.dim(), |(y, x)| {
            self.scale * self.open[[y, x]] * self.eddies.at(y as f64, x as f64, time)
        });
        let (height, width) = self.cells.dim();
        let u = Array2::from_shape_fn((height, width), |(y, x)| {
            stream[[y + 1, x]] - stream[[y, x]]
        });
        let v = Array2::from_shape_fn((height + 1, width), |(y, x)| {
            stream[[y, x]] - stream[[y, (x + 1) % width]]
        });
        (u, v)
    }

    /// Carries the cells from one frame to the next, with the flow of the time between them.
    fn advance(&mut self, time: f64) {
        let (u, v) = self.velocity(time + 0.5);
        let fastest = u.iter().chain(&v).fold(0.0_f64, |a, b| a.max(b.abs()));
        let steps = (fastest / COURANT).ceil().max(1.0);
        let step = 1.0 / steps;
        for _ in 0..steps as usize {
            let first = &self.cells + step * self.tendency(&self.cells, &u, &v);
            let second = &first + step * self.tendency(&first, &u, &v);
            self.cells = 0.5 * (&self.cells + &second) + step * &self.source;
        }
    }

    /// What flows in less what flows out.
    fn tendency(&self, cells: &Array2<f64>, u: &Array2<f64>, v: &Array2<f64>) -> Array2<f64> {
        let (height, width) = cells.dim();
        let mut change = Array2::zeros((height, width));
        for y in 0..height {
            for x in 0..width {
                let cell = |back: usize| cells[[y, (x + width + 1 - back) % width]];
                let flux = carried(u[[y, x]], [cell(3), cell(2), cell(1), cell(0)]);
                change[[y, x]] += flux;
                change[[y, (x + width - 1) % width]] -= flux;
            }
        }
        // Nothing passes the walls.
        for y in 1..height {
            for x in 0..width {
                let cell = |row: usize| cells[[row.min(height - 1), x]];
                let rows = [y.saturating_sub(2), y - 1, y, y + 1];
                let flux = carried(v[[y, x]], rows.map(cell));
                change[[y, x]] += flux;
                change[[y - 1, x]] -= flux;
            }
        }
        change
    }
}

/// Where water is open, at the corners of cells: the highest terrain is land, the shore is smooth.
fn shore(setup: &Setup, terrain: &Waves) -> Array2<f64> {
    let (rows, width) = (setup.height + 1, setup.width);
    let levels = Array2::from_shape_fn((rows, width), |(y, x)| terrain.at(y as f64, x as f64, 0.0));
    let mut sorted: Vec<f64> = levels.iter().copied().collect();
    sorted.sort_by(f64::total_cmp);
    let at = |share: f64| sorted[((sorted.len() - 1) as f64 * share) as usize];
    let (sea, beach) = (at(1.0 - LAND), at(1.0 - LAND) - at(0.5 - LAND / 2.0));
    let smooth = |share: f64| {
        let share = share.clamp(0.0, 1.0);
        share * share * (3.0 - 2.0 * share)
    };
    Array2::from_shape_fn((rows, width), |(y, x)| {
        let from_wall = y.min(rows - 1 - y) as f64 / 6.0;
        smooth((sea - levels[[y, x]]) / beach) * smooth(from_wall)
    })
}

/// A spot of a few cells in the water.
fn source(random: &mut Random, land: &Array2<bool>) -> Array2<f64> {
    let (height, width) = land.dim();
    // A tenth of the height is water by far: this ends.
    let (row, column) = loop {
        let row = (random.between(0.3, 0.7) * height as f64) as usize;
        let column = (random.unit() * width as f64) as usize;
        if !land[[row, column]] {
            break (row as f64, column as f64);
        }
    };
    Array2::from_shape_fn((height, width), |(y, x)| {
        let square = (y as f64 - row).powi(2) + (x as f64 - column).powi(2);
        if land[[y, x]] {
            0.0
        } else {
            EMISSION * (-square / 8.0).exp()
        }
    })
}

/// What a velocity carries through a face, of two cells on each side.
fn carried(velocity: f64, [far, near, next, beyond]: [f64; 4]) -> f64 {
    let value = if velocity >= 0.0 {
        near + 0.5 * superbee(near - far, next - near)
    } else {
        next - 0.5 * superbee(next - near, beyond - next)
    };
    velocity * value
}

/// The steepest slope that makes no new extreme.
fn superbee(back: f64, ahead: f64) -> f64 {
    let minmod = |a: f64, b: f64| {
        if a * b <= 0.0 {
            0.0
        } else if a.abs() < b.abs() {
            a
        } else {
            b
        }
    };
    let (a, b) = (minmod(2.0 * back, ahead), minmod(back, 2.0 * ahead));
    if a.abs() > b.abs() { a } else { b }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: Setup = Setup {
        frames: 12,
        height: 40,
        width: 48,
        speed: 0.8,
    };

    #[test]
    fn what_is_emitted_is_all_that_is_added() {
        let mut channel = Channel::new(&SMALL, &mut Random::new(5));
        let water = |channel: &Channel| channel.cells.sum();
        let (first, emitted) = (water(&channel), channel.source.sum());
        for time in 0..10 {
            channel.advance(f64::from(time));
        }
        let (found, expected) = (water(&channel), first + 10.0 * emitted);
        assert!((found / expected - 1.0).abs() < 1e-10, "{found} {expected}");
        assert!(emitted > 1.0);
    }

    #[test]
    fn the_flow_has_no_divergence_and_does_not_enter_land() {
        let channel = Channel::new(&SMALL, &mut Random::new(5));
        let (u, v) = channel.velocity(3.0);
        for ((y, x), &land) in channel.land.indexed_iter() {
            let east = u[[y, (x + 1) % SMALL.width]];
            let out = east - u[[y, x]] + v[[y + 1, x]] - v[[y, x]];
            assert!(out.abs() < 1e-12);
            if land {
                assert_eq!((east, u[[y, x]], v[[y, x]]), (0.0, 0.0, 0.0));
            }
        }
    }

    #[test]
    fn fronts_stay_sharp_and_no_extreme_is_new() {
        let mut channel = Channel::new(&SMALL, &mut Random::new(2));
        channel.source.fill(0.0);
        for time in 0..10 {
            channel.advance(f64::from(time));
        }
        let range = FRONT[0] - 0.05..FRONT[1] + 0.05;
        assert!(channel.cells.iter().all(|x| range.contains(x)));
        let step = |pair: ndarray::ArrayView1<'_, f64>| (pair[1] - pair[0]).abs();
        let steepest = channel.cells.axis_windows(Axis(0), 2);
        let steepest = steepest
            .into_iter()
            .flat_map(|rows| rows.columns().into_iter().map(step).collect::<Vec<_>>())
            .fold(0.0, f64::max);
        assert!(steepest > 0.3 * (FRONT[1] - FRONT[0]), "{steepest}");
    }

    #[test]
    fn a_seed_is_a_field_with_land() {
        let (one, same) = (concentration(&SMALL, 1), concentration(&SMALL, 1));
        let bits = |field: &Array3<f32>| field.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&one), bits(&same));
        assert_ne!(bits(&one), bits(&concentration(&SMALL, 2)));
        let land = one.iter().filter(|x| x.is_nan()).count() as f64 / one.len() as f64;
        assert!((0.15..0.4).contains(&land), "{land}");
    }
}
