//! Residuals of the metadata's numbers, so that an axis of evenly spaced values deflates to nearly
//! nothing.
//!
//! Ordinals (integers in the order of the numbers), predictions and residuals are computed modulo
//! 2 to the power of the number of the type's bits. Floating-point numbers occur in one predictor
//! only, in additions, multiplications and divisions of `f64` in the order in which they are
//! written here.

use miniz_oxide::deflate::compress_to_vec;

use super::{NumericArray, number_type};
use crate::ReelError;
use crate::wire::ByteReader;

const CORRUPT: ReelError = ReelError::corrupt("numbers in the metadata cannot be decoded");

/// The predictor of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Predictor {
    /// Predicts 0.
    Zero,
    /// Predicts the previous number.
    Previous,
    /// Extrapolates the line through the two previous numbers.
    Linear,
    /// Interpolates between the first and the last number; only for floating-point numbers.
    Endpoints,
}

impl Predictor {
    /// The predictors by their ids in a file.
    const ALL: [Self; 4] = [Self::Zero, Self::Previous, Self::Linear, Self::Endpoints];
}

/// Encodes numbers without their count and type: a predictor, then the residuals, the lowest byte
/// of each first, then the next byte of each.
pub(super) fn encode(numbers: &NumericArray) -> Vec<u8> {
    let candidates = (0_u8..).zip(Predictor::ALL).filter_map(|(id, predictor)| {
        let mut bytes = vec![id];
        bytes.extend(residuals(numbers, predictor)?);
        Some(bytes)
    });
    let mut candidates = candidates.peekable();
    if numbers.len() < 3 {
        return candidates.next().unwrap_or_default();
    }
    candidates
        .min_by_key(|bytes| compress_to_vec(bytes, 6).len())
        .unwrap_or_default()
}

/// Decodes `count` numbers of the type `id` that [`encode`] encoded.
pub(super) fn decode(
    reader: &mut ByteReader<'_>,
    id: u8,
    count: usize,
) -> Result<NumericArray, ReelError> {
    let width = number_type::width(id).ok_or(CORRUPT)?;
    let predictor = reader.u8()?;
    let predictor = *Predictor::ALL.get(usize::from(predictor)).ok_or(CORRUPT)?;
    let bytes = reader.raw(count.checked_mul(width).ok_or(CORRUPT)?)?;
    let mut residuals = vec![0_u64; count];
    // `chunks_exact` panics for 0.
    for (plane, bytes) in bytes.chunks_exact(count.max(1)).enumerate() {
        for (residual, &byte) in residuals.iter_mut().zip(bytes) {
            *residual |= u64::from(byte) << (8 * plane);
        }
    }
    let bits = 8 * width as u32;
    let line = match predictor {
        Predictor::Endpoints => {
            let ends = residuals.first().zip(residuals.last());
            let (first, last) = ends.ok_or(CORRUPT)?;
            let [first, last] = [first, last].map(|&end| unzigzag(end, bits));
            Some(EndpointLine::new(id, first, last, count).ok_or(CORRUPT)?)
        }
        _ => None,
    };
    let (mut before, mut last) = (0, 0);
    for (at, residual) in residuals.iter_mut().enumerate() {
        let predicted = predict(predictor, line, at, [before, last]);
        let ordinal = unzigzag(*residual, bits).wrapping_add(predicted) & mask(bits);
        (before, last) = (last, ordinal);
        *residual = from_ordinal(id, ordinal);
    }
    number_type::from_bits(id, &residuals).ok_or(CORRUPT)
}

/// Returns the bytes of the residuals; `None` if the predictor does not apply to these numbers.
fn residuals(numbers: &NumericArray, predictor: Predictor) -> Option<Vec<u8>> {
    let id = number_type::id(numbers);
    let width = number_type::width(id)?;
    let bits = 8 * width as u32;
    let mut values = number_type::to_bits(numbers);
    for value in &mut values {
        *value = to_ordinal(id, *value);
    }
    let line = match predictor {
        Predictor::Endpoints => Some(EndpointLine::new(
            id,
            *values.first()?,
            *values.last()?,
            values.len(),
        )?),
        _ => None,
    };
    let (mut before, mut last) = (0, 0);
    for (at, value) in values.iter_mut().enumerate() {
        let ordinal = *value;
        *value = zigzag(
            ordinal.wrapping_sub(predict(predictor, line, at, [before, last])),
            bits,
        );
        (before, last) = (last, ordinal);
    }
    let plane = |plane: usize| values.iter().map(move |value| (value >> (8 * plane)) as u8);
    Some((0..width).flat_map(plane).collect())
}

fn predict(
    predictor: Predictor,
    line: Option<EndpointLine>,
    at: usize,
    [before, last]: [u64; 2],
) -> u64 {
    match predictor {
        Predictor::Zero => 0,
        Predictor::Previous => last,
        Predictor::Linear => last.wrapping_mul(2).wrapping_sub(before),
        Predictor::Endpoints => line.map_or(0, |line| line.at(at)),
    }
}

/// The line from the first to the last number.
#[derive(Clone, Copy, Debug)]
struct EndpointLine {
    id: u8,
    first: f64,
    step: f64,
    last: usize,
}

