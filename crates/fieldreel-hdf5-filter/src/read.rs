//! Decompression of a chunk that HDF5 reads.

use fieldreel_reel::segment;

use crate::{FilterError, Parameters, decompress};

/// Decompresses a chunk to the bytes of its values.
///
/// The values are in the byte order that the parameters state. The chunk must match the shape and
/// the element type of the parameters; everything else is taken from the chunk.
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
    if info.shape != shape || info.dtype != dtype {
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
