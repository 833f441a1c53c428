//! Plans, by which segments are encoded, and the search for them.
//!
//! Plans are values, and looking for one is pure: a planner knows what a plan costs through [`Trial`] alone.

mod found;
mod order;
mod prediction;
mod search;
mod trial;
mod trials;
#[cfg(feature = "ffmpeg")]
mod video;

use std::fmt;

pub(crate) use found::{Found, follow, is_good};
pub use order::AxisOrder;
pub use prediction::PredictionPlan;
pub(crate) use search::{sample_values, search};
pub(crate) use trial::Trial;
#[cfg(feature = "ffmpeg")]
pub(crate) use video::{BIT_DEPTH, scale_for};
#[cfg(feature = "ffmpeg")]
pub use video::{BaseCodec, VideoPlan};

/// A way to encode a segment.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Plan {
    /// A video and residuals.
    #[cfg(feature = "ffmpeg")]
    Video(VideoPlan),
    /// Numbers predicted from others.
    Prediction(PredictionPlan),
    /// The values as they are, through pco.
    Packed,
}

impl Plan {
    /// The plan for a bound `doublings` times as wide: as much coarser a video.
    pub(crate) fn coarser(
        &self,
        #[cfg_attr(not(feature = "ffmpeg"), expect(unused_variables))] doublings: f64,
    ) -> Self {
        match self {
            #[cfg(feature = "ffmpeg")]
            Self::Video(plan) => Self::Video(plan.coarser(doublings)),
            other => other.clone(),
        }
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Packed => f.write_str("packed"),
            Self::Prediction(plan) => plan.fmt(f),
            #[cfg(feature = "ffmpeg")]
            Self::Video(plan) => plan.fmt(f),
        }
    }
}
