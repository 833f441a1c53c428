//! Corrections of the values that a transform coder leaves outside a bound.
//!
//! An outlier is a value x whose reconstruction x̂ is off by more than the bound ε. Its correction is
//! k = round((x − x̂) / s) with a step s a little below 2 ε, so that x̂ + k s is within ε in single
//! precision too. The positions are either distances between outliers, coded with pco, or a bit for each
//! value, coded with zstd; the corrections are coded with pco. The smaller is kept.

use pco::ChunkConfig;
use pco::standalone::{simple_compress, simple_decompress};

use crate::Outcome;

/// The highest levels that cost no more time than the transform coder.
const PCO_LEVEL: usize = 8;
const ZSTD_LEVEL: i32 = 9;
/// Bytes of the step, the count, and the length of the positions, whose highest bit says that they are bits.
const HEADER: usize = 8 + 4 + 4;
const ARE_BITS: u32 = 1 << 31;

/// The outliers of `decoded` in `values`.
pub(super) fn encode(values: &[f32], decoded: &[f32], bound: f64) -> Outcome<Vec<u8>> {
    let step = step(values, bound)?;
    let (mut positions, mut corrections) = (Vec::new(), Vec::new());
    for (place, (&x, &y)) in values.iter().zip(decoded).enumerate() {
        let error = f64::from(x) - f64::from(y);
        // No correction brings NaN within the bound: it is refused below.
        if error.abs() > bound || error.is_nan() {
            let correction = (error / step).round();
            if correction.abs() > f64::from(i32::MAX) || correction.is_nan() {
                return Err("an outlier is too far off".into());
            }
            positions.push(u32::try_from(place)?);
            corrections.push(correction as i32);
        }
    }
    let config = ChunkConfig::default().with_compression_level(PCO_LEVEL);
    let mut places = simple_compress(&distances(&positions), &config)?;
    let mut kind = 0;
    let bits = zstd::bulk::compress(&bits(&positions, values.len()), ZSTD_LEVEL)?;
    if bits.len() < places.len() {
        (places, kind) = (bits, ARE_BITS);
    }
    let length = u32::try_from(places.len())?;
    if length & ARE_BITS != 0 {
        return Err("too many outliers".into());
    }
    let mut bytes = Vec::with_capacity(HEADER + places.len());
    bytes.extend_from_slice(&step.to_le_bytes());
    bytes.extend_from_slice(&u32::try_from(positions.len())?.to_le_bytes());
    bytes.extend_from_slice(&(length | kind).to_le_bytes());
    bytes.extend_from_slice(&places);
    bytes.extend_from_slice(&simple_compress(&corrections, &config)?);
    Ok(bytes)
}

/// Corrects the outliers of `decoded`.
pub(super) fn decode(bytes: &[u8], decoded: &mut [f32]) -> Outcome<()> {
    let damaged = || "the outliers are damaged";
    let (header, rest) = bytes.split_at_checked(HEADER).ok_or_else(damaged)?;
    let word = |at: usize| u32::from_le_bytes([0, 1, 2, 3].map(|byte| header[at + byte]));
    let step = f64::from_bits(u64::from(word(0)) | u64::from(word(4)) << 32);
    let (count, kind) = (word(8) as usize, word(12) & ARE_BITS);
    let length = (word(12) & !ARE_BITS) as usize;
    let (places, rest) = rest.split_at_checked(length).ok_or_else(damaged)?;
    let positions = if kind == ARE_BITS {
        let bits = zstd::bulk::decompress(places, decoded.len().div_ceil(8))?;
        places_of_bits(&bits)
    } else {
        places_of_distances(&simple_decompress(places)?)
    };
    let corrections: Vec<i32> = simple_decompress(rest)?;
    if positions.len() != count || corrections.len() != count {
        return Err(damaged().into());
    }
    for (place, correction) in positions.into_iter().zip(corrections) {
        let value = decoded.get_mut(place).ok_or_else(damaged)?;
        *value = (f64::from(*value) + f64::from(correction) * step) as f32;
    }
    Ok(())
}

