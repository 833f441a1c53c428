//! How a segment is encoded, and how that is found out.

mod budget;
mod codec;
mod follow;
mod order;
mod quality;
mod search;
mod trials;

use std::fmt;

pub use codec::BaseCodec;
pub(crate) use follow::{Found, follow};
pub use order::AxisOrder;
pub(crate) use search::search;

/// How a segment is encoded.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Plan {
    /// A video and a correction.
    Video(VideoPlan),
    /// A correction alone, of one number, or of each point's mean over time.
    Corrected {
        /// Whether it is of the means.
        mean: bool,
    },
    /// No video: the values as they are, through pco.
    Packed,
}

/// How the base layer of a segment is encoded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VideoPlan {
    /// Which axis of the field is time in the video.
    pub order: AxisOrder,
    /// Whether each point's mean over time is taken out first.
    pub mean: bool,
    /// What encodes it.
    pub codec: BaseCodec,
    /// The codec's own measure of quality, of 12-bit codes; small is fine.
    pub quality: u8,
    /// From one code to the next, in the unit of the numbers that are coded. `None`: the range over
    /// 4095. Widened, and the quality made finer, where the range needs more.
    pub scale: Option<f64>,
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Packed => f.write_str("packed"),
            Self::Corrected { mean: false } => f.write_str("no video"),
            Self::Corrected { mean: true } => f.write_str("no video, mean out"),
            Self::Video(plan) => {
                let mean = if plan.mean { "mean out" } else { "mean in" };
                let (codec, quality, order) = (plan.codec, plan.quality, plan.order);
                write!(f, "{codec} {quality}, axes {order}, {mean}")?;
                match plan.scale {
                    Some(scale) => write!(f, ", scale {scale:e}"),
                    None => Ok(()),
                }
            }
        }
    }
}
