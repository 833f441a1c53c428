//! Tests that missing values come back with the same bits, and that valid values stay valid and
//! within the bound.

use fieldreel_reel::segment::{decode, encode, inspect};
use fieldreel_reel::{
    Criterion, Effort, ErrorBound, Limits, ReelElement, Scalar, SegmentOptions, Target, Validity,
};
use ndarray::Array3;

use super::fields::{Element, Noise};

/// The number of kinds of missing values. A bit set selects the kinds of a field.
const KINDS: u32 = 7;
const FILLS: [f64; 3] = [-999.0, 1e20, 0.25];

/// Returns a missing value of a kind, for a field of values from 0 to 1.
fn missing_value<T: Element>(kind: u32, noise: u64) -> T {
    match kind {
        0 => T::cast(f64::NAN),
        // NaN of either sign with payloads, some of them signaling.
        1 => {
            let nan = match size_of::<T>() {
                4 => 0x7f80_0001 | noise & 0x803f_ffff,
                _ => 0x7ff0_0000_0000_0001 | noise & 0x8007_0000_0000_ffff,
            };
            T::any_bits(nan)
        }
        2 => T::cast(f64::INFINITY),
        3 => T::cast(f64::NEG_INFINITY),
        kind => T::cast(FILLS[kind as usize - 4]),
    }
}

fn field<T: Element>(kinds: u32, outside: bool) -> Array3<T> {
    let mut noise = Noise::new(u64::from(kinds) + 1);
    let present: Vec<u32> = (0..KINDS).filter(|kind| kinds >> kind & 1 == 1).collect();
    Array3::from_shape_fn((3, 20, 30), |(t, y, x)| {
        let bits = noise.bits();
        if !present.is_empty() && (y / 4 + x / 5) % 3 == 0 {
            let at = (y / 4 + bits as usize % 7 / 6) % present.len();
            return missing_value(present[at], bits >> 8);
        }
        // Some values are at a limit or beyond it.
        let value = 0.5 + 0.7 * ((x + t) as f64 / 7.0).sin() * (y as f64 / 5.0).cos();
        T::cast(if outside && bits.is_multiple_of(11) {
            value * 3.0
        } else {
            value.clamp(0.0, 1.0)
        })
    })
}

fn check_decoded<T: Element>(values: &Array3<T>, options: &SegmentOptions, case: &str) {
    let bytes = encode(values.view(), options).unwrap().bytes;
    let back = decode::<T>(&bytes, &Limits::default()).unwrap();
    let validity = Validity::<T>::new(&options.fill_values, options.valid_range);
    let range = validity
        .min_max(values.as_slice().unwrap())
        .range()
        .unwrap_or(0.0);
    let mut valid = 0;
    for (at, &x) in values.indexed_iter() {
        let y = back[at];
        if !validity.contains(x) {
            assert_eq!(x.to_bits64(), y.to_bits64(), "{case}: {at:?}");
            continue;
        }
        valid += 1;
        assert!(validity.contains(y), "{case}: {at:?}: {x:?} became {y:?}");
        let (x, y) = (x.to_f64(), y.to_f64());
        let is_within = match options.criterion {
            Criterion::Bound(ErrorBound::Absolute(epsilon)) => (x - y).abs() <= epsilon,
            Criterion::Bound(ErrorBound::RangeRelative(part)) => (x - y).abs() <= part * range,
            Criterion::Bound(ErrorBound::PointwiseRelative(part)) => {
                (x - y).abs() <= part * x.abs()
            }
            _ => x.to_bits() == y.to_bits(),
        };
        assert!(is_within, "{case}: {at:?}: {x} became {y}");
    }
    assert_eq!(inspect(&bytes).unwrap().certificate.valid, valid, "{case}");
}

fn sweep<T: Element>(per_combination: usize) -> usize {
    let bounds = [
        ErrorBound::Absolute(0.03),
        ErrorBound::RangeRelative(1e-3),
        ErrorBound::PointwiseRelative(0.01),
        ErrorBound::Lossless,
    ];
    let ranges = [
        None,
        Some([0.0, 1.0]),
        Some([0.0, f64::INFINITY]),
        Some([f64::NEG_INFINITY, 1.0]),
        Some([0.1, 0.7]),
    ];
    let mut cases = 0;
    for kinds in 0..1 << KINDS {
        // Each set of kinds is combined with the next bounds and ranges, so that every pair of
        // these occurs.
        for number in 0..per_combination {
            let number = (kinds as usize * 2 + number) * 7;
            let bound = bounds[number % bounds.len()];
            let valid_range = ranges[number / 2 % ranges.len()];
            let mut options = SegmentOptions::new(bound).with_effort(Effort::Fast);
            options.fill_values = FILLS.map(Scalar::Float).to_vec();
            options.valid_range = valid_range.map(|limits| limits.map(Scalar::Float));
            let values = field::<T>(kinds, number.is_multiple_of(3));
            let case = format!("kinds {kinds:b}, {bound}, valid {valid_range:?}");
            check_decoded(&values, &options, &case);
            cases += 1;
        }
    }
    cases
}

