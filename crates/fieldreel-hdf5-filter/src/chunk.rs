//! Conversion of the bytes of a chunk to a segment, and back.

use fieldreel_core::{Element, with_element_type};
use fieldreel_reel::{
    Criterion, ErrorBound, Limits, ReelElement, ReelError, SegmentOptions, Target, segment,
};
use ndarray::Array3;

use crate::{ChunkType, FilterError, Parameters};

/// Compresses a chunk, whose values are in row-major order, to a segment.
///
/// ```
/// use fieldreel_core::Dtype;
/// use fieldreel_hdf5_filter::{ChunkType, Parameters, WriteParameters, compress};
/// use fieldreel_reel::ErrorBound;
///
/// let write = WriteParameters::new(ErrorBound::Absolute(0.5));
/// let parameters = Parameters::new(write, ChunkType::new(Dtype::F32), &[4, 30, 40]);
/// let chunk: Vec<u8> = (0..4800).flat_map(|i| (i as f32).sqrt().to_le_bytes()).collect();
/// let segment = compress(&chunk, &parameters)?;
/// assert!(segment.len() < chunk.len() / 8);
/// # Ok::<(), fieldreel_hdf5_filter::FilterError>(())
/// ```
///
/// # Errors
/// - [`FilterError::Size`] if the chunk does not have the size that the parameters state;
/// - [`FilterError::Dataset`] if the parameters describe an invalid chunk;
/// - [`FilterError::Reel`] if the bound or target cannot be met.
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
    options.fill_values.extend(write.fill_value);
    // A program that appends to a dataset rewrites chunks of decoded values. The encoding must be
    // idempotent, so that these values do not change.
    options.idempotent = true;
    let ChunkType {
        dtype,
        is_big_endian,
    } = parameters.chunk_type;
    with_element_type!(dtype, T => {
        encode::<T>(shape, T::from_bytes(chunk, is_big_endian), &options)
    })
}

impl Parameters {
    /// Checks the parameters as far as possible without the values of a chunk. HDF5 reports that a
    /// filter refuses a dataset, but not why.
    ///
    /// ```
    /// use fieldreel_core::Dtype;
    /// use fieldreel_hdf5_filter::{ChunkType, Parameters, WriteParameters};
    /// use fieldreel_reel::Target;
    ///
    /// let parameters = |ratio| {
    ///     let write = WriteParameters::new(Target::Ratio(ratio));
    ///     Parameters::new(write, ChunkType::new(Dtype::F32), &[4, 30, 40])
    /// };
    /// assert!(parameters(20.0).check().is_ok());
    /// // No segment has less than a byte.
    /// assert!(parameters(20_000.0).check().is_err());
    /// ```
    ///
    /// # Errors
    /// - [`FilterError::Dataset`] if the parameters describe an invalid chunk;
    /// - [`FilterError::Reel`] if the bound is invalid, or if a compression ratio would leave fewer
    ///   bytes than a chunk of equal values takes.
    pub fn check(&self) -> Result<(), FilterError> {
        let bytes = self.shape()?.iter().product::<usize>() * self.chunk_type.dtype.bytes();
        let criterion = self.write.criterion;
        criterion.check()?;
        let Criterion::Target(target @ Target::Ratio(ratio)) = criterion else {
            return Ok(());
        };
        let options = SegmentOptions::new(ErrorBound::Lossless);
        let smallest = encode([1; 3], vec![0.0_f32], &options)?.len();
        let reached = bytes as f64 / smallest as f64;
        if ratio > reached {
            return Err(ReelError::TargetUnreachable { target, reached }.into());
        }
        Ok(())
    }
}

fn encode<T: ReelElement>(
    shape: [usize; 3],
    values: Vec<T>,
    options: &SegmentOptions,
) -> Result<Vec<u8>, FilterError> {
    let reason = "the shape of the chunk does not match the number of its values";
    let values =
        Array3::from_shape_vec(shape, values).map_err(|_| FilterError::Dataset { reason })?;
    Ok(segment::encode(values.view(), options)?.bytes)
}

