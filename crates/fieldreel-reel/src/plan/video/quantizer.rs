//! Qualities to start from.

use super::{VideoCodec, VideoPlan, scale_for};
use crate::arithmetic::Grid;

/// x265's coarsest parameter.
const MAX_QP: u8 = 51;
/// At parameter 0 and 12 bits, x265's root mean square error is about this many codes, and it
/// doubles every 6.
const FLOOR_RMSE: f64 = 3.9;

/// The quantizer of AV1 to start from, where x265's best is known: about what was found on plumes, turbulence and
/// temperatures of the ocean, at 19 to 44.
pub(super) fn av1_quantizer(x265: u8, codec: VideoCodec) -> u8 {
    let (finest, coarsest) = codec.quantizer_range();
    (2 * x265).saturating_sub(25).clamp(finest, coarsest)
}

/// A quantizer to start from: the base layer's error is half the bound where the
/// bound is coarse, up to twice where it is fine.
pub(super) fn first_quantizer(grid: Grid, range: f64, codec: VideoCodec) -> u8 {
    let Grid::Step(step) = grid else {
        return codec.quantizer_range().0;
    };
    let codes = step / 2.0 / scale_for(range);
    let part = if codes > 20.0 { 0.5 } else { 1.0 };
    let qp = 6.0 * (part * codes / FLOOR_RMSE).log2();
    let qp = qp.round().clamp(0.0, f64::from(MAX_QP)) as u8;
    match codec {
        VideoCodec::X265(_) => qp,
        VideoCodec::Av1 { .. } => av1_quantizer(qp, codec),
    }
}

/// The quantizer of a plan, changed as a first quantizer is.
pub(super) fn shifted_quantizer(plan: &VideoPlan, to: u8, from: u8) -> u8 {
    let (finest, coarsest) = plan.codec.quantizer_range();
    (plan.quantizer + to)
        .saturating_sub(from)
        .clamp(finest, coarsest)
}
