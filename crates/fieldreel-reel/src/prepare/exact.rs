//! The integers by which a lossless prediction represents values.
//!
//! The difference of two values in ulps means little where values are near zero or of both signs.
//! So values are represented as multiples of a number where possible: of a decimal fraction, or of
//! a power of two with the bits below it stored separately.

use std::collections::HashSet;
use std::hash::BuildHasherDefault;

use twox_hash::XxHash64;

use crate::arithmetic::{Grid, Truncation, ulp_exponent};
use crate::value::ReelElement;

/// The largest number of distinct values that have ranks.
pub(crate) const MAX_RANKS: usize = 1 << 16;

/// The same for integer types. Integers of more distinct values are seldom categories.
const MAX_INTEGER_RANKS: usize = 1 << 10;

/// The smallest number of values for each rank: a rank takes a few bytes in the table.
const VALUES_PER_RANK: usize = 64;

/// The largest number of values in a sample.
const MAX_SAMPLE_VALUES: usize = 1 << 13;

/// The largest number of bits of a magnitude in units of the grid. It leaves a word of 64 bits
/// room for a prediction.
const MAX_GRID_BITS: i32 = 43;

/// Returns the sorted table of the distinct values among `count` values; `None` if there are too
/// many, or if they are dense integers.
pub(super) fn rank_table<T: ReelElement>(
    values: impl Iterator<Item = T> + Clone,
    count: usize,
) -> Option<Vec<T>> {
    let max_count = match T::IS_FLOAT {
        true => MAX_RANKS,
        false => MAX_INTEGER_RANKS,
    };
    let max_count = max_count.min(count / VALUES_PER_RANK);
    let stride = (count / MAX_SAMPLE_VALUES).max(1);
    let mut distinct: HashSet<u64, BuildHasherDefault<XxHash64>> = HashSet::default();
    distinct.extend(values.clone().step_by(stride).map(T::bits));
    // If there are n equally frequent distinct values, a sample of n values contains 63 % of them.
    // So if more than half of the sample are distinct, there are too many distinct values.
    if distinct.len() > max_count || 2 * distinct.len() > MAX_SAMPLE_VALUES.min(count) {
        return None;
    }
    let span = |distinct: &HashSet<u64, _>| {
        let least = distinct
            .iter()
            .map(|&bits| T::from_bit_pattern(bits).ordinal())
            .min();
        let largest = distinct
            .iter()
            .map(|&bits| T::from_bit_pattern(bits).ordinal())
            .max();
        least
            .zip(largest)
            .map_or(0, |(least, largest)| largest.abs_diff(least))
    };
    // Dense integers are their own ranks.
    if !T::IS_FLOAT && span(&distinct) < 4 * distinct.len() as u64 {
        return None;
    }
    let mut last = None;
    for bits in values.map(T::bits) {
        if last == Some(bits) {
            continue;
        }
        last = Some(bits);
        distinct.insert(bits);
        if distinct.len() > max_count {
            return None;
        }
    }
    let mut table: Vec<T> = distinct.into_iter().map(T::from_bit_pattern).collect();
    table.sort_unstable_by_key(|value| value.ordinal());
    Some(table)
}

/// Returns the grid on which `count` values of a floating-point type are predicted best without
/// loss.
pub(super) fn lossless_grid<T: ReelElement>(
    values: impl Iterator<Item = T> + Clone,
    count: usize,
) -> Grid {
    if !T::IS_FLOAT || count == 0 {
        return Grid::Ulps;
    }
    let max_abs = values
        .clone()
        .fold(0.0_f64, |max, value| max.max(value.to_f64().abs()));
    if max_abs < 1e-300 {
        return Grid::Ulps;
    }
    let max_exponent = ulp_exponent(T::from_f64(max_abs)) + T::FRACTION_BITS as i32;
    let min_step_exponent = max_exponent - MAX_GRID_BITS;
    // The ulp of the largest value, or a larger power of two that divides all values.
    let ulp = max_exponent - T::FRACTION_BITS as i32;
    let finest = common_exponent(values.clone(), ulp).unwrap_or(i32::MIN);
    let exact_exponent = if finest >= ulp { finest } else { ulp };
    if let Some(parts) = decimal_parts(values.clone(), count)
        && parts < 2_f64.powi(-exact_exponent)
        && max_abs * parts < 2_f64.powi(MAX_GRID_BITS)
    {
        return Grid::Parts(parts);
    }
    let triples: Vec<T> = sampled_triples(values, count);
    let step = exact_exponent
        .max(min_step_exponent)
        .max(exact_exponent + noise_bits(&triples, exact_exponent));
    let finest_exponent = finest.max(i32::from(i16::MIN));
    let (Ok(step_exponent), Ok(finest_exponent)) =
        (i16::try_from(step), i16::try_from(finest_exponent))
    else {
        return Grid::Ulps;
    };
    let truncation = Truncation {
        step_exponent,
        finest_exponent,
    };
    match truncation_beats_ulps(&triples, truncation) {
        true => Grid::Truncated(truncation),
        false => Grid::Ulps,
    }
}

