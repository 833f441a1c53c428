//! Plans by which segments are encoded, and the search for them.
//!
//! Plans are plain values, and the search has no side effects: it learns the costs of plans
//! through [`TrialSegment`] alone.

mod order;
mod prediction;
mod prediction_search;
mod search;
mod search_result;
mod trial;
mod trial_costs;
#[cfg(feature = "video")]
mod video;

use std::fmt;

use crate::Effort;
pub use order::AxisOrder;
pub use prediction::PredictionPlan;
pub(crate) use search::{larger_sample_values, sample_values, search};
pub(crate) use search_result::{SearchResult, choose_candidate, is_still_good};
pub(crate) use trial::TrialSegment;
#[cfg(feature = "video")]
pub(crate) use video::{BIT_DEPTH, scale_for};
#[cfg(feature = "video")]
pub use video::{VideoCodec, VideoPlan};

/// The choices by which one segment is encoded.
/// [`SegmentOptions::with_plan`](crate::SegmentOptions::with_plan) sets a plan, and
/// [`segment::inspect`](crate::segment::inspect) returns the plan of an encoded segment.
///
/// ```
/// use fieldreel_reel::{Effort, ErrorBound, Plan, PredictionPlan, SegmentOptions, segment};
/// use ndarray::Array3;
///
/// let plan = Plan::Prediction(PredictionPlan::for_effort(Effort::Fast));
/// let options = SegmentOptions::new(ErrorBound::Absolute(0.1)).with_plan(plan);
/// let field = Array3::from_shape_fn((4, 30, 40), |(t, y, x)| (t + y * x) as f32);
/// let encoded = segment::encode(field.view(), &options)?;
/// assert!(matches!(encoded.info.plan, Some(Plan::Prediction(_))));
/// # Ok::<(), fieldreel_reel::ReelError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Plan {
    /// A video as base layer, and residuals.
    #[cfg(feature = "video")]
    Video(VideoPlan),
    /// A prediction from neighboring values, and residuals.
    Prediction(PredictionPlan),
    /// Lossless coding of the values by pco.
    Pco,
}

impl Plan {
    /// Returns a plan that a segment records, with those parameters that an effort determines and
    /// segments do not record.
    pub(crate) fn restored(&self, effort: Effort) -> Self {
        match self {
            Self::Prediction(plan) => Self::Prediction(plan.restored(effort)),
            other => other.clone(),
        }
    }

    /// Returns the plan for a bound that is wider by a factor of `2^doublings`: a video has a
    /// coarser quantizer.
    pub(crate) fn coarser(
        &self,
        #[cfg_attr(not(feature = "video"), expect(unused_variables))] doublings: f64,
    ) -> Self {
        match self {
            #[cfg(feature = "video")]
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
            #[cfg(feature = "video")]
            Self::Video(plan) => plan.fmt(f),
        }
    }
}
