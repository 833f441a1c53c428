//! The questions that a planner asks about a segment.

use super::Plan;
#[cfg(feature = "ffmpeg")]
use super::{AxisOrder, VideoCodec};
use crate::ReelError;
#[cfg(feature = "ffmpeg")]
use crate::arithmetic::Grid;

/// A segment, or a sample of one, as a planner sees it.
pub(crate) trait TrialSegment: Sync {
    /// Returns about how many bytes it takes by a plan; `None` if the plan cannot be used for it.
    ///
    /// # Errors
    /// Those of an encoder if no other plan would do better.
    fn cost(&self, plan: &Plan) -> Result<Option<usize>, ReelError>;

    /// Returns its shape, axis order `(time, y, x)`.
    fn shape(&self) -> [usize; 3];

    /// Returns whether some places have no number to code.
    fn is_masked(&self) -> bool;

    /// Returns whether its values are integers, and a step has few of them.
    fn has_fine_integer_step(&self) -> bool;

    /// Returns the grid of its residuals.
    #[cfg(feature = "ffmpeg")]
    fn grid(&self) -> Grid;

    /// Returns the range of the numbers that a base layer codes, without each point's mean over time if `mean` is true; `None`
    /// if the means cannot be coded.
    #[cfg(feature = "ffmpeg")]
    fn range(&self, mean: bool) -> Option<f64>;

    /// Returns whether an encoder takes frames in this order without padding them to many times their size.
    #[cfg(feature = "ffmpeg")]
    fn accepts_frames(&self, order: AxisOrder, codec: VideoCodec) -> bool;
}
