//! Ticks: their positions and labels.

use super::AxisScale;
use super::number::{format_decimal, format_power_of_ten};

/// The leading digits of round steps between ticks.
const STEPS: [f64; 5] = [1.0, 2.0, 2.5, 5.0, 10.0];
/// The leading digits of round integer steps.
const INTEGER_STEPS: [f64; 4] = [1.0, 2.0, 5.0, 10.0];
/// Round steps in degrees, at most a quarter circle.
const DEGREE_STEPS: [f64; 6] = [10.0, 15.0, 30.0, 45.0, 60.0, 90.0];
/// The maximum number of intervals between the ticks of an axis.
const MAX_TICK_INTERVALS: i64 = 40;

/// The ticks of an axis.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Ticks {
    /// The values of the labeled ticks with their labels, in ascending order.
    pub(crate) major: Vec<(f64, String)>,
    pub(crate) minor: Vec<f64>,
    /// The power of ten and the offset that apply to all labels.
    pub(crate) note: Option<String>,
}

impl Ticks {
    /// Returns ticks at round values in `min..=max`, at most about `count` of them.
    pub(crate) fn linear(min: f64, max: f64, count: usize) -> Self {
        Self::with_step(
            round_step((max - min) / count.max(1) as f64, &STEPS),
            min,
            max,
        )
    }

    /// Returns ticks at integers in `min..=max`, at most about `count` of them.
    pub(crate) fn integers(min: f64, max: f64, count: usize) -> Self {
        let step = round_step((max - min) / count.max(1) as f64, &INTEGER_STEPS);
        Self::with_step(step.max(1.0), min, max)
    }

    /// Returns ticks for latitudes or longitudes, at multiples of one of [`DEGREE_STEPS`] if the
    /// range is wide.
    pub(crate) fn degrees(min: f64, max: f64, count: usize) -> Self {
        let min_step = (max - min) / count.max(1) as f64;
        match DEGREE_STEPS.into_iter().find(|step| *step >= min_step) {
            Some(step) if min_step > 5.0 => Self::with_step(step, min, max),
            _ => Self::linear(min, max, count),
        }
    }

    fn with_step(step: f64, min: f64, max: f64) -> Self {
        let first = (min / step - 1e-6).ceil();
        let last = (max / step + 1e-6).floor();
        let count = ((last - first) as i64).clamp(0, MAX_TICK_INTERVALS);
        if !(first.is_finite() && last >= first) {
            return Self::default();
        }
        let largest = min.abs().max(max.abs());
        let value = |k: i64| (first + k as f64) * step;
        // If the values of the ticks differ only from their fifth digit on, the labels are the
        // differences from one of them, which the note names as the offset.
        let has_offset = step < 1e-4 * largest;
        let offset_decimals = decimals_of(step).min(12);
        let offset_index = if has_offset {
            index_of_shortest((0..=count).map(value), offset_decimals)
        } else {
            0
        };
        let largest_label = if has_offset {
            step * count.max(1) as f64
        } else {
            largest
        };
        let exponent = match largest_label.log10().floor() as i32 {
            exponent @ (5.. | ..=-3) => exponent,
            _ => 0,
        };
        let unit = 10_f64.powi(exponent);
        let decimals = decimals_of(step / unit);
        let major = (0..=count)
            .map(|k| {
                let steps = if has_offset {
                    (k - offset_index) as f64
                } else {
                    first + k as f64
                };
                (value(k), format_decimal(steps * step / unit, decimals))
            })
            .collect();
        let factor = (exponent != 0).then(|| format!("×{}", format_power_of_ten(exponent)));
        let offset = has_offset.then(|| {
            format!(
                "offset {}",
                format_trimmed(value(offset_index), offset_decimals)
            )
        });
        let note: Vec<String> = factor.into_iter().chain(offset).collect();
        Self {
            major,
            minor: Vec::new(),
            note: (!note.is_empty()).then(|| note.join(", ")),
        }
    }

