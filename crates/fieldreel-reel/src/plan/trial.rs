//! The view of a segment that the search for a plan needs.

use super::Plan;
#[cfg(feature = "video")]
use super::{AxisOrder, VideoCodec};
use crate::ReelError;
#[cfg(feature = "video")]
use crate::arithmetic::Grid;

/// A segment or a sample of one, on which plans are tried.
pub(crate) trait TrialSegment: Sync {
    /// Returns the approximate number of bytes by a plan; `None` if the plan cannot be used.
    ///
    /// # Errors
    /// The errors of an encoder if no other plan would succeed.
    fn cost(&self, plan: &Plan) -> Result<Option<usize>, ReelError>;

    /// Returns the shape, axis order `(time, y, x)`.
    fn shape(&self) -> [usize; 3];

    /// Returns whether the values are integers and the fixed grid has a step of few units.
    fn has_fine_integer_step(&self) -> bool;

    /// Returns the grid of residuals.
    #[cfg(feature = "video")]
    fn grid(&self) -> Grid;

    /// Returns the range of the numbers that a base layer codes, with the temporal means
    /// subtracted if `subtract_means` is true; `None` if the means cannot be coded.
    #[cfg(feature = "video")]
    fn range(&self, subtract_means: bool) -> Option<f64>;

    /// Returns whether an encoder accepts planes in this axis order without padding them to many
    /// times their size.
    #[cfg(feature = "video")]
    fn accepts_frames(&self, order: AxisOrder, codec: VideoCodec) -> bool;
}