/// The step of the corrections: as much below twice the bound as rounding to single precision takes.
fn step(values: &[f32], bound: f64) -> Outcome<f64> {
    let most = values.iter().fold(0.0_f32, |most, x| most.max(x.abs()));
    // A corrected value is less than twice as far from zero, or near the bound itself.
    let most = 2.0 * most.max(bound as f32);
    let unit = f64::from(most.next_up()) - f64::from(most);
    let step = 2.0 * bound - unit;
    if step > 0.0 && step.is_finite() {
        Ok(step)
    } else {
        Err("the bound is finer than single precision".into())
    }
}

/// Values between one position and the next, from the first value on.
fn distances(positions: &[u32]) -> Vec<u32> {
    let mut next = 0;
    let between = |&position: &u32| {
        let distance = position - next;
        next = position + 1;
        distance
    };
    positions.iter().map(between).collect()
}

/// Undoes [`distances`].
fn places_of_distances(distances: &[u32]) -> Vec<usize> {
    let mut next = 0;
    let place = |&distance: &u32| {
        let place = next + distance as usize;
        next = place + 1;
        place
    };
    distances.iter().map(place).collect()
}

/// A bit for each of `count` values, the first value in the lowest bit of the first byte.
fn bits(positions: &[u32], count: usize) -> Vec<u8> {
    let mut bits = vec![0; count.div_ceil(8)];
    for &position in positions {
        bits[position as usize / 8] |= 1 << (position % 8);
    }
    bits
}

/// Undoes [`bits`].
fn places_of_bits(bits: &[u8]) -> Vec<usize> {
    let places = |(byte, &bits): (usize, &u8)| {
        (0..8)
            .filter(move |bit| bits >> bit & 1 == 1)
            .map(move |bit| 8 * byte + bit)
    };
    bits.iter().enumerate().flat_map(places).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::Random;

    /// Values around 300, and reconstructions off by up to `spread`.
    fn pair(spread: f64) -> (Vec<f32>, Vec<f32>) {
        let mut random = Random::new(3);
        let values: Vec<f32> = (0..5000)
            .map(|_| random.between(-300.0, 310.0) as f32)
            .collect();
        let decoded = values
            .iter()
            .map(|&x| (f64::from(x) + random.between(-spread, spread)) as f32)
            .collect();
        (values, decoded)
    }

    #[test]
    fn every_value_is_within_the_bound_after_correction() {
        // Few outliers, many, and a bound near the spacing of single precision.
        for (spread, bound) in [(0.101, 0.1), (5.0, 0.1), (0.01, 2e-4)] {
            let (values, mut decoded) = pair(spread);
            let bytes = encode(&values, &decoded, bound).unwrap();
            decode(&bytes, &mut decoded).unwrap();
            let error = |(&x, &y): (&f32, &f32)| (f64::from(x) - f64::from(y)).abs();
            let worst = values.iter().zip(&decoded).map(error).fold(0.0, f64::max);
            assert!(worst <= bound, "{spread}: {worst}");
        }
        let (values, decoded) = pair(1.0);
        assert!(encode(&values, &decoded, 1e-6).is_err());
    }

    #[test]
    fn few_outliers_take_few_bytes() {
        let (values, decoded) = pair(0.1);
        assert!(encode(&values, &decoded, 0.11).unwrap().len() < 100);
        let (values, mut decoded) = (values.clone(), values);
        decoded[4000] += 1.0;
        let bytes = encode(&values, &decoded, 0.1).unwrap();
        assert!(bytes.len() < 150);
        decode(&bytes, &mut decoded).unwrap();
        assert!((decoded[4000] - values[4000]).abs() <= 0.1);
    }

    #[test]
    fn positions_are_distances_or_bits() {
        let positions = [0, 1, 7, 8, 30];
        assert_eq!(distances(&positions), [0, 0, 5, 0, 21]);
        let places: Vec<usize> = positions.map(|place| place as usize).into();
        assert_eq!(places_of_distances(&distances(&positions)), places);
        assert_eq!(bits(&positions, 31), [0b1000_0011, 1, 0, 0b0100_0000]);
        assert_eq!(places_of_bits(&bits(&positions, 31)), places);
    }

    #[test]
    fn every_prefix_is_refused_or_decoded() {
        let (values, decoded) = pair(0.101);
        let bytes = encode(&values, &decoded, 0.1).unwrap();
        for length in 0..bytes.len() {
            assert!(
                decode(&bytes[..length], &mut decoded.clone()).is_err(),
                "{length}"
            );
        }
    }
}