impl EndpointLine {
    /// Returns the line between two ordinals; `None` if the type is not a floating-point type, or
    /// if there are fewer than two numbers.
    fn new(id: u8, first: u64, last: u64, count: usize) -> Option<Self> {
        let value = |ordinal| match number_type::from_bits(id, &[from_ordinal(id, ordinal)])? {
            NumericArray::F32(value) => value.first().map(|&value| f64::from(value)),
            NumericArray::F64(value) => value.first().copied(),
            _ => None,
        };
        let (first, end) = (value(first)?, value(last)?);
        let last = count.checked_sub(1).filter(|&last| last > 0)?;
        let step = (end - first) / last as f64;
        // The bits of a NaN that results from arithmetic differ between machines.
        (first.is_finite() && step.is_finite()).then_some(Self {
            id,
            first,
            step,
            last,
        })
    }

    /// Returns the ordinal of the prediction. It is 0 at both ends, whose residuals are thus their
    /// ordinals.
    fn at(self, at: usize) -> u64 {
        if at == 0 || at == self.last {
            return 0;
        }
        let value = self.first + at as f64 * self.step;
        to_ordinal(
            self.id,
            match self.id {
                10 => u64::from((value as f32).to_bits()),
                _ => value.to_bits(),
            },
        )
    }
}

const fn mask(bits: u32) -> u64 {
    u64::MAX >> (64 - bits)
}

/// Maps bits to integers in the order of the numbers: inverts the sign bit, and for negative
/// floating-point numbers all other bits too.
fn to_ordinal(id: u8, value: u64) -> u64 {
    flip_sign_bits(id, value, true)
}

fn from_ordinal(id: u8, ordinal: u64) -> u64 {
    flip_sign_bits(id, ordinal, false)
}

/// Inverts the sign bit, and all other bits too if the type is a floating-point type and its sign
/// bit equals `inverts_all_if_sign`. Unsigned integers are returned unchanged.
fn flip_sign_bits(id: u8, bits: u64, inverts_all_if_sign: bool) -> u64 {
    let Some(sign_mask) = sign_mask(id) else {
        return bits;
    };
    let float = id >= 10;
    match float && (bits & sign_mask != 0) == inverts_all_if_sign {
        true => bits ^ (sign_mask | (sign_mask - 1)),
        false => bits ^ sign_mask,
    }
}

/// Returns the mask of the sign bit; `None` for unsigned types.
fn sign_mask(id: u8) -> Option<u64> {
    let signed = id >= 10 || id.is_multiple_of(2);
    let width = number_type::width(id).filter(|_| signed)?;
    Some(1 << (8 * width - 1))
}

/// Maps small differences of either sign to small numbers: 0, −1, 1, −2, … to 0, 1, 2, 3, …
const fn zigzag(difference: u64, bits: u32) -> u64 {
    let signed = (difference << (64 - bits)) as i64 >> (64 - bits);
    ((signed << 1) ^ (signed >> 63)) as u64 & mask(bits)
}

const fn unzigzag(zigzag: u64, bits: u32) -> u64 {
    ((zigzag >> 1) ^ (zigzag & 1).wrapping_neg()) & mask(bits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn assert_round_trip(numbers: &NumericArray) {
        for (predictor, id) in Predictor::ALL.into_iter().zip(0_u8..) {
            let Some(rest) = residuals(numbers, predictor) else {
                continue;
            };
            let bytes = [&[id], rest.as_slice()].concat();
            let mut reader = ByteReader::new(&bytes);
            let back = decode(&mut reader, number_type::id(numbers), numbers.len()).unwrap();
            assert_eq!(number_type::id(&back), number_type::id(numbers));
            assert_eq!(
                number_type::to_bits(&back),
                number_type::to_bits(numbers),
                "{predictor:?}"
            );
            assert!(reader.finish().is_ok());
        }
    }

    proptest! {
        #[test]
        fn numbers_of_any_type_round_trip(bits: Vec<u64>, id in 2_u8..12) {
            assert_round_trip(&number_type::from_bits(id, &bits).unwrap());
        }

        #[test]
        fn floats_near_a_line_round_trip(first in any::<f64>(), step in any::<f32>(), n in 0_usize..30) {
            let values: Vec<f64> = (0..n).map(|i| first + i as f64 * f64::from(step)).collect();
            assert_round_trip(&NumericArray::F32(values.iter().map(|&value| value as f32).collect()));
            assert_round_trip(&NumericArray::F64(values));
        }

        #[test]
        fn any_bytes_are_numbers_or_an_error(bytes: Vec<u8>, id: u8, count in 0_usize..20) {
            if let Ok(numbers) = decode(&mut ByteReader::new(&bytes), id, count) {
                prop_assert_eq!(numbers.len(), count);
            }
        }
    }

    #[test]
    fn ordinals_are_in_order() {
        let ordinal = |value: f32| to_ordinal(10, value.to_bits().into());
        assert!(ordinal(-1.0) < ordinal(-0.5) && ordinal(-0.5) < ordinal(-0.0));
        assert_eq!(ordinal(-0.0) + 1, ordinal(0.0));
        assert_eq!(ordinal(1.0) + 1, ordinal(1.0 + f32::EPSILON));
        assert_eq!(to_ordinal(2, (-1_i8) as u8 as u64) + 1, to_ordinal(2, 0));
    }

    #[test]
    fn an_axis_takes_few_bytes() {
        let hours: Vec<f64> = (0..8760).map(|hour| 876_000.0 + f64::from(hour)).collect();
        let latitudes: Vec<f32> = (0..721).map(|row| 90.0 - 0.25 * row as f32).collect();
        let days: Vec<i64> = (0..365).map(|day| 738_000 + day).collect();
        for numbers in [hours.into(), latitudes.into(), NumericArray::from(days)] {
            let bytes = compress_to_vec(&encode(&numbers), 9);
            assert!(
                bytes.len() < 128,
                "{} of {:?}",
                bytes.len(),
                number_type::id(&numbers)
            );
        }
    }
}
