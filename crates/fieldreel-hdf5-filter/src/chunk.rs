//! The bytes of a chunk to those of a segment, and back.

use fieldreel_core::{Element, with_element_type};
use fieldreel_reel::{
    Criterion, ErrorBound, Limits, ReelElement, ReelError, SegmentOptions, Target, segment,
};
use ndarray::Array3;

use crate::{ChunkType, FilterError, Parameters};

/// The segment of a chunk: its values in row-major order.
///
/// # Errors
/// [`FilterError::Size`], [`FilterError::Dataset`]; [`FilterError::Reel`] if the bound cannot be kept.
pub fn compress(chunk: &[u8], parameters: &Parameters) -> Result<Vec<u8>, FilterError> {
    let shape = parameters.shape()?;
    let expected = shape.iter().product::<usize>() * parameters.chunk_type.dtype.bytes();
    if chunk.len() != expected {
        let found = chunk.len();
        return Err(FilterError::Size { expected, found });
    }
    let write = parameters.write;
    let mut options = SegmentOptions::new(write.criterion)
        .with_effort(write.effort)
        .with_base(write.base)
        .with_codec(write.codec);
    options.fill_values.extend(write.fill);
    // A chunk that is rewritten, as appending to a dataset does, is made of decoded values: these are to stay what they are.
    options.idempotent = true;
    let ChunkType {
        dtype,
        is_big_endian,
    } = parameters.chunk_type;
    with_element_type!(dtype, T => {
        encode::<T>(shape, T::from_bytes(chunk, is_big_endian), &options)
    })
}

/// Checks parameters as far as they can be without the values of a chunk.
///
/// # Errors
/// [`FilterError::Dataset`] if no chunk can be so; [`FilterError::Reel`] for a bound that cannot be, or a ratio that would leave
/// fewer bytes than a chunk of equal values takes.
pub(crate) fn check(parameters: &Parameters) -> Result<(), FilterError> {
    let bytes = parameters.shape()?.iter().product::<usize>() * parameters.chunk_type.dtype.bytes();
    let criterion = parameters.write.criterion;
    criterion.check()?;
    let Criterion::Target(target @ Target::Ratio(ratio)) = criterion else {
        return Ok(());
    };
    let smallest = encode(
        [1; 3],
        vec![0.0_f32],
        &SegmentOptions::new(ErrorBound::Lossless),
    )?
    .len();
    let reached = bytes as f64 / smallest as f64;
    if ratio > reached {
        return Err(ReelError::TargetUnreachable { target, reached }.into());
    }
    Ok(())
}

fn encode<T: ReelElement>(
    shape: [usize; 3],
    values: Vec<T>,
    options: &SegmentOptions,
) -> Result<Vec<u8>, FilterError> {
    let reason = "the shape of the chunk";
    let values =
        Array3::from_shape_vec(shape, values).map_err(|_| FilterError::Dataset { reason })?;
    Ok(segment::encode(values.view(), options)?.bytes)
}

