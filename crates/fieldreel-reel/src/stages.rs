//! The stages of a segment one by one, for benches. No part of the interface: it changes at any time.

use fieldreel_codec::Codec;
use ndarray::{Array3, ArrayView3};

use crate::correction::{self, Known};
use crate::{Effort, VideoPlan, mask};

/// The encoder of a plan's video.
#[must_use]
pub fn encoder(plan: &VideoPlan) -> Box<dyn Codec> {
    plan.codec.encoder(plan.quality)
}

/// The bytes of a mask of classes, axis order `(time, y, x)`.
#[must_use]
pub fn encode_mask(classes: ArrayView3<'_, u8>) -> Vec<u8> {
    mask::encode(classes)
}

/// The mask of these bytes; `None` if they are of none.
#[must_use]
pub fn decode_mask(bytes: &[u8], shape: (usize, usize, usize)) -> Option<Array3<u8>> {
    mask::decode(mask::Coding::Runs, bytes, shape).ok()
}

/// The bytes of a correction of a base layer of these codes, axis order `(time, y, x)` both.
#[must_use]
pub fn encode_correction(
    correction: ArrayView3<'_, i64>,
    base: ArrayView3<'_, u16>,
    effort: Effort,
) -> Vec<u8> {
    correction::encode(correction, known(base), effort.into())
}

/// The correction of these bytes; `None` if they are of none.
#[must_use]
pub fn decode_correction(bytes: &[u8], base: ArrayView3<'_, u16>) -> Option<Array3<i64>> {
    correction::decode_all(bytes, base.dim(), known(base)).ok()
}

fn known(base: ArrayView3<'_, u16>) -> Known<'_> {
    Known {
        classes: None,
        base: Some(base),
    }
}
