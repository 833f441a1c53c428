//! The memory that decoding a segment takes, computed from its layout before any memory is
//! allocated.

use fieldreel_quant::Dtype;

use super::layout::{Body, SegmentLayout};
use crate::memory::{WORKING_BYTES, decoding_bytes, frame_bytes, integer_bytes, means_bytes};
use crate::{AxisOrder, Limits};

/// Returns limits that suffice to decode any segment of a shape, axis order `(time, y, x)`, and of
/// an element type. They are not much larger than what the segment with the largest frames takes.
///
/// ```
/// use fieldreel_reel::{Dtype, ErrorBound, Limits, SegmentOptions, segment};
/// use ndarray::Array3;
///
/// let field = Array3::from_elem((24, 40, 60), 273.15_f32);
/// let options = SegmentOptions::new(ErrorBound::Absolute(0.01));
/// let bytes = segment::encode(field.view(), &options)?.bytes;
/// let limits = segment::limits([24, 40, 60], Dtype::F32);
/// assert_eq!(segment::decode::<f32>(&bytes, &limits)?, field);
/// assert!(segment::decode::<f32>(&bytes, &Limits::new(1000)).is_err());
/// # Ok::<(), fieldreel_reel::ReelError>(())
/// ```
#[must_use]
pub fn limits(shape: [usize; 3], dtype: Dtype) -> Limits {
    Limits::new(decoding_bytes(shape, dtype, |_| true))
}

/// Returns the bytes per value that decoding takes, besides the value itself.
pub(super) fn working_bytes(layout: &SegmentLayout<'_>) -> u64 {
    let coded = match &layout.body {
        Body::Coded(coded) => Some(coded),
        Body::Missing | Body::Constant(_) | Body::Pco(_) => None,
    };
    let means = coded.and_then(|coded| coded.base.means.as_ref());
    // Means, masks and signs are coded in this axis order, whatever the order of the residuals.
    let is_in_order = means.is_some() || layout.mask.is_some() || layout.signs.is_some();
    let in_order = is_in_order.then_some(AxisOrder::Tyx);
    let orders = [coded.map(|coded| coded.base.order), in_order];
    let of_frames = |order| frame_bytes(order, layout.shape);
    let frames = orders.into_iter().flatten().map(of_frames).max();
    let integers = coded.map(|coded| {
        let shape = coded.base.order.shape(layout.shape);
        integer_bytes(shape, coded.residual.word.bytes())
    });
    let means = means.map(|means| means_bytes(layout.shape, means.integers.word.bytes()));
    WORKING_BYTES + frames.unwrap_or(0) + integers.unwrap_or(0) + means.unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use ndarray::Array3;
    use proptest::prelude::*;

    use super::*;
    use crate::{ErrorBound, SegmentOptions, segment};

    proptest! {
        #[test]
        fn limits_are_proportional_to_the_number_of_values(
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
    fn limits_of_a_shape_suffice_and_far_smaller_ones_do_not() {
        for shape in [[1, 1, 1], [40, 6, 9], [1, 70, 3], [3, 1, 90]] {
            let values = Array3::from_shape_fn(shape, |(t, y, x)| match (t + y + x) % 7 {
                0 => f32::NAN,
                _ => ((t * 31 + y * 17 + x * 5) % 97) as f32 / 9.0,
            });
            let options = SegmentOptions::new(ErrorBound::Absolute(0.01));
            let bytes = segment::encode(values.view(), &options).unwrap().bytes;
            let max_bytes = limits(shape, Dtype::F32).max_bytes;
            assert!(segment::decode::<f32>(&bytes, &Limits::new(max_bytes)).is_ok());
            let max_bytes = values.len() as u64 * 27;
            assert!(segment::decode::<f32>(&bytes, &Limits::new(max_bytes)).is_err());
        }
    }
}
