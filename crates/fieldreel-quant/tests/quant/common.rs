//! Adversarial ranges and values, for both element types.

use fieldreel_quant::{BitDepth, Float, QuantError, Quantizer, ValueRange};
use proptest::prelude::*;

/// A float with an index, its position among the finite values of its type, in ascending order.
///
/// The index of `−0.0` is −1, that of `+0.0` is 0, and that of the smallest subnormal is 1.
pub(crate) trait IndexedFloat: Float {
    const MAX_INDEX: i64;
    const MIN_NORMAL_INDEX: i64;

    fn from_index(index: i64) -> Self;
    fn index(self) -> i64;
    fn nearest(x: f64) -> Self;
    fn same_bits(self, other: Self) -> bool {
        self.index() == other.index()
    }
}

macro_rules! impl_indexed_float {
    ($type:ty, $bits:ty) => {
        impl IndexedFloat for $type {
            const MAX_INDEX: i64 = <$type>::MAX.to_bits() as i64;
            const MIN_NORMAL_INDEX: i64 = <$type>::MIN_POSITIVE.to_bits() as i64;

            fn from_index(index: i64) -> Self {
                let magnitude = if index < 0 { -(index + 1) } else { index };
                Self::from_bits(magnitude as $bits).copysign(if index < 0 { -1.0 } else { 1.0 })
            }

            fn index(self) -> i64 {
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
impl_indexed_float!(f32, u32);
impl_indexed_float!(f64, u64);

/// A range, a bit depth, and values of the range.
#[derive(Debug, Clone)]
pub(crate) struct QuantizerCase<T> {
    pub(crate) min: T,
    pub(crate) max: T,
    pub(crate) depth: u8,
    pub(crate) values: Vec<T>,
}

impl<T: IndexedFloat> QuantizerCase<T> {
    pub(crate) fn quantizer(&self) -> Result<Quantizer<T>, QuantError> {
        Ok(Quantizer::new(
            ValueRange::new(self.min, self.max)?,
            BitDepth::new(self.depth)?,
        ))
    }
}

pub(crate) fn cases<T: IndexedFloat>() -> impl Strategy<Value = QuantizerCase<T>> {
    let picks = prop::collection::vec(any::<(u64, u16)>(), 0..24);
    (ranges::<T>(), 1_u8..=16, picks).prop_map(|((min, max), depth, picks)| QuantizerCase {
        min,
        max,
        depth,
        values: values(min, max, depth, &picks),
    })
}

fn ranges<T: IndexedFloat>() -> impl Strategy<Value = (T, T)> {
    let any_index = -T::MAX_INDEX - 1..=T::MAX_INDEX;
    let bounds = prop_oneof![
        // Any two values, mostly of very different magnitude.
        (any_index.clone(), any_index.clone()),
        // The widest ranges.
        (0..99_i64, 0..99_i64).prop_map(|(a, b)| (a - T::MAX_INDEX - 1, T::MAX_INDEX - b)),
        // Ranges from about zero to the largest magnitude of either sign.
        (0..99_i64, 0..99_i64).prop_map(|(a, b)| (a, T::MAX_INDEX - b)),
        (0..99_i64, 0..99_i64).prop_map(|(a, b)| (b - T::MAX_INDEX, -a)),
        // Ranges of subnormal values.
        (
            -T::MIN_NORMAL_INDEX..=T::MIN_NORMAL_INDEX,
            -T::MIN_NORMAL_INDEX..=T::MIN_NORMAL_INDEX
        ),
        // Ranges of about as many values as there are codes: anywhere, around zero, around the
        // smallest normal value, around a power of two, and around 1e5.
        (any_index.clone(), 0..200_000_i64)
            .prop_map(|(a, b)| (a, a.saturating_add(b).min(T::MAX_INDEX))),
        (-99..99_i64, -70_000..70_000_i64),
        (-99_000..99_000_i64, 0..70_000_i64)
            .prop_map(|(a, b)| (T::MIN_NORMAL_INDEX + a, T::MIN_NORMAL_INDEX + a + b)),
        (1..20_i64, -99_000..99_000_i64, 0..70_000_i64).prop_map(|(k, a, b)| {
            (k * T::MIN_NORMAL_INDEX + a, k * T::MIN_NORMAL_INDEX + a + b)
        }),
        (-99..99_i64, 0..99_i64).prop_map(|(a, b)| {
            let base = T::nearest(1e5).index();
            (base + a, base + a + b)
        }),
        // Constant ranges.
        any_index.prop_map(|a| (a, a)),
    ];
    bounds.prop_map(|(a, b)| (T::from_index(a.min(b)), T::from_index(a.max(b))))
}

/// Returns the bounds and their neighbors, then values for each pick.
///
/// The values of a pick are one drawn evenly by index, one drawn evenly by value, and one midway
/// between two levels.
fn values<T: IndexedFloat>(min: T, max: T, depth: u8, picks: &[(u64, u16)]) -> Vec<T> {
    let (first, last) = (min.index(), max.index());
    let interpolate =
        |fraction: f64| T::nearest(min.to_f64() * (1.0 - fraction) + max.to_f64() * fraction);
    let levels = f64::from(u16::MAX >> (16 - depth));
    let mut values = vec![
        min,
        max,
        T::from_index((first + 1).min(last)),
        T::from_index((last - 1).max(first)),
    ];
    for &(pick, code) in picks {
        let span = u64::try_from(i128::from(last) - i128::from(first)).unwrap_or(u64::MAX);
        values.push(T::from_index(
            first.wrapping_add((pick % span.saturating_add(1).max(1)) as i64),
        ));
        values.push(interpolate(pick as f64 / u64::MAX as f64));
        values.push(interpolate(((f64::from(code) % levels) + 0.5) / levels));
    }
    // Rounding may have moved some values out of the range.
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

/// Returns true if `|x − y| ≤ bound`, without a rounding error.
pub(crate) fn is_within(x: f64, y: f64, bound: f64) -> bool {
    // A quarter of a large number is exact, and the difference of two quarters does not overflow.
    // Bits that a subnormal loses are negligible beside a large number.
    let scale = if x.abs().max(y.abs()) > 1e300 {
        0.25
    } else {
        1.0
    };
    let (x, y, bound) = (x * scale, y * scale, bound * scale);
    // Knuth's TwoSum of x and −y: `difference + remainder` is the exact difference.
    let difference = x - y;
    let y_part = x - difference;
    let remainder = (x - (difference + y_part)) + (y_part - y);
    difference.abs() < bound
        || (difference.abs() == bound && remainder * difference.signum() <= 0.0)
}
