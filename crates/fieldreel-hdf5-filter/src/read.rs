//! What HDF5 reads: a chunk of a dataset, back into the bytes that it has room for.

use fieldreel_reel::segment;

use crate::{FilterError, Parameters, decompress};

/// The values of a chunk. The numbers only say the order of bytes, and how many there are: what else is known is in
/// the chunk.
pub(crate) fn read(chunk: &[u8], numbers: &[u32]) -> Result<Vec<u8>, FilterError> {
    let parameters = Parameters::parse(numbers)?;
    let dtype = parameters.chunk_type.dtype;
    let shape = parameters.shape()?;
    let expected = shape.iter().product::<usize>() * dtype.bytes();
    let info = segment::inspect(chunk)?;
    // HDF5 reads as much as a chunk has: more is too much, and less would be read past its end.
    let found = info
        .shape
        .iter()
        .try_fold(info.dtype.bytes(), |product, &side| {
            product.checked_mul(side)
        });
    if info.shape != shape || info.dtype != dtype {
        let found = found.unwrap_or(usize::MAX);
        return Err(FilterError::Size { expected, found });
    }
    decompress(
        chunk,
        parameters.chunk_type.is_big_endian,
        &segment::limits(shape, info.dtype),
    )
}
