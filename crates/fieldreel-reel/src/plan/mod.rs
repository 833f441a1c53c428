//! How a segment is encoded, and how that is found out.

mod order;
mod search;

use std::fmt;

use fieldreel_codec::X265Preset;

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
    /// x265's quantisation parameter, 0 to 51, of 12-bit codes.
    pub qp: u8,
    /// From one code to the next, in the unit of the numbers that are coded. `None`: the range over
    /// 4095. Widened, and the quantisation parameter lowered, where the range needs more.
    pub scale: Option<f64>,
    /// x265's preset.
    pub preset: X265Preset,
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Packed => f.write_str("packed"),
            Self::Corrected { mean: false } => f.write_str("no video"),
            Self::Corrected { mean: true } => f.write_str("no video, mean out"),
            Self::Video(plan) => {
                let mean = if plan.mean { "mean out" } else { "mean in" };
                let (order, qp, preset) = (plan.order, plan.qp, plan.preset);
                write!(f, "x265 {preset} qp {qp}, axes {order}, {mean}")?;
                match plan.scale {
                    Some(scale) => write!(f, ", scale {scale:e}"),
                    None => Ok(()),
                }
            }
        }
    }
}