#[test]
fn every_combination_of_missing_values_is_restored() {
    assert_eq!(sweep::<f32>(2) + sweep::<f64>(1), 384);
}

/// Values at a limit of the valid range must not be stored as outliers.
#[test]
fn a_valid_range_costs_little() {
    let values = field::<f32>(0, false);
    let size = |options: &SegmentOptions| encode(values.view(), options).unwrap().bytes.len();
    for bound in [
        ErrorBound::Absolute(0.01),
        ErrorBound::PointwiseRelative(0.01),
    ] {
        let options = SegmentOptions::new(bound).with_effort(Effort::Fast);
        let (without, with) = (
            size(&options),
            size(&options.clone().with_valid_range(0.0, 1.0)),
        );
        assert!(
            with <= without + 40,
            "{bound}: {with} bytes, {without} without"
        );
    }
}

/// Another kind of missing values may cost a mask, but no outliers.
#[test]
fn a_second_fill_value_costs_little() {
    let size = |second: f32| {
        let mut values = field::<f32>(0, false);
        for ((_, y, x), value) in values.indexed_iter_mut() {
            match (y, x) {
                (..5, ..10) => *value = -999.0,
                (15.., 20..) => *value = second,
                _ => {}
            }
        }
        let mut options = SegmentOptions::new(ErrorBound::Absolute(0.01)).with_effort(Effort::Fast);
        options.fill_values = FILLS.map(Scalar::Float).to_vec();
        encode(values.view(), &options).unwrap().bytes.len()
    };
    let (one, two) = (size(-999.0), size(1e20));
    assert!(two <= one + 12, "{two} bytes, {one} with one kind");
    let (one, nan) = (size(-999.0), size(f32::NAN));
    assert!(nan <= one + 12, "{nan} bytes, {one} with one kind");
}

/// The canonical NaN costs no more than the mask.
#[test]
fn the_canonical_nan_is_not_stored() {
    let size = |nan: u32| {
        let mut values = Array3::from_elem((1, 20, 30), 1.0_f32);
        values[[0, 3, 4]] = f32::from_bits(nan);
        let bytes = encode(
            values.view(),
            &SegmentOptions::new(ErrorBound::Absolute(0.01)),
        )
        .unwrap()
        .bytes;
        bytes.len()
    };
    // Another NaN costs 4 bytes of the value and 1 of the count.
    assert_eq!(size(0x7fc0_0000) + 5, size(0x7fc0_0005));
}

fn check_range_criteria<T: Element + ReelElement>(values: [f64; 2]) {
    let field = Array3::from_shape_fn((2, 20, 80), |(t, y, x)| match (y, x) {
        (0, 0) => T::cast(values[0]),
        (0, 1) => T::cast(values[1]),
        _ => T::cast(((t + y + x) as f64).sin() * 1e3),
    });
    for criterion in [
        Criterion::from(ErrorBound::RangeRelative(1e-3)),
        ErrorBound::RangeRelative(0.9).into(),
        Target::Psnr(40.0).into(),
    ] {
        let options = SegmentOptions::new(criterion).with_effort(Effort::Fast);
        let bytes = encode(field.view(), &options).unwrap().bytes;
        let back = decode::<T>(&bytes, &Limits::default()).unwrap();
        let limit = match criterion {
            Criterion::Bound(ErrorBound::RangeRelative(part)) => part * f64::MAX,
            _ => f64::MAX,
        };
        let is_within = |(&x, &y): (&T, &T)| (x.to_f64() / 2.0 - y.to_f64() / 2.0).abs() <= limit;
        assert!(field.iter().zip(&back).all(is_within), "{criterion}");
    }
}

/// The range of values may exceed the largest `f64`.
#[test]
fn ranges_beyond_the_largest_double_are_supported() {
    check_range_criteria::<f64>([-1.7e308, 1.7e308]);
    check_range_criteria::<f64>([f64::MIN, f64::MAX]);
    check_range_criteria::<f32>([f32::MIN.into(), f32::MAX.into()]);
}
