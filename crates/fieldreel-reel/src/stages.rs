//! The stages of a segment, one by one, for benchmarks. This module is not part of the public
//! interface and may change at any time.

use fieldreel_codec::Codec;
use ndarray::{Array3, ArrayView3};

use crate::base::video;
use crate::integers::{self, EncodedIntegers};
use crate::plan::PredictionPlan;
use crate::wire::{ByteReader, ByteWriter};
use crate::{Effort, Limits, ReelError, VideoPlan, mask, segment};

/// Returns the encoder of a plan's video.
#[must_use]
pub fn encoder(plan: &VideoPlan) -> Box<dyn Codec> {
    video::encoder(plan.codec, plan.quantizer)
}

/// Encodes a mask of classes, axis order `(time, y, x)`.
#[must_use]
pub fn encode_mask(classes: ArrayView3<'_, u8>) -> Vec<u8> {
    mask::encode(classes)
}

/// Decodes a mask; `None` if the bytes are not a mask of this shape.
#[must_use]
pub fn decode_mask(bytes: &[u8], shape: (usize, usize, usize)) -> Option<Array3<u8>> {
    let decoded = mask::decode(bytes, shape).ok()?;
    Some(decoded.classes)
}

/// Encodes residuals, axis order `(time, y, x)`; `None` if they cannot be encoded.
#[must_use]
pub fn encode_residuals(residuals: ArrayView3<'_, i64>, effort: Effort) -> Option<Vec<u8>> {
    let shape = <[usize; 3]>::from(residuals.dim());
    let plan = PredictionPlan::for_effort(effort);
    let values: Vec<i64> = residuals.iter().copied().collect();
    let encoded = integers::encode(&values, None, shape, &plan)?;
    let mut writer = ByteWriter::default();
    encoded.borrowed().write(&mut writer);
    Some(writer.into_bytes())
}

/// Decodes residuals; `None` if the bytes are not residuals of this shape.
#[must_use]
pub fn decode_residuals(bytes: &[u8], shape: [usize; 3]) -> Option<Array3<i64>> {
    let encoded = EncodedIntegers::read(&mut ByteReader::new(bytes)).ok()?;
    integers::decode(&encoded, shape).ok()
}

/// Decodes the codes of a segment's base layer with libavcodec, in the caller's thread; `None` if
/// the segment has no video.
///
/// # Errors
/// Those of [`segment::decode`](crate::segment::decode), except those about values.
pub fn decode_base(bytes: &[u8], limits: &Limits) -> Result<Option<Array3<u16>>, ReelError> {
    segment::decode_base(bytes, limits)
}
