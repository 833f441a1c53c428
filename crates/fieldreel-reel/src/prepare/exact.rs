//! The integers that values are for a prediction without loss.
//!
//! The difference of two ordinals means little where values are near zero, or of both signs. So values are taken for multiples of a
//! number instead: of a decimal fraction, or of a power of two, with the bits below it kept apart.

use std::collections::HashSet;
use std::hash::BuildHasherDefault;

use twox_hash::XxHash64;

use crate::arithmetic::{Grid, Truncation, gap_exponent};
use crate::value::ReelElement;

/// The most distinct values that are numbered.
pub(crate) const MOST_RANKS: usize = 1 << 16;

/// The same of integers, which seldom are classes if they are more.
const MOST_RANKS_OF_INTEGERS: usize = 1 << 10;

/// There are so many values, or more, for each distinct one that is numbered: each takes a few bytes.
const VALUES_PER_RANK: usize = 64;

/// The most values that are looked at where not all need to be.
const SAMPLE: usize = 1 << 13;

/// The most bits of a value's magnitude in units of the grid, which leaves a word of 64 bits room for a prediction.
const MOST_BITS: i32 = 43;

/// Returns the distinct ones of so many values in order, if they are few, and of integers also far apart.
pub(super) fn ranks<T: ReelElement>(
    values: impl Iterator<Item = T> + Clone,
    count: usize,
) -> Option<Vec<T>> {
    let most = match T::IS_FLOAT {
        true => MOST_RANKS,
        false => MOST_RANKS_OF_INTEGERS,
    };
    let most = most.min(count / VALUES_PER_RANK);
    let every = (count / SAMPLE).max(1);
    let mut found: HashSet<u64, BuildHasherDefault<XxHash64>> = HashSet::default();
    found.extend(values.clone().step_by(every).map(T::bits));
    // Of as many values all of which are equally frequent, a part of 1 − 1/e are distinct.
    if found.len() > most || 2 * found.len() > SAMPLE.min(count) {
        return None;
    }
    let span = |found: &HashSet<u64, _>| {
        let least = found
            .iter()
            .map(|&bits| T::from_bit_pattern(bits).ordinal())
            .min();
        let largest = found
            .iter()
            .map(|&bits| T::from_bit_pattern(bits).ordinal())
            .max();
        least
            .zip(largest)
            .map_or(0, |(least, largest)| largest.abs_diff(least))
    };
    // Integers that nearly all occur are their own ranks.
    if !T::IS_FLOAT && span(&found) < 4 * found.len() as u64 {
        return None;
    }
    let mut last = None;
    for bits in values.map(T::bits) {
        if last == Some(bits) {
            continue;
        }
        last = Some(bits);
        found.insert(bits);
        if found.len() > most {
            return None;
        }
    }
    let mut all: Vec<T> = found.into_iter().map(T::from_bit_pattern).collect();
    all.sort_unstable_by_key(|value| value.ordinal());
    Some(all)
}

/// Returns the grid on which values of a floating-point type, of which there are so many, are predicted best without loss.
pub(super) fn grid<T: ReelElement>(values: impl Iterator<Item = T> + Clone, count: usize) -> Grid {
    if !T::IS_FLOAT || count == 0 {
        return Grid::Ulps;
    }
    let max_abs = values
        .clone()
        .fold(0.0_f64, |max, value| max.max(value.to_f64().abs()));
    if max_abs < 1e-300 {
        return Grid::Ulps;
    }
    let top = gap_exponent(T::from_f64(max_abs)) + T::FRACTION_BITS as i32;
    let widest = top - MOST_BITS;
    // The gap of the largest value, or a larger number that all are multiples of.
    let gap = top - T::FRACTION_BITS as i32;
    let finest = lowest_bit(values.clone(), gap).unwrap_or(i32::MIN);
    let lowest = if finest >= gap { finest } else { gap };
    if let Some(parts) = decimal_parts(values.clone(), count)
        && parts < 2_f64.powi(-lowest)
        && max_abs * parts < 2_f64.powi(MOST_BITS)
    {
        return Grid::Parts(parts);
    }
    let rows: Vec<T> = sampled(values, count);
    let step = lowest.max(widest).max(lowest + noise_bits(&rows, lowest));
    let finest = finest.max(i32::from(i16::MIN));
    let (Ok(step), Ok(finest)) = (i16::try_from(step), i16::try_from(finest)) else {
        return Grid::Ulps;
    };
    let truncation = Truncation { step, finest };
    match is_better(&rows, truncation) {
        true => Grid::Truncated(truncation),
        false => Grid::Ulps,
    }
}

/// Returns the exponent of the largest power of two that all values are multiples of; `None` if that is below `least`.
fn lowest_bit<T: ReelElement>(values: impl Iterator<Item = T>, least: i32) -> Option<i32> {
    let mut lowest = i32::MAX;
    for value in values.filter(|value| value.magnitude().is_some()) {
        let fraction = value.bits() | 1 << T::FRACTION_BITS;
        lowest = lowest.min(gap_exponent(value) + fraction.trailing_zeros() as i32);
        if lowest < least {
            return None;
        }
    }
    (lowest < i32::MAX).then_some(lowest)
}