/// Returns the exponent of the largest power of two that divides all values; `None` if that is
/// below `least`.
fn common_exponent<T: ReelElement>(values: impl Iterator<Item = T>, least: i32) -> Option<i32> {
    let mut exponent = i32::MAX;
    for value in values.filter(|value| value.magnitude().is_some()) {
        let fraction = value.bits() | 1 << T::FRACTION_BITS;
        exponent = exponent.min(ulp_exponent(value) + fraction.trailing_zeros() as i32);
        if exponent < least {
            return None;
        }
    }
    (exponent < i32::MAX).then_some(exponent)
}

/// Returns the smallest power of ten `p`, up to 10⁸, such that all values are multiples of `1 /
/// p`, rounded to the type.
fn decimal_parts<T: ReelElement>(
    values: impl Iterator<Item = T> + Clone,
    count: usize,
) -> Option<f64> {
    const MAX_DIGITS: i32 = 8;

    let is_multiple = |parts: f64| {
        move |value: T| T::from_f64((value.to_f64() * parts).round_ties_even() / parts) == value
    };
    let stride = (count / MAX_SAMPLE_VALUES).max(1);
    let mut powers = (0..=MAX_DIGITS).map(|digits| 10_f64.powi(digits));
    let parts = powers.find(|&parts| values.clone().step_by(stride).all(is_multiple(parts)))?;
    values.clone().all(is_multiple(parts)).then_some(parts)
}

/// Returns a sample of values in triples of consecutive values, from all over a field.
fn sampled_triples<T: ReelElement>(values: impl Iterator<Item = T>, count: usize) -> Vec<T> {
    let stride = (3 * count / MAX_SAMPLE_VALUES).max(3);
    let all = values.enumerate();
    let all = all
        .filter(|(at, _)| at % stride < 3)
        .map(|(_, value)| value);
    all.collect()
}

/// Returns the number of bits, from that of `2^exact_exponent` on, that are noise to every
/// predictor.
fn noise_bits<T: ReelElement>(triples: &[T], exact_exponent: i32) -> i32 {
    /// The number of bits of a typical residual that are not noise.
    const RESIDUAL_BITS: i32 = 7;

    let (triples, _) = triples.as_chunks::<3>();
    let residual = |triple: &[T; 3]| {
        let [a, b, c] = triple.map(T::to_f64);
        (b - a / 2.0 - c / 2.0).abs()
    };
    let mean_residual = triples.iter().map(residual).sum::<f64>() / triples.len().max(1) as f64;
    match mean_residual > 0.0 {
        true => (mean_residual.log2().floor() as i32 - exact_exponent - RESIDUAL_BITS).max(0),
        false => 0,
    }
}

/// Returns whether truncated values and their fine bits take fewer bytes than ulps. Both are
/// estimated from the difference of each value from the mean of its neighbors.
fn truncation_beats_ulps<T: ReelElement>(triples: &[T], truncation: Truncation) -> bool {
    let (triples, _) = triples.as_chunks::<3>();
    let step = truncation.step();
    let (mut truncated_cost, mut ulps_cost) = (0.0, 0.0);
    for triple in triples {
        let [a, b, c] = triple.map(T::to_f64);
        let residual = (b - a / 2.0 - c / 2.0).abs() / step;
        let fine_bits = match b.abs() < step {
            // An outlier.
            true if b != 0.0 => 64,
            true => 0,
            false => truncation.fine_bits(triple[1]).1,
        };
        truncated_cost += (1.0 + residual).log2() + f64::from(fine_bits);
        let [a, b, c] = triple.map(|value| value.ordinal() as f64);
        ulps_cost += (1.0 + (b - a / 2.0 - c / 2.0).abs()).log2();
    }
    truncated_cost <= 1.05 * ulps_cost
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid_of<T: ReelElement>(values: &[T]) -> Grid {
        lossless_grid(values.iter().copied(), values.len())
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
        assert_eq!(
            (truncation.step_exponent, truncation.finest_exponent),
            (-5, -5)
        );
        // Ulps are better for values of widely different magnitudes.
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
        let ranks = rank_table(all.iter().copied(), all.len()).unwrap();
        assert_eq!(ranks.len(), 100);
        assert!(ranks.windows(2).all(|pair| pair[0] < pair[1]));
        let noise: Vec<f32> = (0..10_000).map(|x| (x as f32).sin()).collect();
        assert!(super::rank_table(noise.iter().copied(), noise.len()).is_none());
        let classes: Vec<u8> = (0..10_000)
            .map(|x| [0, 1, 7, 100, 255][x * x % 5])
            .collect();
        assert_eq!(
            super::rank_table(classes.iter().copied(), 10_000)
                .unwrap()
                .len(),
            3
        );
        let dense: Vec<u8> = (0..10_000).map(|x| (x % 30) as u8).collect();
        assert!(super::rank_table(dense.iter().copied(), 10_000).is_none());
    }
}
