//! Tests that decoded integers are within every bound, for random fields of every type.

use fieldreel_core::{Dtype, Element, Scalar, with_element_type};
use fieldreel_reel::segment::{decode, encode};
use fieldreel_reel::{Effort, ErrorBound, Limits, ReelElement, SegmentOptions};
use ndarray::Array3;
use proptest::prelude::*;

/// The parameters of a random field of integers.
#[derive(Clone, Debug)]
struct Recipe {
    shape: [usize; 3],
    /// The center of the values, as a fraction of the range of the type.
    center: f64,
    /// The largest number of bits of the range of the values.
    bits: u32,
    /// The number of bits of noise.
    noise: u32,
    divisor: u8,
    has_fill_value: bool,
    seeds: Vec<u64>,
}

fn recipe() -> impl Strategy<Value = Recipe> {
    (
        prop_oneof![
            prop::array::uniform3(1_usize..9),
            [1_usize..3, 1_usize..3, 1_usize..400].prop_map(|shape| shape),
        ],
        prop_oneof![Just(0.0), Just(1.0), Just(0.5), 0.0..1.0_f64],
        0_u32..65,
        0_u32..65,
        prop_oneof![Just(1_u8), 1_u8..120],
        any::<bool>(),
        prop::collection::vec(any::<u64>(), 1..60),
    )
        .prop_map(
            |(shape, center, bits, noise, divisor, has_fill_value, seeds)| Recipe {
                shape,
                center,
                bits,
                noise,
                divisor,
                has_fill_value,
                seeds,
            },
        )
}

fn integer(value: impl Element) -> i128 {
    match value.to_scalar() {
        Scalar::Integer(value) => value,
        Scalar::Float(value) => panic!("{value} is no integer"),
    }
}

impl Recipe {
    fn values<T: ReelElement>(&self) -> Array3<T> {
        let (lowest, highest) = (integer(T::LOWEST), integer(T::HIGHEST));
        let center = lowest + ((highest - lowest) as f64 * self.center) as i128;
        let mut at = 0_usize;
        Array3::from_shape_fn(self.shape, |(t, y, x)| {
            at += 1;
            let seed = self.seeds[at % self.seeds.len()].rotate_left(at as u32);
            if self.has_fill_value && seed.is_multiple_of(11) {
                return T::from_bit_pattern(integer(T::HIGHEST) as u64 - 1);
            }
            let smooth = ((t as f64 / 3.0).sin() + (y as f64 / 4.0).cos() + (x as f64 / 9.0).sin())
                * (self.bits as f64).exp2()
                / 6.0;
            let noise = i128::from(seed) & ((1_i128 << self.noise.min(self.bits)) - 1);
            let value = (center + smooth as i128 + noise) / i128::from(self.divisor)
                * i128::from(self.divisor);
            let value = value.clamp(lowest, highest);
            let Some(value) = i64::try_from(value).map_or_else(
                |_| T::from_scalar((value as u64).into()),
                |value| T::from_scalar(value.into()),
            ) else {
                panic!("{value} is no {}", T::DTYPE)
            };
            value
        })
    }
}

fn bound() -> impl Strategy<Value = ErrorBound> {
    prop_oneof![
        Just(ErrorBound::Lossless),
        prop::sample::select(vec![0.5, 1.0, 1.9, 2.0, 7.0, 100.0]).prop_map(ErrorBound::Absolute),
        (0.0..62.0_f64).prop_map(|bits| ErrorBound::Absolute(bits.exp2())),
        (1e-7..0.3_f64).prop_map(ErrorBound::RangeRelative),
        prop_oneof![1e-9..1e-3_f64, 1e-3..0.9_f64].prop_map(ErrorBound::PointwiseRelative),
    ]
}

fn check_bound<T: ReelElement>(
    recipe: &Recipe,
    bound: ErrorBound,
    options: &SegmentOptions,
) -> Result<(), TestCaseError> {
    let values = recipe.values::<T>();
    let mut options = options.clone();
    options.criterion = bound.into();
    let fill = T::from_bit_pattern(integer(T::HIGHEST) as u64 - 1);
    if recipe.has_fill_value {
        options.fill_values.push(fill.to_scalar());
        options.fill_values.push(Scalar::Float(0.5));
    }
    let segment = encode(values.view(), &options).unwrap();
    let decoded = decode::<T>(&segment.bytes, &Limits::default()).unwrap();
    let is_fill = |value: T| recipe.has_fill_value && value == fill;
    let valid = || values.iter().copied().filter(|&value| !is_fill(value));
    let extremes = (valid().map(integer).min(), valid().map(integer).max());
    let range = extremes.1.unwrap_or(0) - extremes.0.unwrap_or(0);
    let mut largest = 0;
    for (&x, &y) in values.iter().zip(&decoded) {
        if is_fill(x) || is_fill(y) {
            prop_assert_eq!(x, y);
            continue;
        }
        let error = (integer(x) - integer(y)).abs();
        largest = largest.max(error);
        let max_error = match bound {
            ErrorBound::Absolute(max_error) => max_error as i128,
            // The range and the product are rounded.
            ErrorBound::RangeRelative(part) => (part * range as f64 * (1.0 + 1e-15)) as i128,
            ErrorBound::PointwiseRelative(part) => {
                prop_assert_eq!(integer(x).signum(), integer(y).signum());
                (part * integer(x).unsigned_abs() as f64) as i128
            }
            _ => 0,
        };
        prop_assert!(
            error <= max_error,
            "{} became {}: {} > {}",
            x,
            y,
            error,
            max_error
        );
    }
    let certified = segment.info.certificate.max_abs;
    prop_assert!((certified - largest as f64).abs() <= largest as f64 * 1e-15);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn bounds_of_integers_hold(
        recipe in recipe(),
        bound in bound(),
        dtype in prop::sample::select(Dtype::ALL.to_vec()),
        idempotent: bool,
    ) {
        let mut options = SegmentOptions::new(bound).with_effort(Effort::Fast);
        options.idempotent = idempotent;
        if !dtype.is_float() {
            with_element_type!(dtype, T => check_bound::<T>(&recipe, bound, &options))?;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn bounds_of_integers_hold_with_more_effort(
        recipe in recipe(),
        bound in bound(),
        dtype in prop::sample::select(Dtype::ALL.to_vec()),
        effort in prop::sample::select(vec![Effort::Balanced, Effort::Best]),
    ) {
        let options = SegmentOptions::new(bound).with_effort(effort);
        if !dtype.is_float() {
            with_element_type!(dtype, T => check_bound::<T>(&recipe, bound, &options))?;
        }
    }
}
