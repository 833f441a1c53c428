//! The memory that decoding a segment takes, known before any is taken.

use fieldreel_quant::Dtype;

use super::layout::{Body, Layout};
use crate::{AxisOrder, Limits};

/// Bytes that decoding takes for each value besides the value itself and its residual: codes, classes and signs, some of
/// them twice for a moment.
const WORKING_BYTES: u64 = 24;

/// Bytes that decoding takes for each place of a frame of the residuals or the mask and of its margin, however many frames
/// there are: predictions and departures of a frame, frames beyond the first and the last, and rows of numbers and values.
const FRAME_BYTES: f64 = 128.0;

/// Limits that are enough for each segment of a shape, axis order `(time, y, x)`, whatever it holds: not much more than
/// one takes whose frames are largest.
#[must_use]
pub fn limits(shape: [usize; 3], dtype: Dtype) -> Limits {
    let frames = AxisOrder::ALL.map(|order| frame_bytes(order, shape));
    // No integer has more than 64 bits, or twice as many as a value.
    let word = (2 * dtype.bytes() as u64).max(8);
    let integers = AxisOrder::ALL.map(|order| integer_bytes(order.shape(shape), word));
    let largest = |all: [u64; 6]| all.into_iter().max().unwrap_or(0);
    let value = dtype.bytes() as u64 + WORKING_BYTES;
    let each = value + largest(frames) + largest(integers) + means_bytes(shape, word);
    let sides = shape.map(|side| side as u64);
    let max_bytes = sides.into_iter().fold(each, u64::saturating_mul);
    Limits { max_bytes }
}

/// Bytes that decoding takes for each value besides the value itself.
pub(super) fn working_bytes(layout: &Layout<'_>) -> u64 {
    let coded = match &layout.body {
        Body::Coded(coded) => Some(coded),
        Body::Missing | Body::Constant(_) | Body::Packed(_) => None,
    };
    let means = coded.and_then(|coded| coded.base.means.as_ref());
    // Means, the mask and the signs are coded in this order, whatever that of the residuals is.
    let is_in_order = means.is_some() || layout.classes.is_some() || layout.signs.is_some();
    let in_order = is_in_order.then_some(AxisOrder::Tyx);
    let orders = [coded.map(|coded| coded.base.order), in_order];
    let of_frames = |order| frame_bytes(order, layout.shape);
    let frames = orders.into_iter().flatten().map(of_frames).max();
    let integers = coded.map(|coded| {
        let shape = coded.base.order.shape(layout.shape);
        integer_bytes(shape, coded.residual.word.bytes())
    });
    let means = means.map(|means| means_bytes(layout.shape, means.levels.word.bytes()));
    WORKING_BYTES + frames.unwrap_or(0) + integers.unwrap_or(0) + means.unwrap_or(0)
}

/// Returns the bytes that a field of integers takes, for each of them: planes with margins, and as much again for a moment,
/// of integers of so many bytes and of their residuals.
fn integer_bytes(shape: [usize; 3], word: u64) -> u64 {
    /// Bytes of a plane besides its places.
    const PLANE: f64 = 64.0;

    let [_, height, width] = shape.map(|side| side.max(1) as f64);
    let places = (height + 4.0) * (width + 4.0);
    let plane = places * (word + 2) as f64 + PLANE;
    (2.0 * plane / (height * width)).ceil() as u64
}

/// Returns the bytes that the plane of means takes, for each value: integers of so many bytes, and the levels and the
/// numbers that they become.
fn means_bytes([frames, height, width]: [usize; 3], word: u64) -> u64 {
    let place = integer_bytes([1, height, width], word) + 16;
    place.div_ceil(frames.max(1) as u64)
}

/// Returns the bytes that frames of a field in an order take, for each value.
fn frame_bytes(order: AxisOrder, shape: [usize; 3]) -> u64 {
    let shape = order.shape(shape);
    let [frames, height, width] = shape.map(|side| side.max(1) as f64);
    // With a margin of two places on each side.
    let with_margin = (1.0 + 4.0 / height) * (1.0 + 4.0 / width);
    (FRAME_BYTES * with_margin / frames).ceil() as u64
}

#[cfg(test)]
mod tests {
    use ndarray::Array3;
    use proptest::prelude::*;

    use super::*;
    use crate::{Bound, Options, segment};

    proptest! {
        #[test]
        fn limits_of_a_shape_are_in_proportion_to_it(
            shape in prop::array::uniform3(prop_oneof![Just(1_usize), 1_usize..2000]),
            dtype in prop::sample::select(Dtype::ALL.to_vec()),
        ) {
            let limit = limits(shape, dtype).max_bytes;
            let count = shape.iter().product::<usize>() as u64;
            prop_assert!(limit >= count * (dtype.bytes() as u64 + WORKING_BYTES));
            prop_assert!(limit <= count * (dtype.bytes() as u64 + WORKING_BYTES + 128 * 25 + 4 * (25 * 18 + 64) + 20));
        }
    }

    #[test]
    fn limits_of_a_shape_are_enough_and_far_smaller_ones_are_not() {
        for shape in [[1, 1, 1], [40, 6, 9], [1, 70, 3], [3, 1, 90]] {
            let values = Array3::from_shape_fn(shape, |(t, y, x)| match (t + y + x) % 7 {
                0 => f32::NAN,
                _ => ((t * 31 + y * 17 + x * 5) % 97) as f32 / 9.0,
            });
            let options = Options::new(Bound::Absolute(0.01));
            let bytes = segment::encode(values.view(), &options).unwrap().bytes;
            let Limits { max_bytes } = limits(shape, Dtype::F32);
            assert!(segment::decode::<f32>(&bytes, &Limits { max_bytes }).is_ok());
            let max_bytes = values.len() as u64 * 27;
            assert!(segment::decode::<f32>(&bytes, &Limits { max_bytes }).is_err());
        }
    }
}
