//! Static distributions of symbols: Laplace and Gaussian distributions of many widths, identical
//! on every machine.

use std::sync::OnceLock;

use crate::residual::ZERO_SYMBOL;
use crate::{FrequencyTable, SYMBOLS};

/// The number of widths of each family, six per octave.
pub(super) const WIDTHS: usize = 60;

/// The number of distributions: Laplace distributions of all widths, then Gaussian ones.
pub(super) const DISTRIBUTIONS: usize = 2 * WIDTHS;

/// The largest distance from the center, on either side, at which weights are summed.
const MAX_STEPS: i32 = 40;

/// The smallest width: the scale parameter of a Laplace distribution, or the standard deviation of
/// a Gaussian one.
const MIN_WIDTH: f64 = 0.05;

/// The relative widths within an octave: 2^(i/6), rounded to the nearest binary64.
const SIXTHS: [f64; 6] = [
    1.0,
    1.122_462_048_309_373,
    1.259_921_049_894_873_2,
    std::f64::consts::SQRT_2,
    1.587_401_051_968_199_4,
    1.781_797_436_280_678_6,
];

/// The tables that [`frequency_table`] has computed.
static TABLES: [OnceLock<FrequencyTable>; DISTRIBUTIONS] = [const { OnceLock::new() }; _];

/// Returns the table of a distribution.
pub(super) fn frequency_table(distribution: usize) -> &'static FrequencyTable {
    let distribution = distribution % DISTRIBUTIONS;
    TABLES[distribution].get_or_init(|| compute_table(distribution))
}

fn compute_table(distribution: usize) -> FrequencyTable {
    let scale = MIN_WIDTH
        * SIXTHS[distribution % WIDTHS % 6]
        * f64::from(1_u32 << (distribution % WIDTHS / 6));
    let mut weights = [0.0; SYMBOLS];
    let mut total = 0.0;
    let mut add = |value: i32, weight: f64| {
        let symbol = usize::try_from(value + ZERO_SYMBOL as i32);
        let symbol = symbol.map_or(SYMBOLS - 1, |symbol| symbol.min(SYMBOLS - 1));
        weights[symbol] += weight;
        total += weight;
    };
    for (sign, nearest) in [(1, 0), (-1, -1)] {
        // Compute each weight from the previous one, from the center outward.
        let distance = f64::from(nearest).abs();
        let (mut weight, mut ratio, change) = if distribution < WIDTHS {
            (exp_minus(distance / scale), exp_minus(1.0 / scale), 1.0)
        } else {
            let spread = 2.0 * scale * scale;
            let ratio = exp_minus((2.0 * distance + 1.0) / spread);
            (
                exp_minus(distance * distance / spread),
                ratio,
                exp_minus(2.0 / spread),
            )
        };
        for step in 0..=MAX_STEPS {
            add(nearest + sign * step, weight);
            weight *= ratio;
            ratio *= change;
        }
    }
    let mut starts = [0; SYMBOLS];
    let mut sum = 0.0;
    for (at, start) in starts.iter_mut().enumerate() {
        let share = (sum / total).min(1.0) * (65_536 - SYMBOLS) as f64;
        *start = share as u16 + at as u16;
        sum += weights[at];
    }
    FrequencyTable::new(starts)
}

/// Returns e^−`x`, from additions and multiplications only, which are identical on every machine.
fn exp_minus(x: f64) -> f64 {
    let x = x / 1024.0;
    let mut power = 1.0 + x * (-1.0 + x * (0.5 + x * (-1.0 / 6.0 + x * (1.0 / 24.0))));
    for _ in 0..10 {
        power *= power;
    }
    power
}
