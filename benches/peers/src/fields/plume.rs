//! A generated plume that is advected around land, with sharp fronts and a mask.
//!
//! A source emits into a periodic channel that contains a front. Eddies that change in time advect
//! the plume and the front. The flow is derived from a stream function that is constant on land,
//! so that there is no flow through coasts and the divergence on the grid is zero. Advection is in
//! flux form with the superbee slopes of Roe, "Characteristic-Based Schemes for the Euler
//! Equations" (Annual Review of Fluid Mechanics 18, 1986), and Heun's two stages, which keep
//! fronts sharp and create no new extremes.

use std::f64::consts::TAU;

use ndarray::{Array2, Array3, Axis};

use super::random::SplitMix64;

/// The maximum Courant number: the part of a cell crossed in one step.
const MAX_COURANT: f64 = 0.3;
/// The fraction of the field that is land.
const LAND_FRACTION: f64 = 0.3;
/// The concentrations on both sides of the initial front.
const FRONT_CONCENTRATIONS: [f64; 2] = [2.0, 8.0];
/// The emission at the center of the source between two frames.
const EMISSION: f64 = 0.8;

/// The parameters of the channel. The unit of time is the interval between frames, and the unit of
/// length is a cell.
#[derive(Clone, Copy, Debug)]
pub(super) struct PlumeParameters {
    pub(super) frames: usize,
    pub(super) height: usize,
    pub(super) width: usize,
    /// The root mean square of the initial velocity along x, in cells per frame.
    pub(super) speed: f64,
}

impl Default for PlumeParameters {
    fn default() -> Self {
        Self {
            frames: 150,
            height: 144,
            width: 192,
            speed: 1.2,
        }
    }
}

/// Generates the concentration, of axis order `(time, y, x)`, with NaN on land.
pub(super) fn concentration(parameters: &PlumeParameters, seed: u64) -> Array3<f32> {
    let mut channel = Channel::new(parameters, &mut SplitMix64::new(seed));
    let mut field = Array3::from_elem(
        (parameters.frames, parameters.height, parameters.width),
        f32::NAN,
    );
    for (time, mut frame) in field.axis_iter_mut(Axis(0)).enumerate() {
        for (index, value) in frame.indexed_iter_mut() {
            if !channel.land[index] {
                *value = channel.cells[index] as f32;
            }
        }
        channel.advance(time as f64);
    }
    field
}

/// A sum of waves that are periodic along x.
struct WaveSum(Vec<PlaneWave>);

/// A plane wave. Wavenumbers are in radians per cell.
struct PlaneWave {
    amplitude: f64,
    wavenumber_x: f64,
    wavenumber_y: f64,
    phase: f64,
    /// The angular frequency in radians per frame.
    frequency: f64,
}

impl WaveSum {
    /// Creates random waves of up to `max_periods` periods along x.
    ///
    /// Amplitudes are inversely proportional to wavenumbers, and frequencies are up to
    /// `frequency`.
    fn new(
        parameters: &PlumeParameters,
        random: &mut SplitMix64,
        count: usize,
        max_periods: f64,
        frequency: f64,
    ) -> Self {
        let wave = |_| {
            let periods = random.between(1.0, max_periods + 1.0).floor();
            let rows = random.between(-max_periods, max_periods) * parameters.height as f64
                / parameters.width as f64;
            PlaneWave {
                amplitude: 1.0 / periods.hypot(rows),
                wavenumber_x: TAU * periods / parameters.width as f64,
                wavenumber_y: TAU * rows / parameters.height as f64,
                phase: random.phase(),
                frequency: random.between(-frequency, frequency),
            }
        };
        Self((0..count).map(wave).collect())
    }

    /// Returns the sum at a position in cells and a time in frames.
    fn at(&self, y: f64, x: f64, time: f64) -> f64 {
        let wave = |w: &PlaneWave| {
            w.amplitude
                * (w.wavenumber_x * x + w.wavenumber_y * y + w.phase + w.frequency * time).cos()
        };
        self.0.iter().map(wave).sum()
    }
}

/// A channel of water between two walls, periodic along x, that contains land.
struct Channel {
    cells: Array2<f64>,
    land: Array2<bool>,
    /// The factor of the stream function at the corners of cells: 0 on land and at the walls, 1 in
    /// open water.
    open: Array2<f64>,
    eddies: WaveSum,
    /// The factor that scales the eddies to the speed of the parameters.
    scale: f64,
    /// The emission between two frames.
    source: Array2<f64>,
}

impl Channel {
    /// Creates the channel at the time of the first frame.
    fn new(parameters: &PlumeParameters, random: &mut SplitMix64) -> Self {
        let (height, width) = (parameters.height, parameters.width);
        let (terrain, eddies) = (
            WaveSum::new(parameters, random, 24, 5.0, 0.0),
            WaveSum::new(parameters, random, 16, 6.0, 0.15),
        );
        let open = open_water(parameters, &terrain);
        let land = Array2::from_shape_fn((height, width), |(y, x)| {
            let east = (x + 1) % width;
            [[y, x], [y, east], [y + 1, x], [y + 1, east]]
                .iter()
                .all(|&corner| open[corner] == 0.0)
        });

        let meander = WaveSum::new(parameters, random, 4, 4.0, 0.0);
        let cells = Array2::from_shape_fn((height, width), |(y, x)| {
            let bend = 0.1 * meander.at(0.0, x as f64, 0.0);
            FRONT_CONCENTRATIONS[usize::from(y as f64 / height as f64 > 0.5 + bend)]
        });
        let source = source_term(random, &land);
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
        channel.scale = parameters.speed / rms.max(f64::MIN_POSITIVE);
        channel
    }

