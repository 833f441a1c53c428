//! Where ticks are, and what they say.

use super::Scale;
use super::number::{decimal, power_of_ten};

/// Steps that read well, as the leading digits of a decimal number.
const STEPS: [f64; 5] = [1.0, 2.0, 2.5, 5.0, 10.0];
/// Those of them that stay whole.
const WHOLE_STEPS: [f64; 4] = [1.0, 2.0, 5.0, 10.0];
/// Steps that read well in degrees, from a quarter circle down.
const DEGREES: [f64; 6] = [10.0, 15.0, 30.0, 45.0, 60.0, 90.0];
/// Ticks on one axis, whatever was asked for.
const MOST: i64 = 40;

/// The ticks of an axis.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Ticks {
    /// Values with their labels, ascending.
    pub(crate) major: Vec<(f64, String)>,
    pub(crate) minor: Vec<f64>,
    /// What all labels leave out: a power of ten to multiply by, a number to add.
    pub(crate) note: Option<String>,
}

impl Ticks {
    /// At most about `count` ticks at round values of `min..=max`.
    pub(crate) fn linear(min: f64, max: f64, count: usize) -> Self {
        Self::every(
            round_step((max - min) / count.max(1) as f64, &STEPS),
            min,
            max,
        )
    }

    /// The same at whole numbers.
    pub(crate) fn whole(min: f64, max: f64, count: usize) -> Self {
        let step = round_step((max - min) / count.max(1) as f64, &WHOLE_STEPS);
        Self::every(step.max(1.0), min, max)
    }

    /// Ticks for latitudes and longitudes: 30°, 45°, 60°, 90° where the span is wide enough.
    pub(crate) fn degrees(min: f64, max: f64, count: usize) -> Self {
        let least = (max - min) / count.max(1) as f64;
        match DEGREES.into_iter().find(|step| *step >= least) {
            Some(step) if least > 5.0 => Self::every(step, min, max),
            _ => Self::linear(min, max, count),
        }
    }

    fn every(step: f64, min: f64, max: f64) -> Self {
        let first = (min / step - 1e-6).ceil();
        let last = (max / step + 1e-6).floor();
        let count = ((last - first) as i64).clamp(0, MOST);
        if !(first.is_finite() && last >= first) {
            return Self::default();
        }
        let largest = min.abs().max(max.abs());
        let value = |k: i64| (first + k as f64) * step;
        // Numbers that differ in their fifth digit only are shown by what they are from one of them.
        let crowded = step < 1e-4 * largest;
        let digits = decimals_of(step).min(12);
        let origin = if crowded {
            roundest((0..=count).map(value), digits)
        } else {
            0
        };
        let shown = if crowded {
            step * count.max(1) as f64
        } else {
            largest
        };
        let exponent = match shown.log10().floor() as i32 {
            exponent @ (5.. | ..=-3) => exponent,
            _ => 0,
        };
        let unit = 10_f64.powi(exponent);
        let decimals = decimals_of(step / unit);
        let major = (0..=count)
            .map(|k| {
                let steps = if crowded {
                    (k - origin) as f64
                } else {
                    first + k as f64
                };
                (value(k), decimal(steps * step / unit, decimals))
            })
            .collect();
        let factor = (exponent != 0).then(|| format!("×{}", power_of_ten(exponent)));
        let offset = crowded.then(|| format!("offset {}", trimmed(value(origin), digits)));
        let note: Vec<String> = factor.into_iter().chain(offset).collect();
        Self {
            major,
            minor: Vec::new(),
            note: (!note.is_empty()).then(|| note.join(", ")),
        }
    }

