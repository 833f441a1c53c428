//! Which values are missing, and how: a small class for each place, axis order `(time, y, x)`.
//!
//! Class 0 is a valid value, classes 1 to [`LAST_CLASS`] are ways not to have one. Masks seldom change from frame to
//! frame, or come back after some frames: each frame first says whether it is the same as an earlier one ([`reference`]),
//! and only if not, its places are coded with regard to their neighbours in space and in earlier frames ([`frame`]): one by
//! one ([`place`]), or where these are all alike, as runs.

mod frame;
mod neighbours;
mod place;
mod reference;
#[cfg(test)]
mod tests;

use ndarray::{Array3, ArrayView1, ArrayView3, Axis};

use crate::Effort;
use crate::entropy::{Corrupt, Decoder, Encoder};
use frame::FrameModel;
use reference::{Choice, Chooser, ReferenceModel};

/// The highest class.
pub(crate) const LAST_CLASS: u8 = 7;

/// How the places of a frame are coded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Coding {
    /// One by one: the smallest.
    Places,
    /// In runs where those next to them are alike: nearly as small, and quick to decode.
    Runs,
}

impl From<Effort> for Coding {
    fn from(effort: Effort) -> Self {
        match effort {
            Effort::Fast | Effort::Balanced => Self::Runs,
            Effort::Best => Self::Places,
        }
    }
}

/// The bytes of a mask, for [`decode`] with the same coding; a class above [`LAST_CLASS`] is taken for that.
pub(crate) fn encode(coding: Coding, classes: ArrayView3<'_, u8>) -> Vec<u8> {
    let classes = classes.mapv(|class| class.min(LAST_CLASS));
    let (_, height, width) = classes.dim();
    let mut coder = Encoder::new();
    let mut chooser = Chooser::default();
    let mut references = ReferenceModel::new();
    let mut model = FrameModel::new(coding, height, width);
    for (t, frame) in classes.axis_iter(Axis(0)).enumerate() {
        let choice = references.code(&mut coder, chooser.choose(classes.view(), t));
        if let Choice::Near(distance) = choice {
            let (done, _) = classes.view().split_at(Axis(0), t);
            let earlier = reference::earlier(done, distance);
            model.code(&mut coder, earlier, Some(frame), |_, _| {});
        }
    }
    coder.finish()
}

/// The mask that [`encode`] wrote, of the shape that the caller knows it to have.
///
/// # Errors
///
/// [`Corrupt`] if a frame is said to be like one long before the first. Bytes damaged otherwise give another mask.
pub(crate) fn decode(
    coding: Coding,
    bytes: &[u8],
    shape: (usize, usize, usize),
) -> Result<Array3<u8>, Corrupt> {
    let (frames, height, width) = shape;
    let mut classes = Array3::zeros(shape);
    let mut coder = Decoder::new(bytes);
    let mut references = ReferenceModel::new();
    let mut model = FrameModel::new(coding, height, width);
    for t in 0..frames {
        let (done, mut rest) = classes.view_mut().split_at(Axis(0), t);
        let mut frame = rest.index_axis_mut(Axis(0), 0);
        let choice = references.code(&mut coder, Choice::default());
        if choice.distance() > t as u64 + 1 {
            return Err(Corrupt);
        }
        let earlier = reference::earlier(done.view(), choice.distance());
        match (choice, earlier) {
            (Choice::Same(_), [Some(same), _]) => frame.assign(&same),
            (Choice::Same(_), [None, _]) => {}
            (Choice::Near(_), earlier) => {
                model.code(&mut coder, earlier, None, |y, row| {
                    frame.row_mut(y).assign(&ArrayView1::from(row));
                });
            }
        }
    }
    Ok(classes)
}