/// The values of a segment in row-major order, little-endian or, if it is said, big-endian.
///
/// # Errors
/// [`FilterError::Reel`] if the bytes are no segment, or are of one that would take more memory than `limits` allow.
pub fn decompress(
    segment: &[u8],
    is_big_endian: bool,
    limits: &Limits,
) -> Result<Vec<u8>, FilterError> {
    let bytes = with_element_type!(segment::inspect(segment)?.dtype, T => {
        let values = segment::decode::<T>(segment, limits)?;
        T::to_bytes(values.as_slice().unwrap_or_default(), is_big_endian)
    });
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use fieldreel_core::Dtype;
    use fieldreel_reel::{BaseChoice, CodecChoice, Effort};

    use super::*;
    use crate::{ChunkType, WriteParameters};

    fn parameters(dtype: Dtype, is_big_endian: bool, dimensions: &[usize]) -> Parameters {
        Parameters {
            write: WriteParameters {
                criterion: ErrorBound::Absolute(0.01).into(),
                effort: Effort::Fast,
                base: BaseChoice::Auto,
                codec: CodecChoice::Any,
                fill: Some((-999).into()),
            },
            chunk_type: ChunkType {
                dtype,
                is_big_endian,
            },
            dimensions: dimensions.to_vec(),
        }
    }

    #[test]
    fn chunks_of_every_rank_and_type_come_back_within_the_bound() {
        for dimensions in [
            &[20, 30][..],
            &[4, 20, 30],
            &[2, 3, 20, 30],
            &[2, 1, 2, 20, 30],
            &[1, 2, 1, 1, 2, 1, 20, 30],
            &[300],
        ] {
            let count = dimensions.iter().product::<usize>();
            let values: Vec<f64> = (0..count)
                .map(|at| match at % 97 {
                    0 => -999.0,
                    _ => (at as f64 / 40.0).sin(),
                })
                .collect();
            for (bytes, is_big_endian) in [(4, false), (4, true), (8, false), (8, true)] {
                let dtype = if bytes == 4 { Dtype::F32 } else { Dtype::F64 };
                let parameters = parameters(dtype, is_big_endian, dimensions);
                let of = |value: f64| match (bytes, is_big_endian) {
                    (4, false) => (value as f32).to_le_bytes().to_vec(),
                    (4, true) => (value as f32).to_be_bytes().to_vec(),
                    (_, false) => value.to_le_bytes().to_vec(),
                    (_, true) => value.to_be_bytes().to_vec(),
                };
                let chunk: Vec<u8> = values.iter().copied().flat_map(of).collect();
                let segment = compress(&chunk, &parameters).unwrap();
                let back = decompress(&segment, is_big_endian, &Limits::default()).unwrap();
                assert_eq!(back.len(), chunk.len());
                for (back, &value) in back.chunks(bytes).zip(&values) {
                    let found = match (bytes, is_big_endian) {
                        (4, false) => f64::from(f32::from_le_bytes(back.try_into().unwrap())),
                        (4, true) => f64::from(f32::from_be_bytes(back.try_into().unwrap())),
                        (_, false) => f64::from_le_bytes(back.try_into().unwrap()),
                        (_, true) => f64::from_be_bytes(back.try_into().unwrap()),
                    };
                    assert!(if value == -999.0 {
                        found == value
                    } else {
                        (found - value).abs() <= 0.010_001
                    });
                }
            }
        }
    }

    #[test]
    fn chunks_of_integers_of_every_type_and_order_come_back() {
        for dtype in Dtype::ALL.into_iter().filter(|dtype| !dtype.is_float()) {
            for is_big_endian in [false, true] {
                let mut parameters = parameters(dtype, is_big_endian, &[3, 20, 30]);
                parameters.write.criterion = ErrorBound::Absolute(2.0).into();
                let values = (0..3 * 20 * 30).map(|at| 60 + at % 30 + at / 600);
                let width = dtype.bytes();
                let chunk: Vec<u8> = values
                    .flat_map(|value: u64| match is_big_endian {
                        true => value.to_be_bytes()[8 - width..].to_vec(),
                        false => value.to_le_bytes()[..width].to_vec(),
                    })
                    .collect();
                let segment = compress(&chunk, &parameters).unwrap();
                let back = decompress(&segment, is_big_endian, &Limits::default()).unwrap();
                with_element_type!(dtype, T => {
                    let [x, y] = [&chunk, &back].map(|bytes| T::from_bytes(bytes, is_big_endian));
                    assert!(x.iter().zip(&y).all(|(x, y)| x.minus(*y).abs() <= 2.0), "{dtype}");
                });
            }
        }
    }

    #[test]
    fn a_chunk_of_another_size_and_every_prefix_of_a_segment_is_an_error() {
        let parameters = parameters(Dtype::F32, false, &[8, 9]);
        assert!(matches!(
            compress(&[0; 8], &parameters),
            Err(FilterError::Size {
                expected: 288,
                found: 8
            })
        ));
        let segment = compress(&[0x3f; 288], &parameters).unwrap();
        for end in 0..segment.len() {
            assert!(decompress(&segment[..end], false, &Limits::default()).is_err());
        }
    }

    /// A chunk that is written anew with each of 24 steps, as a program that appends to a dataset does.
    #[test]
    fn values_that_are_rewritten_stay_within_the_bound_of_the_first() {
        const SHAPE: [usize; 3] = [24, 30, 40];
        const BOUND: f64 = 0.05;

        let place = SHAPE[1] * SHAPE[2];
        let mut state = 1_u32;
        let originals: Vec<f32> = (0..SHAPE[0] * place)
            .map(|at| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let (t, y, x) = (at / place, at % place / SHAPE[2], at % SHAPE[2]);
                let (t, y, x) = (t as f32, y as f32, x as f32);
                280.0
                    + 10.0 * (x / 9.0 + t / 5.0).sin()
                    + 5.0 * (y / 7.0).cos()
                    + (state >> 8) as f32 / 5e7
            })
            .collect();
        for effort in [Effort::Fast, Effort::Balanced] {
            let mut parameters = Parameters {
                write: WriteParameters::parse(&[5]).unwrap(),
                chunk_type: ChunkType {
                    dtype: Dtype::F32,
                    is_big_endian: false,
                },
                dimensions: SHAPE.to_vec(),
            };
            parameters.write.criterion = ErrorBound::Absolute(BOUND).into();
            parameters.write.effort = effort;
            let mut chunk = vec![0.0_f32; originals.len()];
            for t in 0..SHAPE[0] {
                let step = t * place..(t + 1) * place;
                chunk[step.clone()].copy_from_slice(&originals[step]);
                let bytes: Vec<u8> = chunk.iter().flat_map(|value| value.to_le_bytes()).collect();
                let segment = compress(&bytes, &parameters).unwrap();
                let back = decompress(&segment, false, &Limits::default()).unwrap();
                let decoded = back
                    .as_chunks()
                    .0
                    .iter()
                    .map(|&bytes| f32::from_le_bytes(bytes));
                chunk = decoded.collect();
                let written = (t + 1) * place;
                let errors = originals[..written].iter().zip(&chunk);
                let largest = errors.fold(0.0, |largest: f64, (x, y)| {
                    largest.max((f64::from(*x) - f64::from(*y)).abs())
                });
                assert!(largest <= BOUND, "{effort}, step {t}: {largest}");
            }
        }
    }
}
