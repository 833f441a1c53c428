//! Decompression of a chunk that HDF5 reads.

use fieldreel_core::Dtype;
use fieldreel_reel::segment;

use crate::{FilterError, Parameters, decompress};

/// Decompresses a chunk to the bytes of its values.
///
/// The values are in the byte order that the parameters state. The chunk must match the shape and
/// the element type of the parameters; everything else is taken from the chunk. Integers may differ
/// in their sign: the chunks of a signed variable whose attribute `_Unsigned` is true are encoded
/// as unsigned integers, which are the same bytes.
///
/// # Errors
/// [`FilterError::SegmentMismatch`] if the chunk does not match the parameters; otherwise the
/// errors of [`Parameters::parse`] and [`decompress`].
pub(crate) fn read_chunk(chunk: &[u8], cd_values: &[u32]) -> Result<Vec<u8>, FilterError> {
    let parameters = Parameters::parse(cd_values)?;
    let dtype = parameters.chunk_type.dtype;
    let shape = parameters.shape()?;
    let info = segment::inspect(chunk)?;
    // HDF5 reads exactly the bytes of a chunk: with fewer bytes it would read past the end of the
    // buffer.
    if info.shape != shape || !have_same_bytes(info.dtype, dtype) {
        return Err(FilterError::SegmentMismatch {
            expected: (shape, dtype),
            found: (info.shape, info.dtype),
        });
    }
    decompress(
        chunk,
        parameters.chunk_type.is_big_endian,
        &segment::limits(shape, info.dtype),
    )
}

/// Returns whether the values of two types are the same bytes: the types are equal, or integers of
/// the same size.
fn have_same_bytes(a: Dtype, b: Dtype) -> bool {
    a == b || !a.is_float() && !b.is_float() && a.bytes() == b.bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_of_the_same_size_are_the_same_bytes() {
        assert!(have_same_bytes(Dtype::I16, Dtype::U16));
        assert!(!have_same_bytes(Dtype::I16, Dtype::U8));
        assert!(have_same_bytes(Dtype::F32, Dtype::F32));
        assert!(
            !have_same_bytes(Dtype::F32, Dtype::I32) && !have_same_bytes(Dtype::F16, Dtype::Bf16)
        );
    }
}
