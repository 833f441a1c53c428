//! Super frames, which are made by mirror tiling: a small frame is repeated up to a given size,
//! and reflected at each seam.
//!
//! Because every copy meets its mirror image, the super frame is as smooth as the small frame.

use ndarray::{Array3, ArrayView3, s};

use super::FrameSize;
use crate::error::CodecError;

/// Fills frames of `size` with each frame of `frames` and its mirror images, axis order
/// `(time, y, x)`.
///
/// The original frame is in the top left corner, from where [`crop_super_frame`] extracts it.
///
/// # Errors
/// [`CodecError::FrameSize`] if the frames have no pixels, or if `size` is not a size that a video
/// can have; [`CodecError::FrameMismatch`] if `size` is smaller than the frames.
///
/// ```
/// use fieldreel_codec::geometry::{FrameSize, crop_super_frame, super_frame};
/// use ndarray::array;
///
/// let frames = array![[[1, 2, 3]]];
/// let large = super_frame(frames.view(), FrameSize { height: 2, width: 8 })?;
/// assert_eq!(large, array![[[1, 2, 3, 3, 2, 1, 1, 2], [1, 2, 3, 3, 2, 1, 1, 2]]]);
/// assert_eq!(crop_super_frame(large.view(), FrameSize { height: 1, width: 3 })?, frames);
/// # Ok::<(), fieldreel_codec::CodecError>(())
/// ```
pub fn super_frame<A: Clone>(
    frames: ArrayView3<'_, A>,
    size: FrameSize,
) -> Result<Array3<A>, CodecError> {
    let (count, height, width) = frames.dim();
    let found = FrameSize::new(height, width)?;
    let size = FrameSize::new(size.height, size.width)?;
    check_fits(found, size)?;
    Ok(Array3::from_shape_fn(
        (count, size.height, size.width),
        |(t, y, x)| frames[[t, mirror(y, height), mirror(x, width)]].clone(),
    ))
}

/// Extracts the original frames of `size` from super frames, axis order `(time, y, x)`.
///
/// See the example of [`super_frame`].
///
/// # Errors
/// [`CodecError::FrameMismatch`] if the super frames are smaller than `size`.
pub fn crop_super_frame<A: Clone>(
    super_frames: ArrayView3<'_, A>,
    size: FrameSize,
) -> Result<Array3<A>, CodecError> {
    let (_, height, width) = super_frames.dim();
    check_fits(size, FrameSize { height, width })?;
    Ok(super_frames
        .slice(s![.., ..size.height, ..size.width])
        .to_owned())
}

fn check_fits(inner: FrameSize, outer: FrameSize) -> Result<(), CodecError> {
    if inner.height <= outer.height && inner.width <= outer.width {
        Ok(())
    } else {
        Err(CodecError::FrameMismatch {
            frame: 0,
            expected: outer,
            found: inner,
        })
    }
}

/// Returns the index in `0..len` to which `i` maps if the axis is reflected at every multiple of
/// `len`.
const fn mirror(i: usize, len: usize) -> usize {
    let within = i % len;
    if (i / len).is_multiple_of(2) {
        within
    } else {
        len - 1 - within
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn cropping_undoes_tiling(
            (count, height, width) in (0usize..3, 1usize..9, 1usize..9),
            (extra_y, extra_x) in (0usize..30, 0usize..30),
        ) {
            let frames = Array3::from_shape_fn((count, height, width), |(t, y, x)| t * 100 + y * 10 + x);
            let size = FrameSize { height: height + extra_y, width: width + extra_x };
            let large = super_frame(frames.view(), size).unwrap();
            prop_assert_eq!(large.dim(), (count, size.height, size.width));
            for x in 1..size.width {
                // There is no jump at a seam: neighbors in the super frame were neighbors, or are
                // the same position.
                let step = mirror(x, width).abs_diff(mirror(x - 1, width));
                prop_assert!(step <= 1);
            }
            let cropped = crop_super_frame(large.view(), FrameSize { height, width }).unwrap();
            prop_assert_eq!(cropped, frames);
        }
    }

    #[test]
    fn a_super_frame_smaller_than_the_frames_is_an_error() {
        let frames = Array3::<u8>::zeros((1, 4, 4));
        let smaller = FrameSize {
            height: 4,
            width: 3,
        };
        assert!(matches!(
            super_frame(frames.view(), smaller),
            Err(CodecError::FrameMismatch { .. })
        ));
        let empty = Array3::<u8>::zeros((1, 0, 4));
        let large = FrameSize {
            height: 4,
            width: 4,
        };
        assert!(matches!(
            super_frame(empty.view(), large),
            Err(CodecError::FrameSize { .. })
        ));
    }
}
