//! The quantizers from which searches start.

use super::{VideoCodec, VideoPlan, scale_for};
use crate::arithmetic::Grid;

/// The coarsest quantization parameter of x265.
const MAX_QP: u8 = 51;
/// The approximate root mean square error of x265 at parameter 0 and 12 bits, in codes. It doubles
/// every 6 parameters.
const RMSE_AT_QP_0: f64 = 3.9;

/// Returns the quantizer from which the search with AV1 starts, given the best quantizer of x265.
/// The formula fits the best quantizers of plumes, turbulence and temperatures of the ocean, for
/// which those of x265 are from 19 to 44.
pub(super) fn av1_quantizer(x265: u8, codec: VideoCodec) -> u8 {
    let (finest, coarsest) = codec.quantizer_range();
    (2 * x265).saturating_sub(25).clamp(finest, coarsest)
}

/// Returns the quantizer from which a search starts. The root mean square error of the base layer
/// is then about half of the bound if the bound is more than 20 codes, and otherwise about the
/// bound.
pub(super) fn first_quantizer(grid: Grid, range: f64, codec: VideoCodec) -> u8 {
    let Grid::Step(step) = grid else {
        return codec.quantizer_range().0;
    };
    let codes = step / 2.0 / scale_for(range);
    let part = if codes > 20.0 { 0.5 } else { 1.0 };
    let qp = 6.0 * (part * codes / RMSE_AT_QP_0).log2();
    let qp = qp.round().clamp(0.0, f64::from(MAX_QP)) as u8;
    match codec {
        VideoCodec::X265(_) => qp,
        VideoCodec::Av1 { .. } => av1_quantizer(qp, codec),
    }
}

/// Returns the quantizer of a plan plus `to` − `from`, within the range of the codec.
pub(super) fn shifted_quantizer(plan: &VideoPlan, to: u8, from: u8) -> u8 {
    let (finest, coarsest) = plan.codec.quantizer_range();
    (plan.quantizer + to)
        .saturating_sub(from)
        .clamp(finest, coarsest)
}