    /// Returns the ticks of a logarithmic axis, at most about `count` of them with labels.
    ///
    /// The labeled ticks are powers of ten. They include multiples by 2 and 5 if the range
    /// contains fewer than two powers of ten.
    pub(crate) fn log(min: f64, max: f64, count: usize) -> Self {
        let first = (min.log10() - 1e-9).ceil() as i32;
        let last = (max.log10() + 1e-9).floor() as i32;
        let decades = last - first + 1;
        let inside = |value: &f64| (min..=max).contains(value);
        if decades < 2 {
            return Self {
                major: multiples(first - 1..=last, &[1, 2, 5])
                    .filter(inside)
                    .map(|value| (value, format_plain(value)))
                    .collect(),
                minor: multiples(first - 1..=last, &[3, 4, 6, 7, 8, 9])
                    .filter(inside)
                    .collect(),
                note: None,
            };
        }
        let step = (1..)
            .find(|step| decades / step <= count.max(2) as i32)
            .unwrap_or(1);
        // All labels of an axis have the same style.
        let all_plain = first >= -1 && last <= 3;
        let major = (first..=last)
            .filter(|exponent| exponent.rem_euclid(step) == 0)
            .map(|exponent| {
                let value = 10_f64.powi(exponent);
                (
                    value,
                    if all_plain {
                        format_plain(value)
                    } else {
                        format_power_of_ten(exponent)
                    },
                )
            })
            .collect();
        // Minor ticks are at the decades if the labels skip decades, and at their multiples
        // otherwise.
        let minor = if step > 1 {
            multiples(first..=last, &[1]).collect()
        } else {
            let between = multiples(first - 1..=last, &[2, 3, 4, 5, 6, 7, 8, 9]);
            between.filter(inside).collect()
        };
        Self {
            major,
            minor,
            note: None,
        }
    }

    /// Returns the ticks of a scale, at most about `count` of them with labels.
    pub(crate) fn for_scale(scale: AxisScale, count: usize) -> Self {
        match scale {
            AxisScale::Linear { min, max } => Self::linear(min, max, count),
            AxisScale::Log { min, max } => Self::log(min, max, count),
        }
    }
}

/// Returns the smallest round step that is at least `min_step`.
fn round_step(min_step: f64, leading_digits: &[f64]) -> f64 {
    let magnitude = 10_f64.powf(min_step.log10().floor());
    let mut leading_digits = leading_digits.iter();
    let leading_digit =
        leading_digits.find(|leading_digit| *leading_digit * magnitude >= min_step * (1.0 - 1e-6));
    leading_digit.unwrap_or(&10.0) * magnitude
}

/// Returns the product of each power of ten with each leading digit.
fn multiples(
    exponents: std::ops::RangeInclusive<i32>,
    leading_digits: &[i32],
) -> impl Iterator<Item = f64> {
    exponents.flat_map(move |exponent| {
        let multiple = move |leading_digit: &i32| f64::from(*leading_digit) * 10_f64.powi(exponent);
        leading_digits.iter().map(multiple)
    })
}

/// Formats a number as its shortest decimal, or with a power of ten if it is very small or large.
fn format_plain(value: f64) -> String {
    let exponent = value.log10().floor();
    if (-4.0..5.0).contains(&exponent) {
        format_trimmed(value, 5)
    } else {
        let factor = (value / 10_f64.powf(exponent)).round();
        format!("{factor}×{}", format_power_of_ten(exponent as i32))
    }
}

