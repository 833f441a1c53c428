//! The memory that decoding a segment takes, by its shape.

use fieldreel_core::Dtype;

use crate::AxisOrder;

/// Bytes that decoding takes for each value besides the value itself and its residual: codes, classes and signs, some of
/// them twice for a moment.
pub(crate) const WORKING_BYTES: u64 = 24;

/// Bytes that decoding takes for each place of a frame of the residuals or the mask and of its margin, however many frames
/// there are: predictions and departures of a frame, frames beyond the first and the last, and rows of numbers and values.
const FRAME_BYTES: f64 = 128.0;

/// Returns about the most bytes that decoding a segment of a shape takes, of any type, if its order of axes is one that is chosen by
/// trial.
pub(crate) fn max_decoding_bytes(shape: [usize; 3]) -> u64 {
    decoding_bytes(shape, Dtype::F64, |order| order.is_good_for(shape))
}

/// Returns the most bytes that decoding a segment takes in those of the orders that may be.
pub(crate) fn decoding_bytes(
    shape: [usize; 3],
    dtype: Dtype,
    may_be: impl Fn(AxisOrder) -> bool,
) -> u64 {
    // No integer has more than 64 bits, or twice as many as a value.
    let word = (2 * dtype.bytes() as u64).max(8);
    let orders = AxisOrder::ALL.into_iter().filter(|&order| may_be(order));
    let each = orders.fold([0; 2], |[frames, integers], order| {
        [
            frames.max(frame_bytes(order, shape)),
            integers.max(integer_bytes(order.shape(shape), word)),
        ]
    });
    let value = dtype.bytes() as u64 + WORKING_BYTES;
    let each = value + each.iter().sum::<u64>() + means_bytes(shape, word);
    let sides = shape.map(|side| side as u64);
    sides.into_iter().fold(each, u64::saturating_mul)
}

/// Returns the bytes that a field of integers takes, for each of them: planes with margins, and as much again for a moment,
/// of integers of so many bytes and of their residuals.
pub(crate) fn integer_bytes(shape: [usize; 3], word: u64) -> u64 {
    /// Bytes of a plane besides its places.
    const PLANE: f64 = 64.0;

    let [_, height, width] = shape.map(|side| side.max(1) as f64);
    let places = (height + 4.0) * (width + 4.0);
    let plane = places * (word + 2) as f64 + PLANE;
    (2.0 * plane / (height * width)).ceil() as u64
}

/// Returns the bytes that the plane of means takes, for each value: integers of so many bytes, and the levels and the
/// numbers that they become.
pub(crate) fn means_bytes([frames, height, width]: [usize; 3], word: u64) -> u64 {
    let place = integer_bytes([1, height, width], word) + 16;
    place.div_ceil(frames.max(1) as u64)
}

/// Returns the bytes that frames of a field in an order take, for each value.
pub(crate) fn frame_bytes(order: AxisOrder, shape: [usize; 3]) -> u64 {
    let shape = order.shape(shape);
    let [frames, height, width] = shape.map(|side| side.max(1) as f64);
    // With a margin of two places on each side.
    let with_margin = (1.0 + 4.0 / height) * (1.0 + 4.0 / width);
    (FRAME_BYTES * with_margin / frames).ceil() as u64
}
