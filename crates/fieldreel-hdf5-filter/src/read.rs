//! What HDF5 reads: a chunk of a dataset, back into the bytes that it has room for.

use fieldreel_quant::Dtype;
use fieldreel_reel::{Limits, segment};

use crate::{FilterError, Parameters, decompress};

/// Bytes that decoding takes for each value besides the value itself, and one for what is rounded up.
const WORKING_BYTES: u64 = 24 + 1;

/// Bytes that decoding takes for each place of a frame of the video and of its margin.
const FRAME_BYTES: u64 = 80;

/// The margin of a frame on both sides together.
const MARGIN: u64 = 4;

/// The values of a chunk. The numbers only say the order of bytes, and how many there are: what else is known is in
/// the chunk.
pub(crate) fn read(chunk: &[u8], numbers: &[u32]) -> Result<Vec<u8>, FilterError> {
    let parameters = Parameters::parse(numbers)?;
    let bytes = parameters.chunk_type.bytes;
    let shape = parameters.shape()?;
    let expected = shape.iter().product::<usize>() * bytes;
    let info = segment::inspect(chunk)?;
    // HDF5 reads as much as a chunk has: more is too much, and less would be read past its end.
    let found = info
        .shape
        .iter()
        .try_fold(info.dtype.bytes(), |product, &side| {
            product.checked_mul(side)
        });
    if info.shape != shape || found != Some(expected) || (info.dtype == Dtype::F32) != (bytes == 4)
    {
        let found = found.unwrap_or(usize::MAX);
        return Err(FilterError::Size { expected, found });
    }
    decompress(
        chunk,
        parameters.chunk_type.is_big_endian,
        &limits(shape, bytes),
    )
}

/// What a segment of a chunk of this shape takes at most, whichever of its axes are the frames of the video.
fn limits(shape: [usize; 3], bytes: usize) -> Limits {
    let [t, y, x] = shape.map(|side| side as u64);
    let count = t.saturating_mul(y).saturating_mul(x);
    let frame = |[height, width]: [u64; 2]| {
        let [height, width] = [height, width].map(|side| side.saturating_add(MARGIN));
        height.saturating_mul(width)
    };
    let largest = [[t, y], [t, x], [y, x]].map(frame).into_iter().max();
    let frames = largest.unwrap_or(0).saturating_mul(FRAME_BYTES);
    Limits {
        max_bytes: count
            .saturating_mul(bytes as u64 + WORKING_BYTES)
            .saturating_add(frames),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// What `fieldreel_reel` counts for each order of the axes: never more than the limit, which is never more
        /// than so many times the chunk.
        #[test]
        fn every_shape_is_within_its_limit_and_the_limit_in_proportion(
            shape in prop::array::uniform3(prop_oneof![Just(1_usize), 1_usize..2000]),
            bytes in prop_oneof![Just(4_usize), Just(8)],
        ) {
            let limit = limits(shape, bytes).max_bytes;
            let count = shape.iter().product::<usize>() as u64;
            let [t, y, x] = shape;
            for [frames, height, width] in
                [[t, y, x], [t, x, y], [y, t, x], [y, x, t], [x, t, y], [x, y, t]]
            {
                let margin = (1.0 + 4.0 / height as f64) * (1.0 + 4.0 / width as f64);
                let each = bytes as u64 + 24 + (80.0 * margin / frames as f64).ceil() as u64;
                prop_assert!(count * each <= limit);
            }
            prop_assert!(limit <= count * (bytes as u64 + 25 + 80 * 25));
        }
    }
}