/// Formats a number without trailing zeros.
fn format_trimmed(value: f64, decimals: usize) -> String {
    let text = format_decimal(value, decimals);
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

/// Returns the index of the value with the fewest significant digits.
fn index_of_shortest(values: impl Iterator<Item = f64>, decimals: usize) -> i64 {
    let digits = |value: f64| {
        format_decimal(value, decimals)
            .trim_end_matches(['0', '.'])
            .len()
    };
    let best = values.map(digits).zip(0..).min();
    best.map_or(0, |(_, index)| index)
}

/// Returns the number of decimals of the multiples of `step`.
fn decimals_of(step: f64) -> usize {
    (0..15)
        .find(|decimals| {
            let scaled = step * 10_f64.powi(*decimals);
            (scaled - scaled.round()).abs() < 1e-6 * scaled && scaled > 0.5
        })
        .map_or(0, |decimals| decimals.unsigned_abs() as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn labels(ticks: &Ticks) -> Vec<&str> {
        ticks
            .major
            .iter()
            .map(|(_, label)| label.as_str())
            .collect()
    }

    #[test]
    fn steps_between_ticks_are_round() {
        assert_eq!(
            labels(&Ticks::linear(0.0, 1.0, 4)),
            ["0.00", "0.25", "0.50", "0.75", "1.00"]
        );
        assert_eq!(
            labels(&Ticks::linear(-7.3, 21.9, 6)),
            ["−5", "0", "5", "10", "15", "20"]
        );
        assert_eq!(
            labels(&Ticks::linear(250.0, 310.0, 3)),
            ["260", "280", "300"]
        );
    }

    #[test]
    fn ticks_of_extreme_or_narrow_ranges_have_a_factor_or_an_offset() {
        let small = Ticks::linear(-3e-7, 3e-7, 3);
        assert_eq!(labels(&small), ["−2", "0", "2"]);
        assert_eq!(small.note.as_deref(), Some("×10⁻⁷"));
        let narrow = Ticks::linear(101_325.0, 101_325.000_4, 4);
        assert_eq!(labels(&narrow), ["0", "1", "2", "3", "4"]);
        assert_eq!(narrow.note.as_deref(), Some("×10⁻⁴, offset 101325"));
        let huge = Ticks::linear(-3e38, 3e38, 4);
        assert_eq!(huge.note.as_deref(), Some("×10³⁸"));
    }

    #[test]
    fn ticks_are_at_round_degrees_and_at_integers() {
        assert_eq!(
            labels(&Ticks::degrees(-90.0, 90.0, 6)),
            ["−90", "−60", "−30", "0", "30", "60", "90"]
        );
        assert_eq!(
            labels(&Ticks::degrees(0.0, 357.5, 5)),
            ["0", "90", "180", "270"]
        );
        assert_eq!(labels(&Ticks::integers(0.0, 3.0, 8)), ["0", "1", "2", "3"]);
    }

    #[test]
    fn logarithmic_ticks_are_at_powers_of_ten_and_their_multiples() {
        let ticks = Ticks::log(1e-4, 1e2, 8);
        assert_eq!(
            labels(&ticks),
            ["10⁻⁴", "10⁻³", "10⁻²", "10⁻¹", "10⁰", "10¹", "10²"]
        );
        assert_eq!(
            labels(&Ticks::log(1.0, 1500.0, 8)),
            ["1", "10", "100", "1000"]
        );
        assert_eq!(labels(&Ticks::log(0.3, 7.0, 8)), ["0.5", "1", "2", "5"]);
        assert_eq!(
            labels(&Ticks::log(3e-7, 3e-6, 8)),
            ["5×10⁻⁷", "1×10⁻⁶", "2×10⁻⁶"]
        );
        assert!(Ticks::log(1e-300, 1e300, 8).major.len() <= 10);
    }

    #[test]
    fn invalid_ranges_have_at_most_one_tick() {
        for (min, max) in [(f64::NAN, 1.0), (0.0, f64::INFINITY), (1.0, 1.0)] {
            assert!(Ticks::linear(min, max, 5).major.len() <= 1);
        }
    }

    proptest! {
        #[test]
        fn ticks_of_any_range_are_few_ordered_and_inside(
            start in -1e300_f64..1e300,
            exponent in -300_i32..300,
            count in 1_usize..9,
        ) {
            let length = 10_f64.powi(exponent);
            for (min, max) in [(start, start + length), (0.0, length), (-length, length)] {
                for ticks in [
                    Ticks::linear(min, max, count),
                    Ticks::integers(min, max, count),
                    Ticks::degrees(min, max, count),
                ] {
                    let slack = 1e-5 * (max - min) + 1e-15 * max.abs().max(min.abs());
                    prop_assert!(ticks.major.len() <= MAX_TICK_INTERVALS as usize + 1);
                    prop_assert!(ticks.major.iter().all(|(v, _)| (min - slack..=max + slack).contains(v)));
                    prop_assert!(ticks.major.is_sorted_by(|a, b| a.0 <= b.0));
                }
            }
        }
    }
}
