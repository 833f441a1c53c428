//! Adversarial ranges and values, for both element types alike.

use fieldreel_quant::{BitDepth, Float, QuantError, Quantizer, ValueRange};
use proptest::prelude::*;

/// A float as its place among the finite values of its type: `−1` is `−0.0`, `0` is `+0.0`, `1` the smallest subnormal.
pub(crate) trait Place: Float {
    const LAST: i64;
    const SMALLEST_NORMAL: i64;

    fn at(place: i64) -> Self;
    fn place(self) -> i64;
    fn nearest(x: f64) -> Self;
    fn same_bits(self, other: Self) -> bool {
        self.place() == other.place()
    }
}

macro_rules! place {
    ($type:ty, $bits:ty) => {
        impl Place for $type {
            const LAST: i64 = <$type>::MAX.to_bits() as i64;
            const SMALLEST_NORMAL: i64 = <$type>::MIN_POSITIVE.to_bits() as i64;

            fn at(place: i64) -> Self {
                let magnitude = if place < 0 { -(place + 1) } else { place };
                Self::from_bits(magnitude as $bits).copysign(if place < 0 { -1.0 } else { 1.0 })
            }

            fn place(self) -> i64 {
                let magnitude = self.abs().to_bits() as i64;
                if self.is_sign_negative() {
                    -magnitude - 1
                } else {
                    magnitude
                }
            }

            fn nearest(x: f64) -> Self {
                x as $type
            }
        }
    };
}
place!(f32, u32);
place!(f64, u64);

/// A range, a depth, and values of the range.
#[derive(Debug, Clone)]
pub(crate) struct Case<T> {
    pub(crate) min: T,
    pub(crate) max: T,
    pub(crate) depth: u8,
    pub(crate) values: Vec<T>,
}

impl<T: Place> Case<T> {
    pub(crate) fn quantizer(&self) -> Result<Quantizer<T>, QuantError> {
        Ok(Quantizer::new(
            ValueRange::new(self.min, self.max)?,
            BitDepth::new(self.depth)?,
        ))
    }
}

pub(crate) fn cases<T: Place>() -> impl Strategy<Value = Case<T>> {
    let picks = prop::collection::vec(any::<(u64, u16)>(), 0..24);
    (ranges::<T>(), 1_u8..=16, picks).prop_map(|((min, max), depth, picks)| Case {
        min,
        max,
        depth,
        values: values(min, max, depth, &picks),
    })
}

fn ranges<T: Place>() -> impl Strategy<Value = (T, T)> {
    let wide = -T::LAST - 1..=T::LAST;
    let ends = prop_oneof![
        // Any two values: mostly of very different magnitude.
        (wide.clone(), wide.clone()),
        // As wide as can be.
        (0..99_i64, 0..99_i64).prop_map(|(a, b)| (a - T::LAST - 1, T::LAST - b)),
        // Far wider than the least of its values, from either side.
        (0..99_i64, 0..99_i64).prop_map(|(a, b)| (a, T::LAST - b)),
        (0..99_i64, 0..99_i64).prop_map(|(a, b)| (b - T::LAST, -a)),
        // Subnormal.
        (
            -T::SMALLEST_NORMAL..=T::SMALLEST_NORMAL,
            -T::SMALLEST_NORMAL..=T::SMALLEST_NORMAL
        ),
        // About as many values as there are codes: anywhere, at zero, where subnormals end, around 1e5.
        (wide.clone(), 0..200_000_i64).prop_map(|(a, b)| (a, a.saturating_add(b).min(T::LAST))),
        (-99..99_i64, -70_000..70_000_i64),
        (-99_000..99_000_i64, 0..70_000_i64)
            .prop_map(|(a, b)| (T::SMALLEST_NORMAL + a, T::SMALLEST_NORMAL + a + b)),
        (1..20_i64, -99_000..99_000_i64, 0..70_000_i64)
            .prop_map(|(k, a, b)| { (k * T::SMALLEST_NORMAL + a, k * T::SMALLEST_NORMAL + a + b) }),
        (-99..99_i64, 0..99_i64).prop_map(|(a, b)| {
            let base = T::nearest(1e5).place();
            (base + a, base + a + b)
        }),
        // Constant.
        wide.prop_map(|a| (a, a)),
    ];
    ends.prop_map(|(a, b)| (T::at(a.min(b)), T::at(a.max(b))))
}

/// The ends and their neighbors; then values spread by magnitude, spread evenly, and midway between levels.
fn values<T: Place>(min: T, max: T, depth: u8, picks: &[(u64, u16)]) -> Vec<T> {
    let (first, last) = (min.place(), max.place());
    let along =
        |fraction: f64| T::nearest(min.to_f64() * (1.0 - fraction) + max.to_f64() * fraction);
    let levels = f64::from(u16::MAX >> (16 - depth));
    let mut values = vec![
        min,
        max,
        T::at((first + 1).min(last)),
        T::at((last - 1).max(first)),
    ];
    for &(pick, code) in picks {
        let span = u64::try_from(i128::from(last) - i128::from(first)).unwrap_or(u64::MAX);
        values.push(T::at(
            first.wrapping_add((pick % span.saturating_add(1).max(1)) as i64),
        ));
        values.push(along(pick as f64 / u64::MAX as f64));
        values.push(along(((f64::from(code) % levels) + 0.5) / levels));
    }
    // Rounding may have carried some past an end.
    values
        .iter()
        .map(|&x| {
            if x < min {
                min
            } else if x > max {
                max
            } else {
                x
            }
        })
        .collect()
}

/// `|x − y| ≤ bound`, decided without rounding.
pub(crate) fn within(x: f64, y: f64, bound: f64) -> bool {
    // Quarters of large numbers are exact and do not overflow when subtracted; what a subnormal loses is nothing to them.
    let scale = if x.abs().max(y.abs()) > 1e300 {
        0.25
    } else {
        1.0
    };
    let (x, y, bound) = (x * scale, y * scale, bound * scale);
    // Knuth's TwoSum of x and −y: `difference + rest` is the exact difference.
    let difference = x - y;
    let y_part = x - difference;
    let rest = (x - (difference + y_part)) + (y_part - y);
    difference.abs() < bound || (difference.abs() == bound && rest * difference.signum() <= 0.0)
}
