//! Which values are missing, and how: a small class for each place, axis order `(time, y, x)`.
//!
//! Class 0 is a valid value, classes 1 to [`MAX_CLASS`] are ways not to have one. Masks seldom change from frame to
//! frame, or come back after some frames: each frame first says whether it is the same as an earlier one ([`reference`]),
//! and only if not, its places are coded with regard to their neighbors in space and in earlier frames ([`frame`]): as runs
//! where these are all alike, and elsewhere one by one ([`place`]).

mod frame;
mod neighborhood;
mod padded_frame;
mod position;
mod reference;
#[cfg(test)]
mod tests;

use ndarray::{Array3, ArrayView3, Axis};

use crate::entropy::{Corrupt, Decoder, Encoder};
use frame::FrameCoder;
use reference::{FrameReference, ReferenceFinder, ReferenceModel};

/// The highest class.
pub(crate) const MAX_CLASS: u8 = 7;

/// The bytes of a mask, for [`decode`]; a class above [`MAX_CLASS`] is taken for that.
pub(crate) fn encode(classes: ArrayView3<'_, u8>) -> Vec<u8> {
    let classes = classes.mapv(|class| class.min(MAX_CLASS));
    let (_, height, width) = classes.dim();
    let mut coder = Encoder::new();
    let mut finder = ReferenceFinder::default();
    let mut references = ReferenceModel::new();
    let mut model = FrameCoder::new(height, width);
    for (t, frame) in classes.axis_iter(Axis(0)).enumerate() {
        let reference = references.code(&mut coder, finder.find(classes.view(), t));
        if let FrameReference::Similar(distance) = reference {
            let (done, _) = classes.view().split_at(Axis(0), t);
            let earlier = reference::reference_frames(done, distance);
            model.begin(earlier);
            model.code(&mut coder, Some(frame), |_| {});
        }
    }
    coder.finish()
}

/// A mask that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DecodedMask {
    pub(crate) classes: Array3<u8>,
    /// A bit for each class that some place is of, bit 1 for class 1; bit 0 is always there.
    pub(crate) class_set: u8,
}

/// The mask that [`encode`] wrote, of the shape that the caller knows it to have.
///
/// # Errors
///
/// [`Corrupt`] if a frame is said to be like one long before the first. Bytes damaged otherwise give another mask.
pub(crate) fn decode(bytes: &[u8], shape: (usize, usize, usize)) -> Result<DecodedMask, Corrupt> {
    let (frames, height, width) = shape;
    let size = height * width;
    // Frame after frame, so that none is written twice.
    let mut classes = Vec::with_capacity(frames * size);
    let mut coder = Decoder::new(bytes);
    let mut references = ReferenceModel::new();
    let mut model = FrameCoder::new(height, width);
    for t in 0..frames {
        let reference = references.code(&mut coder, FrameReference::default());
        if reference.distance() > t as u64 + 1 {
            return Err(Corrupt);
        }
        let done = ArrayView3::from_shape((t, height, width), &classes).map_err(|_| Corrupt)?;
        match (reference, reference::frame_before(t, reference.distance())) {
            (FrameReference::Same(_), Some(same)) => {
                classes.extend_from_within(same * size..(same + 1) * size);
            }
            (FrameReference::Same(_), None) => classes.resize((t + 1) * size, 0),
            (FrameReference::Similar(distance), _) => {
                model.begin(reference::reference_frames(done, distance));
                model.code(&mut coder, None, |row| classes.extend_from_slice(row));
            }
        }
    }
    Ok(DecodedMask {
        classes: Array3::from_shape_vec(shape, classes).map_err(|_| Corrupt)?,
        class_set: model.class_set() | 1,
    })
}
