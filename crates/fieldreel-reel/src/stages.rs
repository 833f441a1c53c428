//! The stages of a segment one by one, for benches. No part of the interface: it changes at any time.

use fieldreel_codec::Codec;
use ndarray::{Array3, ArrayView3};

use crate::base::video;
use crate::correction::{self, Known};
use crate::{Effort, Limits, ReelError, VideoPlan, mask, segment};

/// The encoder of a plan's video.
#[must_use]
pub fn encoder(plan: &VideoPlan) -> Box<dyn Codec> {
    video::encoder(plan.codec, plan.quality)
}

/// The bytes of a mask of classes, axis order `(time, y, x)`.
#[must_use]
pub fn encode_mask(classes: ArrayView3<'_, u8>) -> Vec<u8> {
    mask::encode(classes)
}

/// The mask of these bytes; `None` if they are of none.
#[must_use]
pub fn decode_mask(bytes: &[u8], shape: (usize, usize, usize)) -> Option<Array3<u8>> {
    let decoded = mask::decode(bytes, shape).ok()?;
    Some(decoded.classes)
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

/// The codes of a segment's base layer, as libavcodec decodes them in the caller's thread; `None` if it has no video.
///
/// # Errors
/// Those of [`segment::decode`](crate::segment::decode) that are not about values.
pub fn decode_base(bytes: &[u8], limits: &Limits) -> Result<Option<Array3<u16>>, ReelError> {
    segment::decode_base(bytes, limits)
}

fn known(base: ArrayView3<'_, u16>) -> Known<'_> {
    Known {
        classes: None,
        base: Some(base),
    }
}
