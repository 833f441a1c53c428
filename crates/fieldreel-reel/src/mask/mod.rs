//! Coding of masks: arrays of classes, axis order `(time, y, x)`.
//!
//! Class 0 is a valid value, and classes 1 to [`MAX_CLASS`] are kinds of missing values. Masks
//! seldom change from frame to frame, or repeat after some frames. So each frame first codes
//! whether it equals an earlier one ([`reference`]). Only if it does not, its positions are coded
//! relative to their neighbors in space and in earlier frames ([`frame`]): as runs where the
//! neighbors agree, and elsewhere position by position ([`position`]).

mod frame;
mod neighborhood;
mod padded_frame;
mod position;
mod reference;
#[cfg(test)]
mod tests;

use ndarray::{Array3, ArrayView3, Axis};

use crate::entropy::{CorruptStream, RangeDecoder, RangeEncoder};
use frame::FrameCoder;
use reference::{FrameReference, ReferenceFinder, ReferenceModel};

/// The highest class.
pub(crate) const MAX_CLASS: u8 = 7;

/// Encodes a mask for [`decode`]. No class may exceed [`MAX_CLASS`].
pub(crate) fn encode(classes: ArrayView3<'_, u8>) -> Vec<u8> {
    debug_assert!(classes.iter().all(|&class| class <= MAX_CLASS));
    let (_, height, width) = classes.dim();
    let mut coder = RangeEncoder::new();
    let mut finder = ReferenceFinder::default();
    let mut references = ReferenceModel::new();
    let mut frame_coder = FrameCoder::new(height, width);
    for (t, frame) in classes.axis_iter(Axis(0)).enumerate() {
        let reference = references.code(&mut coder, finder.find(classes, t));
        if let FrameReference::Near(distance) = reference {
            let (coded, _) = classes.split_at(Axis(0), t);
            let earlier = reference::reference_frames(coded, distance);
            frame_coder.begin(earlier);
            frame_coder.code(&mut coder, Some(frame), |_| {});
        }
    }
    coder.finish()
}

/// A decoded mask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DecodedMask {
    pub(crate) classes: Array3<u8>,
    /// A bit for each class that occurs: bit 1 for class 1, and so on. Bit 0 is always set.
    pub(crate) class_set: u8,
}

/// Decodes a mask that [`encode`] wrote, of the shape that the caller knows.
///
/// # Errors
///
/// [`CorruptStream`] if a frame refers to one before the start of the mask. Bytes with other
/// damage decode to another mask.
pub(crate) fn decode(
    bytes: &[u8],
    shape: (usize, usize, usize),
) -> Result<DecodedMask, CorruptStream> {
    let (frames, height, width) = shape;
    let size = height * width;
    // Classes are appended frame by frame, so that none is written twice.
    let mut classes = Vec::with_capacity(frames * size);
    let mut coder = RangeDecoder::new(bytes);
    let mut references = ReferenceModel::new();
    let mut frame_coder = FrameCoder::new(height, width);
    for t in 0..frames {
        let reference = references.code(&mut coder, FrameReference::default());
        if reference.distance() > t as u64 + 1 {
            return Err(CorruptStream);
        }
        let coded =
            ArrayView3::from_shape((t, height, width), &classes).map_err(|_| CorruptStream)?;
        match (reference, reference::frame_before(t, reference.distance())) {
            (FrameReference::Same(_), Some(same)) => {
                classes.extend_from_within(same * size..(same + 1) * size);
            }
            (FrameReference::Same(_), None) => classes.resize((t + 1) * size, 0),
            (FrameReference::Near(distance), _) => {
                frame_coder.begin(reference::reference_frames(coded, distance));
                frame_coder.code(&mut coder, None, |row| classes.extend_from_slice(row));
            }
        }
    }
    Ok(DecodedMask {
        classes: Array3::from_shape_vec(shape, classes).map_err(|_| CorruptStream)?,
        class_set: frame_coder.class_set() | 1,
    })
}