/// Returns the power of ten whose parts of 1 all values are multiples of, each rounded to the type.
fn decimal_parts<T: ReelElement>(
    values: impl Iterator<Item = T> + Clone,
    count: usize,
) -> Option<f64> {
    const MOST_DIGITS: i32 = 8;

    let is_multiple = |parts: f64| {
        move |value: T| T::from_f64((value.to_f64() * parts).round_ties_even() / parts) == value
    };
    let every = (count / SAMPLE).max(1);
    let mut all = (0..=MOST_DIGITS).map(|digits| 10_f64.powi(digits));
    let parts = all.find(|&parts| values.clone().step_by(every).all(is_multiple(parts)))?;
    values.clone().all(is_multiple(parts)).then_some(parts)
}

/// Returns values in runs of three that are next to each other, from all over a field.
fn sampled<T: ReelElement>(values: impl Iterator<Item = T>, count: usize) -> Vec<T> {
    let every = (3 * count / SAMPLE).max(3);
    let all = values.enumerate();
    let all = all.filter(|(at, _)| at % every < 3).map(|(_, value)| value);
    all.collect()
}

/// Returns the number of the lowest bits, in units of `2^lowest`, that no prediction tells anything of.
fn noise_bits<T: ReelElement>(rows: &[T], lowest: i32) -> i32 {
    /// The bits of a typical residual that are kept.
    const KEPT: i32 = 7;

    let (runs, _) = rows.as_chunks::<3>();
    let off = |run: &[T; 3]| {
        let [a, b, c] = run.map(T::to_f64);
        (b - a / 2.0 - c / 2.0).abs()
    };
    let mean = runs.iter().map(off).sum::<f64>() / runs.len().max(1) as f64;
    match mean > 0.0 {
        true => (mean.log2().floor() as i32 - lowest - KEPT).max(0),
        false => 0,
    }
}

/// Returns whether truncated values and the bits that are taken from them are smaller than ordinals, by what is left of each
/// value after its neighbors' mean.
fn is_better<T: ReelElement>(rows: &[T], truncation: Truncation) -> bool {
    let (runs, _) = rows.as_chunks::<3>();
    let step = truncation.size();
    let (mut truncated, mut ordinal) = (0.0, 0.0);
    for run in runs {
        let [a, b, c] = run.map(T::to_f64);
        let off = (b - a / 2.0 - c / 2.0).abs() / step;
        let taken = match b.abs() < step {
            // A patch.
            true if b != 0.0 => 64,
            true => 0,
            false => truncation.taken(run[1]).1,
        };
        truncated += (1.0 + off).log2() + f64::from(taken);
        let [a, b, c] = run.map(|value| value.ordinal() as f64);
        ordinal += (1.0 + (b - a / 2.0 - c / 2.0).abs()).log2();
    }
    truncated <= 1.05 * ordinal
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid_of<T: ReelElement>(values: &[T]) -> Grid {
        grid(values.iter().copied(), values.len())
    }

    #[test]
    fn decimal_fractions_and_multiples_of_powers_of_two_are_found() {
        let tenths: Vec<f64> = (-500..500).map(|x| f64::from(x * x % 997) / 10.0).collect();
        assert_eq!(grid_of(&tenths), Grid::Parts(10.0));
        let tenths: Vec<f32> = tenths.into_iter().map(|x| x as f32).collect();
        assert_eq!(grid_of(&tenths), Grid::Parts(10.0));
        let eighths: Vec<f32> = (0..999)
            .map(|x| 300.0 + ((x * 37) % 100) as f32 / 32.0)
            .collect();
        let Grid::Truncated(truncation) = grid_of(&eighths) else {
            panic!("{:?}", grid_of(&eighths));
        };
        assert_eq!((truncation.step, truncation.finest), (-5, -5));
        // Of numbers of any size, ordinals are the better ones.
        let sizes: Vec<f32> = (0..999).map(|x| (x as f32 / 20.0).exp() * 1e-12).collect();
        assert_eq!(grid_of(&sizes), Grid::Ulps);
        assert_eq!(grid_of::<f32>(&[]), Grid::Ulps);
        assert_eq!(grid_of(&[0.0_f64; 9]), Grid::Ulps);
    }

    #[test]
    fn few_distinct_values_are_numbered_in_order() {
        let all: Vec<f32> = (0..10_000)
            .map(|x| ((x * 7) % 100) as f32 / 3.0 - 9.0)
            .collect();
        let ranks = ranks(all.iter().copied(), all.len()).unwrap();
        assert_eq!(ranks.len(), 100);
        assert!(ranks.windows(2).all(|pair| pair[0] < pair[1]));
        let noise: Vec<f32> = (0..10_000).map(|x| (x as f32).sin()).collect();
        assert!(super::ranks(noise.iter().copied(), noise.len()).is_none());
        let classes: Vec<u8> = (0..10_000)
            .map(|x| [0, 1, 7, 100, 255][x * x % 5])
            .collect();
        assert_eq!(
            super::ranks(classes.iter().copied(), 10_000).unwrap().len(),
            3
        );
        let dense: Vec<u8> = (0..10_000).map(|x| (x % 30) as u8).collect();
        assert!(super::ranks(dense.iter().copied(), 10_000).is_none());
    }
}
