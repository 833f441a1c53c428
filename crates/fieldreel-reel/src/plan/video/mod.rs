//! Plans of videos, and the search for them.

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

/// The number of bits of the codes of a video.
pub(crate) const BIT_DEPTH: u8 = 12;

/// Returns the difference between the numbers of consecutive codes if the codes span `range`.
pub(crate) fn scale_for(range: f64) -> f64 {
    range / f64::from((1_u16 << BIT_DEPTH) - 1)
}

/// The parameters of a video that is the base layer of a segment.
///
/// ```
/// use fieldreel_reel::{AxisOrder, VideoCodec, VideoPlan};
///
/// let plan = VideoPlan::new(VideoCodec::Av1 { speed: 6 }, 30).with_axis_order(AxisOrder::Ytx);
/// assert_eq!(
///     plan.to_string(),
///     "av1 speed 6 quantizer 30, axes ytx, temporal mean kept"
/// );
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct VideoPlan {
    /// The axis order of the video.
    pub axis_order: AxisOrder,
    /// True if the temporal mean is subtracted first.
    pub subtract_temporal_mean: bool,
    /// The encoder.
    pub codec: VideoCodec,
    /// The quantizer in the codec's own scale, for codes of 12 bits. A smaller number is finer.
    pub quantizer: u8,
    /// The difference between the numbers of consecutive codes, in the unit of the numbers that
    /// are coded. `None` is their range divided by 4095. If the range needs a wider step, the step
    /// is widened and the quantizer made finer.
    pub step: Option<f64>,
}

impl VideoPlan {
    /// Creates the plan of a video of axis order `(t, y, x)`, without subtraction of the temporal
    /// mean, whose codes span the range of the numbers.
    #[must_use]
    pub fn new(codec: VideoCodec, quantizer: u8) -> Self {
        Self {
            axis_order: AxisOrder::Tyx,
            subtract_temporal_mean: false,
            codec,
            quantizer,
            step: None,
        }
    }

    /// Sets the axis order.
    #[must_use]
    pub fn with_axis_order(mut self, axis_order: AxisOrder) -> Self {
        self.axis_order = axis_order;
        self
    }

    /// Sets whether the temporal mean is subtracted.
    #[must_use]
    pub fn with_subtract_temporal_mean(mut self, subtract: bool) -> Self {
        self.subtract_temporal_mean = subtract;
        self
    }

    /// Sets the quantizer, in the codec's own scale.
    ///
    /// ```
    /// use fieldreel_reel::{VideoCodec, VideoPlan};
    ///
    /// let plan = VideoPlan::new(VideoCodec::Av1 { speed: 6 }, 30);
    /// assert_eq!(plan.with_quantizer(24).quantizer, 24);
    /// ```
    #[must_use]
    pub fn with_quantizer(mut self, quantizer: u8) -> Self {
        self.quantizer = quantizer;
        self
    }

    /// Sets the difference between the numbers of consecutive codes.
    ///
    /// ```
    /// use fieldreel_reel::{VideoCodec, VideoPlan};
    ///
    /// let plan = VideoPlan::new(VideoCodec::Av1 { speed: 6 }, 30).with_step(Some(0.25));
    /// assert!(plan.to_string().ends_with("step 2.5e-1"));
    /// ```
    #[must_use]
    pub fn with_step(mut self, step: Option<f64>) -> Self {
        self.step = step;
        self
    }

    /// Returns the plan for a bound that is wider by a factor of `2^doublings`.
    pub(super) fn coarser(&self, doublings: f64) -> Self {
        let (finest, coarsest) = self.codec.quantizer_range();
        let quantizer = f64::from(self.quantizer) + 6.0 * doublings;
        let quantizer = quantizer.clamp(finest.into(), coarsest.into()).round() as u8;
        Self { quantizer, ..*self }
    }

    /// Returns the plan with a quantizer that is finer and one that is coarser by `stride`.
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
            "temporal mean subtracted"
        } else {
            "temporal mean kept"
        };
        let (codec, quantizer, order) = (self.codec, self.quantizer, self.axis_order);
        write!(f, "{codec} {quantizer}, axes {order}, {mean}")?;
        match self.step {
            Some(step) => write!(f, ", step {step:e}"),
            None => Ok(()),
        }
    }
}