/// Decompresses a segment to the bytes of its values, in row-major order.
///
/// The values are big-endian if `is_big_endian` is true, and little-endian otherwise.
///
/// ```
/// use fieldreel_core::{Dtype, Limits};
/// use fieldreel_hdf5_filter::{ChunkType, Parameters, WriteParameters, compress, decompress};
/// use fieldreel_reel::ErrorBound;
///
/// let write = WriteParameters::new(ErrorBound::Lossless);
/// let parameters = Parameters::new(write, ChunkType::new(Dtype::I16), &[2]);
/// let segment = compress(&[1, 0, 2, 0], &parameters)?;
/// assert_eq!(decompress(&segment, false, &Limits::default())?, [1, 0, 2, 0]);
/// assert_eq!(decompress(&segment, true, &Limits::default())?, [0, 1, 0, 2]);
/// # Ok::<(), fieldreel_hdf5_filter::FilterError>(())
/// ```
///
/// # Errors
/// [`FilterError::Reel`] if the bytes are not a valid segment, or if decoding the segment would
/// exceed `limits`.
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
                fill_value: Some((-999).into()),
            },
            chunk_type: ChunkType {
                dtype,
                is_big_endian,
            },
            dimensions: dimensions.to_vec(),
        }
    }

    #[test]
    fn chunks_of_floats_of_every_rank_decode_within_the_bound() {
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
                .map(|i| match i % 97 {
                    0 => -999.0,
                    _ => (i as f64 / 40.0).sin(),
                })
                .collect();
            for (bytes, is_big_endian) in [(4, false), (4, true), (8, false), (8, true)] {
                let dtype = if bytes == 4 { Dtype::F32 } else { Dtype::F64 };
                let parameters = parameters(dtype, is_big_endian, dimensions);
                let encode_value = |value: f64| match (bytes, is_big_endian) {
                    (4, false) => (value as f32).to_le_bytes().to_vec(),
                    (4, true) => (value as f32).to_be_bytes().to_vec(),
                    (_, false) => value.to_le_bytes().to_vec(),
                    (_, true) => value.to_be_bytes().to_vec(),
                };
                let chunk: Vec<u8> = values.iter().copied().flat_map(encode_value).collect();
                let segment = compress(&chunk, &parameters).unwrap();
                let decoded = decompress(&segment, is_big_endian, &Limits::default()).unwrap();
                assert_eq!(decoded.len(), chunk.len());
                for (decoded, &value) in decoded.chunks(bytes).zip(&values) {
                    let found = match (bytes, is_big_endian) {
                        (4, false) => f64::from(f32::from_le_bytes(decoded.try_into().unwrap())),
                        (4, true) => f64::from(f32::from_be_bytes(decoded.try_into().unwrap())),
                        (_, false) => f64::from_le_bytes(decoded.try_into().unwrap()),
                        (_, true) => f64::from_be_bytes(decoded.try_into().unwrap()),
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
    fn chunks_of_integers_of_every_type_and_byte_order_decode_within_the_bound() {
        for dtype in Dtype::ALL.into_iter().filter(|dtype| !dtype.is_float()) {
            for is_big_endian in [false, true] {
                let mut parameters = parameters(dtype, is_big_endian, &[3, 20, 30]);
                parameters.write.criterion = ErrorBound::Absolute(2.0).into();
                let values = (0..3 * 20 * 30).map(|i| 60 + i % 30 + i / 600);
                let width = dtype.bytes();
                let chunk: Vec<u8> = values
                    .flat_map(|value: u64| match is_big_endian {
                        true => value.to_be_bytes()[8 - width..].to_vec(),
                        false => value.to_le_bytes()[..width].to_vec(),
                    })
                    .collect();
                let segment = compress(&chunk, &parameters).unwrap();
                let decoded = decompress(&segment, is_big_endian, &Limits::default()).unwrap();
                with_element_type!(dtype, T => {
                    let [x, y] = [&chunk, &decoded].map(|bytes| T::from_bytes(bytes, is_big_endian));
                    assert!(x.iter().zip(&y).all(|(x, y)| x.minus(*y).abs() <= 2.0), "{dtype}");
                });
            }
        }
    }

    #[test]
    fn chunks_of_another_size_and_truncated_segments_are_errors() {
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

    /// Rewrites a chunk with each of 24 frames, as a program that appends to a dataset does.
    #[test]
    fn values_that_are_rewritten_stay_within_the_bound_of_the_original() {
        const SHAPE: [usize; 3] = [24, 30, 40];
        const BOUND: f64 = 0.05;

        let frame_len = SHAPE[1] * SHAPE[2];
        let mut state = 1_u32;
        let originals: Vec<f32> = (0..SHAPE[0] * frame_len)
            .map(|i| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let (t, y, x) = (i / frame_len, i % frame_len / SHAPE[2], i % SHAPE[2]);
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
                let frame = t * frame_len..(t + 1) * frame_len;
                chunk[frame.clone()].copy_from_slice(&originals[frame]);
                let bytes: Vec<u8> = chunk.iter().flat_map(|value| value.to_le_bytes()).collect();
                let segment = compress(&bytes, &parameters).unwrap();
                let decoded_bytes = decompress(&segment, false, &Limits::default()).unwrap();
                let decoded = decoded_bytes
                    .as_chunks()
                    .0
                    .iter()
                    .map(|&bytes| f32::from_le_bytes(bytes));
                chunk = decoded.collect();
                let written = (t + 1) * frame_len;
                let errors = originals[..written].iter().zip(&chunk);
                let max_error = errors.fold(0.0, |max: f64, (x, y)| {
                    max.max((f64::from(*x) - f64::from(*y)).abs())
                });
                assert!(max_error <= BOUND, "{effort}, frame {t}: {max_error}");
            }
        }
    }
}
