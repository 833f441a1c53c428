//! Plans of a video, and how the best of them is found.

mod codec;
mod quantizer;
mod refine;
mod search;
mod search_budget;

use std::fmt;

use super::AxisOrder;
pub use codec::VideoCodec;
pub(super) use refine::refine;
pub(super) use search::{search, search_alternative};

/// The number of bits of a video's codes.
pub(crate) const BIT_DEPTH: u8 = 12;

/// From one code to the next, where all codes span `range`.
pub(crate) fn scale_for(range: f64) -> f64 {
    range / f64::from((1_u16 << BIT_DEPTH) - 1)
}

/// A way to make a video of a segment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VideoPlan {
    /// The order of axes.
    pub axis_order: AxisOrder,
    /// Is true if each point's mean over time is taken out first.
    pub subtract_temporal_mean: bool,
    /// The encoder.
    pub codec: VideoCodec,
    /// The codec's own measure of quantizer, of 12-bit codes; small is fine.
    pub quantizer: u8,
    /// From one code to the next, in the unit of the numbers that are coded. `None`: the range over
    /// 4095. Widened, and the quantizer made finer, where the range needs more.
    pub step: Option<f64>,
}

impl VideoPlan {
    /// The same plan for a bound `doublings` times as wide.
    pub(super) fn coarser(&self, doublings: f64) -> Self {
        let (finest, coarsest) = self.codec.quantizer_range();
        let quantizer = f64::from(self.quantizer) + 6.0 * doublings;
        let quantizer = quantizer.clamp(finest.into(), coarsest.into()).round() as u8;
        Self { quantizer, ..*self }
    }

    /// The same plan with a finer and with a coarser quantizer, so many steps away.
    pub(super) fn neighbors(&self, stride: u8) -> [Self; 2] {
        let (finest, coarsest) = self.codec.quantizer_range();
        let finer = self.quantizer.saturating_sub(stride).max(finest);
        let coarser = (self.quantizer + stride).min(coarsest);
        [finer, coarser].map(|quantizer| Self { quantizer, ..*self })
    }
}

impl fmt::Display for VideoPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mean = if self.subtract_temporal_mean {
            "mean out"
        } else {
            "mean in"
        };
        let (codec, quantizer, order) = (self.codec, self.quantizer, self.axis_order);
        write!(f, "{codec} {quantizer}, axes {order}, {mean}")?;
        match self.step {
            Some(scale) => write!(f, ", scale {scale:e}"),
            None => Ok(()),
        }
    }
}
