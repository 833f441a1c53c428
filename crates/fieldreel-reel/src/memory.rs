//! An upper bound on the memory that decoding a segment takes, computed from its shape.

use fieldreel_core::Dtype;

use crate::AxisOrder;

/// The bytes that decoding takes for each value, besides the value itself and its residual: codes,
/// classes and signs, some of which exist twice for a moment.
pub(crate) const WORKING_BYTES: u64 = 24;

/// The bytes that decoding residuals or a mask takes for each position of one frame and its
/// margin, regardless of the number of frames: the predictions and interpolation errors of one
/// frame, the extrapolated frames before the first and after the last, and rows of numbers and
/// values.
const FRAME_BYTES: f64 = 128.0;

/// Returns an estimate of the largest number of bytes that decoding a segment of `shape` takes,
/// for any element type, if its axis order is one that a search tries.
pub(crate) fn max_decoding_bytes(shape: [usize; 3]) -> u64 {
    decoding_bytes(shape, Dtype::F64, |order| order.is_suitable_for(shape))
}

/// Returns the largest number of bytes that decoding a segment takes, over the axis orders for
/// which `is_possible_order` is true.
pub(crate) fn decoding_bytes(
    shape: [usize; 3],
    dtype: Dtype,
    is_possible_order: impl Fn(AxisOrder) -> bool,
) -> u64 {
    // Words have at most 64 bits, or 128 bits if values have 64 bits.
    let word = (2 * dtype.bytes() as u64).max(8);
    let orders = AxisOrder::ALL
        .into_iter()
        .filter(|&order| is_possible_order(order));
    let per_value = orders.fold([0; 2], |[frames, integers], order| {
        [
            frames.max(frame_bytes(order, shape)),
            integers.max(integer_bytes(order.shape(shape), word)),
        ]
    });
    let value = dtype.bytes() as u64 + WORKING_BYTES;
    let per_value = value + per_value.iter().sum::<u64>() + means_bytes(shape, word);
    let sides = shape.map(|side| side as u64);
    sides.into_iter().fold(per_value, u64::saturating_mul)
}

/// Returns the bytes per value that a field of integers of `word` bytes takes: its planes with
/// their margins, twice, and their residuals.
pub(crate) fn integer_bytes(shape: [usize; 3], word: u64) -> u64 {
    /// Bytes of a plane besides those of its positions.
    const PLANE_OVERHEAD: f64 = 64.0;

    let [_, height, width] = shape.map(|side| side.max(1) as f64);
    let positions = (height + 4.0) * (width + 4.0);
    let plane = positions * (word + 2) as f64 + PLANE_OVERHEAD;
    (2.0 * plane / (height * width)).ceil() as u64
}

/// Returns the bytes per value that the plane of temporal means takes: words of `word` bytes,
/// their integers, and the numbers computed from them.
pub(crate) fn means_bytes([frames, height, width]: [usize; 3], word: u64) -> u64 {
    let bytes_per_position = integer_bytes([1, height, width], word) + 16;
    bytes_per_position.div_ceil(frames.max(1) as u64)
}

/// Returns the bytes per value that the frames in work take, in an axis order.
pub(crate) fn frame_bytes(order: AxisOrder, shape: [usize; 3]) -> u64 {
    let shape = order.shape(shape);
    let [frames, height, width] = shape.map(|side| side.max(1) as f64);
    // With a margin of two positions on each side.
    let with_margin = (1.0 + 4.0 / height) * (1.0 + 4.0 / width);
    (FRAME_BYTES * with_margin / frames).ceil() as u64
}
