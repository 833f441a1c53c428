//! Conversion of the bytes of a chunk to a segment, and back.

use bytemuck::{cast_slice, try_cast_slice};
use fieldreel_core::{Dtype, Element, with_element_type};
use fieldreel_reel::{ReelElement, ReelError, SegmentOptions, segment};
use ndarray::{Array3, ArrayView3};

/// Encodes the bytes of a chunk, whose values are in row-major order and in the byte order of the
/// machine, as a segment.
///
/// # Errors
/// Those of [`segment::encode`].
pub(crate) fn encode(
    bytes: &[u8],
    shape: [usize; 3],
    dtype: Dtype,
    options: &SegmentOptions,
) -> Result<Vec<u8>, ReelError> {
    fn encode_values<T: ReelElement>(
        values: &[T],
        shape: [usize; 3],
        options: &SegmentOptions,
    ) -> Result<Vec<u8>, ReelError> {
        let values =
            ArrayView3::from_shape(shape, values).map_err(|_| ReelError::Empty { shape })?;
        Ok(segment::encode(values, options)?.bytes)
    }
    with_element_type!(dtype, T => match try_cast_slice::<u8, T>(bytes) {
        Ok(values) => encode_values(values, shape, options),
        // The bytes are not aligned.
        Err(_) => {
            let values = T::from_bytes(bytes, cfg!(target_endian = "big"));
            encode_values(&values, shape, options)
        }
    })
}

/// Decodes a segment of this shape and type to the bytes of a chunk.
///
/// # Errors
/// Those of [`segment::decode_into`].
pub(crate) fn decode(bytes: &[u8], shape: [usize; 3], dtype: Dtype) -> Result<Vec<u8>, ReelError> {
    let limits = segment::limits(shape, dtype);
    with_element_type!(dtype, T => {
        let mut values = Array3::<T>::default(shape);
        segment::decode_into(bytes, &limits, values.view_mut())?;
        Ok(cast_slice(values.as_slice().unwrap_or_default()).to_vec())
    })
}