    /// Returns the velocities through the western and the southern faces of cells, in cells per
    /// frame.
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

    /// Advances the cells by one frame, with the flow at the middle of the interval.
    fn advance(&mut self, time: f64) {
        let (u, v) = self.velocity(time + 0.5);
        let max_speed = u.iter().chain(&v).fold(0.0_f64, |a, b| a.max(b.abs()));
        let steps = (max_speed / MAX_COURANT).ceil().max(1.0);
        let step = 1.0 / steps;
        for _ in 0..steps as usize {
            let first = &self.cells + step * self.tendency(&self.cells, &u, &v);
            let second = &first + step * self.tendency(&first, &u, &v);
            self.cells = 0.5 * (&self.cells + &second) + step * &self.source;
        }
    }

    /// Returns the inflow minus the outflow of each cell.
    fn tendency(&self, cells: &Array2<f64>, u: &Array2<f64>, v: &Array2<f64>) -> Array2<f64> {
        let (height, width) = cells.dim();
        let mut change = Array2::zeros((height, width));
        for y in 0..height {
            for x in 0..width {
                let cell = |back: usize| cells[[y, (x + width + 1 - back) % width]];
                let flux = face_flux(u[[y, x]], [cell(3), cell(2), cell(1), cell(0)]);
                change[[y, x]] += flux;
                change[[y, (x + width - 1) % width]] -= flux;
            }
        }
        // There is no flux through the walls.
        for y in 1..height {
            for x in 0..width {
                let cell = |row: usize| cells[[row.min(height - 1), x]];
                let rows = [y.saturating_sub(2), y - 1, y, y + 1];
                let flux = face_flux(v[[y, x]], rows.map(cell));
                change[[y, x]] += flux;
                change[[y - 1, x]] -= flux;
            }
        }
        change
    }
}

/// Returns the factor of the stream function at the corners of cells, from 0 on land to 1 in open
/// water. Land is the highest part of the terrain.
fn open_water(parameters: &PlumeParameters, terrain: &WaveSum) -> Array2<f64> {
    let (rows, width) = (parameters.height + 1, parameters.width);
    let levels = Array2::from_shape_fn((rows, width), |(y, x)| terrain.at(y as f64, x as f64, 0.0));
    let mut sorted: Vec<f64> = levels.iter().copied().collect();
    sorted.sort_by(f64::total_cmp);
    let at = |share: f64| sorted[((sorted.len() - 1) as f64 * share) as usize];
    let (sea, beach) = (
        at(1.0 - LAND_FRACTION),
        at(1.0 - LAND_FRACTION) - at(0.5 - LAND_FRACTION / 2.0),
    );
    let smooth = |share: f64| {
        let share = share.clamp(0.0, 1.0);
        share * share * (3.0 - 2.0 * share)
    };
    Array2::from_shape_fn((rows, width), |(y, x)| {
        let from_wall = y.min(rows - 1 - y) as f64 / 6.0;
        smooth((sea - levels[[y, x]]) / beach) * smooth(from_wall)
    })
}

/// Returns a source of a few cells at a random position in the water.
fn source_term(random: &mut SplitMix64, land: &Array2<bool>) -> Array2<f64> {
    let (height, width) = land.dim();
    // The loop ends, because most of the channel is water.
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

/// Returns the flux through a face, from the velocity and the two cells on each side.
fn face_flux(velocity: f64, [left2, left1, right1, right2]: [f64; 4]) -> f64 {
    let value = if velocity >= 0.0 {
        left1 + 0.5 * superbee(left1 - left2, right1 - left1)
    } else {
        right1 - 0.5 * superbee(right1 - left1, right2 - right1)
    };
    velocity * value
}

/// Returns the steepest slope that creates no new extreme.
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

    const SMALL: PlumeParameters = PlumeParameters {
        frames: 12,
        height: 40,
        width: 48,
        speed: 0.8,
    };

    #[test]
    fn the_total_concentration_changes_only_by_emission() {
        let mut channel = Channel::new(&SMALL, &mut SplitMix64::new(5));
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
    fn the_flow_has_no_divergence_and_is_zero_on_land() {
        let channel = Channel::new(&SMALL, &mut SplitMix64::new(5));
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
    fn fronts_stay_sharp_and_there_are_no_new_extremes() {
        let mut channel = Channel::new(&SMALL, &mut SplitMix64::new(2));
        channel.source.fill(0.0);
        for time in 0..10 {
            channel.advance(f64::from(time));
        }
        let range = FRONT_CONCENTRATIONS[0] - 0.05..FRONT_CONCENTRATIONS[1] + 0.05;
        assert!(channel.cells.iter().all(|x| range.contains(x)));
        let step = |pair: ndarray::ArrayView1<'_, f64>| (pair[1] - pair[0]).abs();
        let max_step = channel.cells.axis_windows(Axis(0), 2);
        let max_step = max_step
            .into_iter()
            .flat_map(|rows| rows.columns().into_iter().map(step).collect::<Vec<_>>())
            .fold(0.0, f64::max);
        assert!(
            max_step > 0.3 * (FRONT_CONCENTRATIONS[1] - FRONT_CONCENTRATIONS[0]),
            "{max_step}"
        );
    }

    #[test]
    fn fields_depend_only_on_the_seed_and_contain_land() {
        let (one, same) = (concentration(&SMALL, 1), concentration(&SMALL, 1));
        let bits = |field: &Array3<f32>| field.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&one), bits(&same));
        assert_ne!(bits(&one), bits(&concentration(&SMALL, 2)));
        let land = one.iter().filter(|x| x.is_nan()).count() as f64 / one.len() as f64;
        assert!((0.15..0.4).contains(&land), "{land}");
    }
}