    /// Decades of a logarithmic axis, no more than about `count` of them labeled; 2 and 5 as well
    /// where there are no two decades.
    pub(crate) fn log(min: f64, max: f64, count: usize) -> Self {
        let first = (min.log10() - 1e-9).ceil() as i32;
        let last = (max.log10() + 1e-9).floor() as i32;
        let decades = last - first + 1;
        let inside = |value: &f64| (min..=max).contains(value);
        if decades < 2 {
            return Self {
                major: multiples(first - 1..=last, &[1, 2, 5])
                    .filter(inside)
                    .map(|value| (value, plain(value)))
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
        // One style for all labels of an axis.
        let short = first >= -1 && last <= 3;
        let major = (first..=last)
            .filter(|exponent| exponent.rem_euclid(step) == 0)
            .map(|exponent| {
                let value = 10_f64.powi(exponent);
                (
                    value,
                    if short {
                        plain(value)
                    } else {
                        power_of_ten(exponent)
                    },
                )
            })
            .collect();
        // Between labels that skip decades, the decades; else what is between the decades.
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

    /// The ticks that suit a scale.
    pub(crate) fn of(scale: Scale, count: usize) -> Self {
        match scale {
            Scale::Linear { min, max } => Self::linear(min, max, count),
            Scale::Log { min, max } => Self::log(min, max, count),
        }
    }
}

/// The least round step that is not under `least`.
fn round_step(least: f64, leads: &[f64]) -> f64 {
    let magnitude = 10_f64.powf(least.log10().floor());
    let mut leads = leads.iter();
    let lead = leads.find(|lead| *lead * magnitude >= least * (1.0 - 1e-6));
    lead.unwrap_or(&10.0) * magnitude
}

/// `leads` times each of the powers of ten.
fn multiples(exponents: std::ops::RangeInclusive<i32>, leads: &[i32]) -> impl Iterator<Item = f64> {
    exponents.flat_map(move |exponent| {
        let multiple = move |lead: &i32| f64::from(*lead) * 10_f64.powi(exponent);
        leads.iter().map(multiple)
    })
}

/// The shortest decimal, or a power of ten with its factor for what would be long.
fn plain(value: f64) -> String {
    let exponent = value.log10().floor();
    if (-4.0..5.0).contains(&exponent) {
        trimmed(value, 5)
    } else {
        let factor = (value / 10_f64.powf(exponent)).round();
        format!("{factor}×{}", power_of_ten(exponent as i32))
    }
}

/// A decimal number without the zeros at its end.
fn trimmed(value: f64, decimals: usize) -> String {
    let text = decimal(value, decimals);
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

/// Index of the value that takes the fewest digits.
fn roundest(values: impl Iterator<Item = f64>, decimals: usize) -> i64 {
    let digits = |value: f64| decimal(value, decimals).trim_end_matches(['0', '.']).len();
    let best = values.map(digits).zip(0..).min();
    best.map_or(0, |(_, index)| index)
}

/// Decimals that a multiple of `step` needs.
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
    fn round_steps() {
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
    fn far_from_one_or_from_zero() {
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
    fn degrees_and_whole_numbers() {
        assert_eq!(
            labels(&Ticks::degrees(-90.0, 90.0, 6)),
            ["−90", "−60", "−30", "0", "30", "60", "90"]
        );
        assert_eq!(
            labels(&Ticks::degrees(0.0, 357.5, 5)),
            ["0", "90", "180", "270"]
        );
        assert_eq!(labels(&Ticks::whole(0.0, 3.0, 8)), ["0", "1", "2", "3"]);
    }

    #[test]
    fn decades() {
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
    fn what_has_no_ticks_has_none() {
        for (min, max) in [(f64::NAN, 1.0), (0.0, f64::INFINITY), (1.0, 1.0)] {
            assert!(Ticks::linear(min, max, 5).major.len() <= 1);
        }
    }

    proptest! {
        #[test]
        fn any_range_has_a_few_ticks_inside_and_in_order(
            start in -1e300_f64..1e300,
            exponent in -300_i32..300,
            count in 1_usize..9,
        ) {
            let length = 10_f64.powi(exponent);
            for (min, max) in [(start, start + length), (0.0, length), (-length, length)] {
                for ticks in [
                    Ticks::linear(min, max, count),
                    Ticks::whole(min, max, count),
                    Ticks::degrees(min, max, count),
                ] {
                    let slack = 1e-5 * (max - min) + 1e-15 * max.abs().max(min.abs());
                    prop_assert!(ticks.major.len() <= MOST as usize + 1);
                    prop_assert!(ticks.major.iter().all(|(v, _)| (min - slack..=max + slack).contains(v)));
                    prop_assert!(ticks.major.is_sorted_by(|a, b| a.0 <= b.0));
                }
            }
        }
    }
}
