//! Plans, by which segments are encoded, and the search for them.
//!
//! Plans are values, and looking for one is pure: a planner knows what a plan costs through [`TrialSegment`] alone.

mod order;
mod prediction;
mod search;
mod search_result;
mod trial;
mod trial_costs;
#[cfg(feature = "ffmpeg")]
mod video;

use std::fmt;

pub use order::AxisOrder;
pub use prediction::PredictionPlan;
pub(crate) use search::{sample_values, search};
pub(crate) use search_result::{SearchResult, choose_candidate, is_still_good};
pub(crate) use trial::TrialSegment;
#[cfg(feature = "ffmpeg")]
pub(crate) use video::{BIT_DEPTH, scale_for};
#[cfg(feature = "ffmpeg")]
pub use video::{VideoCodec, VideoPlan};

/// A way to encode a segment.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Plan {
    /// A video and residuals.
    #[cfg(feature = "ffmpeg")]
    Video(VideoPlan),
    /// TransformedValues predicted from others.
    Prediction(PredictionPlan),
    /// Lossless coding of the values by pco.
    Pco,
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
            Self::Pco => f.write_str("pco"),
            Self::Prediction(plan) => plan.fmt(f),
            #[cfg(feature = "ffmpeg")]
            Self::Video(plan) => plan.fmt(f),
        }
    }
}
