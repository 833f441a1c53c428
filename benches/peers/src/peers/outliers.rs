//! Coding of outliers: the values that a transform coder leaves outside the bound.
//!
//! An outlier is a value x whose reconstruction x̂ differs by more than the bound ε. Its
//! correction is k = round((x − x̂) / s) with a step s slightly less than 2 ε, so that x̂ + k s is
//! within ε in single precision too. The positions are coded as distances between outliers with
//! pco or as a bitmap of all values with zstd, whichever is smaller. The corrections are coded
//! with pco.

use pco::ChunkConfig;
use pco::standalone::{simple_compress, simple_decompress};

use crate::Result;

/// The highest level of pco that takes no more time than the transform coder.
const PCO_LEVEL: usize = 8;
/// The highest level of zstd that takes no more time than the transform coder.
const ZSTD_LEVEL: i32 = 9;
/// The bytes of the header: the step, the number of outliers, and the length of the positions with
/// [`BITMAP_FLAG`].
const HEADER_LEN: usize = 8 + 4 + 4;
/// The highest bit of the length of the positions: set if they are coded as a bitmap.
const BITMAP_FLAG: u32 = 1 << 31;

/// Encodes the corrections of the outliers of `decoded` relative to `values`.
pub(super) fn encode(values: &[f32], decoded: &[f32], bound: f64) -> Result<Vec<u8>> {
    let step = step(values, bound)?;
    let (mut positions, mut corrections) = (Vec::new(), Vec::new());
    for (position, (&x, &y)) in values.iter().zip(decoded).enumerate() {
        let error = f64::from(x) - f64::from(y);
        // NaN cannot be corrected, and is rejected below.
        if error.abs() > bound || error.is_nan() {
            let correction = (error / step).round();
            if correction.abs() > f64::from(i32::MAX) || correction.is_nan() {
                return Err(format!("the error of an outlier, {error}, is too large").into());
            }
            positions.push(u32::try_from(position)?);
            corrections.push(correction as i32);
        }
    }
    let config = ChunkConfig::default().with_compression_level(PCO_LEVEL);
    let mut encoded_positions = simple_compress(&distances(&positions), &config)?;
    let mut flag = 0;
    let bits = zstd::bulk::compress(&bitmap(&positions, values.len()), ZSTD_LEVEL)?;
    if bits.len() < encoded_positions.len() {
        (encoded_positions, flag) = (bits, BITMAP_FLAG);
    }
    let length = u32::try_from(encoded_positions.len())?;
    if length & BITMAP_FLAG != 0 {
        return Err("too many outliers".into());
    }
    let mut bytes = Vec::with_capacity(HEADER_LEN + encoded_positions.len());
    bytes.extend_from_slice(&step.to_le_bytes());
    bytes.extend_from_slice(&u32::try_from(positions.len())?.to_le_bytes());
    bytes.extend_from_slice(&(length | flag).to_le_bytes());
    bytes.extend_from_slice(&encoded_positions);
    bytes.extend_from_slice(&simple_compress(&corrections, &config)?);
    Ok(bytes)
}

/// Corrects the outliers of `decoded`.
pub(super) fn decode(bytes: &[u8], decoded: &mut [f32]) -> Result<()> {
    let damaged = || "the outliers are damaged";
    let (header, rest) = bytes.split_at_checked(HEADER_LEN).ok_or_else(damaged)?;
    let word = |at: usize| u32::from_le_bytes([0, 1, 2, 3].map(|byte| header[at + byte]));
    let step = f64::from_bits(u64::from(word(0)) | u64::from(word(4)) << 32);
    let (count, flag) = (word(8) as usize, word(12) & BITMAP_FLAG);
    let length = (word(12) & !BITMAP_FLAG) as usize;
    let (encoded_positions, rest) = rest.split_at_checked(length).ok_or_else(damaged)?;
    let positions = if flag == BITMAP_FLAG {
        let bits = zstd::bulk::decompress(encoded_positions, decoded.len().div_ceil(8))?;
        positions_of_bitmap(&bits)
    } else {
        positions_of_distances(&simple_decompress(encoded_positions)?)
    };
    let corrections: Vec<i32> = simple_decompress(rest)?;
    if positions.len() != count || corrections.len() != count {
        return Err(damaged().into());
    }
    for (position, correction) in positions.into_iter().zip(corrections) {
        let value = decoded.get_mut(position).ok_or_else(damaged)?;
        *value = (f64::from(*value) + f64::from(correction) * step) as f32;
    }
    Ok(())
}

/// Returns the step of the corrections: twice the bound minus a margin for rounding to single
/// precision.
fn step(values: &[f32], bound: f64) -> Result<f64> {
    let max_abs = values
        .iter()
        .fold(0.0_f32, |max_abs, x| max_abs.max(x.abs()));
    // The magnitude of a corrected value is less than twice that of the largest value or of the
    // bound.
    let max_abs = 2.0 * max_abs.max(bound as f32);
    let unit = f64::from(max_abs.next_up()) - f64::from(max_abs);
    let step = 2.0 * bound - unit;
    if step > 0.0 && step.is_finite() {
        Ok(step)
    } else {
        Err(format!("the bound {bound} is finer than the spacing of single precision").into())
    }
}

/// Returns the number of values before the first position and between consecutive positions.
fn distances(positions: &[u32]) -> Vec<u32> {
    let mut next = 0;
    let between = |&position: &u32| {
        let distance = position - next;
        next = position + 1;
        distance
    };
    positions.iter().map(between).collect()
}

/// Reverses [`distances`].
fn positions_of_distances(distances: &[u32]) -> Vec<usize> {
    let mut next = 0;
    let position = |&distance: &u32| {
        let position = next + distance as usize;
        next = position + 1;
        position
    };
    distances.iter().map(position).collect()
}

/// Returns a bitmap of `count` values. The first value is the lowest bit of the first byte.
fn bitmap(positions: &[u32], count: usize) -> Vec<u8> {
    let mut bits = vec![0; count.div_ceil(8)];
    for &position in positions {
        bits[position as usize / 8] |= 1 << (position % 8);
    }
    bits
}

/// Reverses [`bitmap`].
fn positions_of_bitmap(bits: &[u8]) -> Vec<usize> {
    let positions = |(byte, &bits): (usize, &u8)| {
        (0..8)
            .filter(move |bit| bits >> bit & 1 == 1)
            .map(move |bit| 8 * byte + bit)
    };
    bits.iter().enumerate().flat_map(positions).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::SplitMix64;

    /// Returns values up to about ±300, and reconstructions with errors up to `spread`.
    fn pair(spread: f64) -> (Vec<f32>, Vec<f32>) {
        let mut random = SplitMix64::new(3);
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
        // The cases are few outliers, many outliers, and a bound near the spacing of single
        // precision.
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
    fn positions_are_coded_as_distances_or_a_bitmap() {
        let positions = [0, 1, 7, 8, 30];
        assert_eq!(distances(&positions), [0, 0, 5, 0, 21]);
        let expected: Vec<usize> = positions.map(|position| position as usize).into();
        assert_eq!(positions_of_distances(&distances(&positions)), expected);
        assert_eq!(bitmap(&positions, 31), [0b1000_0011, 1, 0, 0b0100_0000]);
        assert_eq!(positions_of_bitmap(&bitmap(&positions, 31)), expected);
    }

    #[test]
    fn decoding_a_truncated_stream_fails() {
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
