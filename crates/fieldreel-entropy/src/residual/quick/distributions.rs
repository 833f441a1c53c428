//! The distributions of symbols: two shapes in many widths, computed alike on every machine.

use std::sync::OnceLock;

use crate::residual::MIDDLE;
use crate::{SYMBOLS, Table};

/// The number of widths of a shape, six an octave.
pub(super) const WIDTHS: usize = 60;

/// The number of distributions: those of Laplace in every width, then those of Gauss.
pub(super) const SHAPES: usize = 2 * WIDTHS;

/// The distance of the last value on either side that is summed.
const LAST: i32 = 40;

/// The smallest width.
const LEAST: f64 = 0.05;

/// The factors between widths in an octave: 2^(i/6), rounded to the nearest binary64.
const SIXTHS: [f64; 6] = [
    1.0,
    1.122_462_048_309_373,
    1.259_921_049_894_873_2,
    std::f64::consts::SQRT_2,
    1.587_401_051_968_199_4,
    1.781_797_436_280_678_6,
];

/// The tables that [`table`] has made.
static MADE: [OnceLock<Table>; SHAPES] = [const { OnceLock::new() }; _];

/// Returns the table of a distribution.
pub(super) fn table(shape: usize) -> &'static Table {
    MADE[shape % SHAPES].get_or_init(|| make(shape % SHAPES))
}

fn make(shape: usize) -> Table {
    let scale = LEAST * SIXTHS[shape % WIDTHS % 6] * f64::from(1_u32 << (shape % WIDTHS / 6));
    let mut weights = [0.0; SYMBOLS];
    let mut total = 0.0;
    let mut add = |value: i32, weight: f64| {
        let symbol = usize::try_from(value + MIDDLE as i32);
        let symbol = symbol.map_or(SYMBOLS - 1, |symbol| symbol.min(SYMBOLS - 1));
        weights[symbol] += weight;
        total += weight;
    };
    for (sign, nearest) in [(1, 0), (-1, -1)] {
        // From the center outwards, each weight from the one before.
        let away = f64::from(nearest).abs();
        let (mut weight, mut ratio, change) = if shape < WIDTHS {
            (exp_of_minus(away / scale), exp_of_minus(1.0 / scale), 1.0)
        } else {
            let spread = 2.0 * scale * scale;
            let ratio = exp_of_minus((2.0 * away + 1.0) / spread);
            (
                exp_of_minus(away * away / spread),
                ratio,
                exp_of_minus(2.0 / spread),
            )
        };
        for step in 0..=LAST {
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
    Table::new(starts)
}

/// Returns e to the power of −`x`, by additions and multiplications alone, which are the same on every machine.
fn exp_of_minus(x: f64) -> f64 {
    let x = x / 1024.0;
    let mut power = 1.0 + x * (-1.0 + x * (0.5 + x * (-1.0 / 6.0 + x * (1.0 / 24.0))));
    for _ in 0..10 {
        power *= power;
    }
    power
}
