//! Which values are missing, and how: a small class for each place, axis order `(time, y, x)`.
//!
//! Class 0 is a valid value, classes 1 to [`LAST_CLASS`] are ways not to have one. Masks seldom change from frame to
//! frame, or come back after some frames: each frame first says whether it is the same as an earlier one ([`reference`]),
//! and only if not, its places are coded with regard to their neighbors in space and in earlier frames ([`frame`]): as runs
//! where these are all alike, and elsewhere one by one ([`place`]).

mod around;
mod frame;
mod place;
mod plane;
mod reference;
#[cfg(test)]
mod tests;

use ndarray::{Array3, ArrayView3, Axis};

use crate::entropy::{CorruptStream, RangeDecoder, RangeEncoder};
use frame::FrameModel;
use reference::{Choice, Chooser, ReferenceModel};

/// The highest class.
pub(crate) const LAST_CLASS: u8 = 7;

/// The bytes of a mask, for [`decode`]; a class above [`LAST_CLASS`] is taken for that.
pub(crate) fn encode(classes: ArrayView3<'_, u8>) -> Vec<u8> {
    let classes = classes.mapv(|class| class.min(LAST_CLASS));
    let (_, height, width) = classes.dim();
    let mut coder = RangeEncoder::new();
    let mut chooser = Chooser::default();
    let mut references = ReferenceModel::new();
    let mut model = FrameModel::new(height, width);
    for (t, frame) in classes.axis_iter(Axis(0)).enumerate() {
        let choice = references.code(&mut coder, chooser.choose(classes.view(), t));
        if let Choice::Near(distance) = choice {
            let (done, _) = classes.view().split_at(Axis(0), t);
            let earlier = reference::earlier(done, distance);
            model.begin(earlier);
            model.code(&mut coder, Some(frame), |_| {});
        }
    }
    coder.finish()
}

/// A mask that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Decoded {
    pub(crate) classes: Array3<u8>,
    /// A bit for each class that some place is of, bit 1 for class 1; bit 0 is always there.
    pub(crate) kinds: u8,
}

/// The mask that [`encode`] wrote, of the shape that the caller knows it to have.
///
/// # Errors
///
/// [`CorruptStream`] if a frame is said to be like one long before the first. Bytes damaged otherwise give another mask.
pub(crate) fn decode(bytes: &[u8], shape: (usize, usize, usize)) -> Result<Decoded, CorruptStream> {
    let (frames, height, width) = shape;
    let size = height * width;
    // Frame after frame, so that none is written twice.
    let mut classes = Vec::with_capacity(frames * size);
    let mut coder = RangeDecoder::new(bytes);
    let mut references = ReferenceModel::new();
    let mut model = FrameModel::new(height, width);
    for t in 0..frames {
        let choice = references.code(&mut coder, Choice::default());
        if choice.distance() > t as u64 + 1 {
            return Err(CorruptStream);
        }
        let done =
            ArrayView3::from_shape((t, height, width), &classes).map_err(|_| CorruptStream)?;
        match (choice, reference::before(t, choice.distance())) {
            (Choice::Same(_), Some(same)) => {
                classes.extend_from_within(same * size..(same + 1) * size);
            }
            (Choice::Same(_), None) => classes.resize((t + 1) * size, 0),
            (Choice::Near(distance), _) => {
                model.begin(reference::earlier(done, distance));
                model.code(&mut coder, None, |row| classes.extend_from_slice(row));
            }
        }
    }
    Ok(Decoded {
        classes: Array3::from_shape_vec(shape, classes).map_err(|_| CorruptStream)?,
        kinds: model.kinds() | 1,
    })
}
