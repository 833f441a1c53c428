//! Options of encoding, and limits of decoding.

mod base_choice;
mod codec_choice;
mod criterion;
mod effort;
mod error_bound;
mod limits;
mod number;
mod target;
mod validity;
mod writer;

pub use base_choice::BaseChoice;
pub use codec_choice::CodecChoice;
pub use criterion::Criterion;
pub use effort::Effort;
pub use error_bound::ErrorBound;
pub(crate) use limits::UNLIMITED;
pub use target::Target;
pub use validity::{MinMax, Validity};
pub(crate) use writer::SegmentLengths;
pub use writer::WriterOptions;

use fieldreel_core::Scalar;

#[cfg(feature = "serde")]
fieldreel_core::serde_as_text!(
    BaseChoice,
    CodecChoice,
    Criterion,
    Effort,
    ErrorBound,
    Target
);

use crate::plan::Plan;

/// The options of encoding one segment.
///
/// ```
/// use fieldreel_reel::{Effort, ErrorBound, Limits, SegmentOptions, segment};
/// use ndarray::Array3;
///
/// let mut depth = Array3::from_shape_fn((4, 30, 40), |(t, y, x)| (t + y * x) as f32);
/// depth[[1, 2, 3]] = -999.0;
/// let options = SegmentOptions::new(ErrorBound::Absolute(0.5))
///     .with_effort(Effort::Fast)
///     .with_fill_value(-999.0);
/// let encoded = segment::encode(depth.view(), &options)?;
/// let decoded = segment::decode::<f32>(&encoded.bytes, &Limits::default())?;
/// assert_eq!(decoded[[1, 2, 3]], -999.0);
/// # Ok::<(), fieldreel_reel::ReelError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SegmentOptions {
    /// The error bound or the target.
    pub criterion: Criterion,
    /// The time that encoding may take. Default: [`Effort::Balanced`].
    pub effort: Effort,
    /// The kind of base layer. Default: [`BaseChoice::Auto`].
    pub base: BaseChoice,
    /// The codec of a video. Default: [`CodecChoice::Any`].
    pub codec: CodecChoice,
    /// True if decoded values are multiples of a step that the bound alone determines, so that
    /// encoding them again gives the same values. Default: false, which is smaller.
    pub idempotent: bool,
    /// The finite values that mark missing values, in addition to NaN and infinities. They are
    /// rounded to the type of a floating-point array, and have no effect on an array of integers
    /// whose type cannot hold them. Fill values come back where they were, and no other value
    /// becomes one. Default: none.
    pub fill_values: Vec<Scalar>,
    /// The smallest and the largest valid value, both included, as CF's `valid_min` and
    /// `valid_max`; infinite or NaN for no limit. Valid values are decoded to valid values; all
    /// others are missing and come back with the same bits. Default: no limits.
    pub valid_range: Option<[Scalar; 2]>,
    /// The range, max − min, that [`ErrorBound::RangeRelative`] and [`Target::Psnr`] refer to.
    /// Default: the range of the valid values of the segment.
    pub range: Option<f64>,
    /// The plan to encode by. If it cannot be used for the values, or if it is `None`, trials on a
    /// sample choose one. Default: `None`.
    pub plan: Option<Plan>,
}

impl SegmentOptions {
    /// Returns options with an error bound or a target, and defaults.
    #[must_use]
    pub fn new(criterion: impl Into<Criterion>) -> Self {
        Self {
            criterion: criterion.into(),
            effort: Effort::Balanced,
            base: BaseChoice::Auto,
            codec: CodecChoice::Any,
            idempotent: false,
            fill_values: Vec::new(),
            valid_range: None,
            range: None,
            plan: None,
        }
    }

    /// Sets [`effort`](Self::effort).
    #[must_use]
    pub const fn with_effort(mut self, effort: Effort) -> Self {
        self.effort = effort;
        self
    }

    /// Sets [`base`](Self::base).
    ///
    /// ```
    /// use fieldreel_reel::{BaseChoice, ErrorBound, SegmentOptions, segment};
    /// use ndarray::Array3;
    ///
    /// let field = Array3::from_shape_fn((4, 9, 10), |(t, y, x)| (t + y * x) as f32);
    /// let options = SegmentOptions::new(ErrorBound::Absolute(0.5));
    /// let options = options.with_base(BaseChoice::Prediction);
    /// let body = segment::encode(field.view(), &options)?.info.body;
    /// assert_eq!(body, segment::BodyInfo::Predicted);
    /// # Ok::<(), fieldreel_reel::ReelError>(())
    /// ```
    #[must_use]
    pub const fn with_base(mut self, base: BaseChoice) -> Self {
        self.base = base;
        self
    }

    /// Sets [`codec`](Self::codec).
    #[must_use]
    pub const fn with_codec(mut self, codec: CodecChoice) -> Self {
        self.codec = codec;
        self
    }

    /// Sets [`idempotent`](Self::idempotent).
    #[must_use]
    pub const fn with_idempotent(mut self, idempotent: bool) -> Self {
        self.idempotent = idempotent;
        self
    }

    /// Adds one of the [`fill_values`](Self::fill_values).
    #[must_use]
    pub fn with_fill_value(mut self, fill_value: impl Into<Scalar>) -> Self {
        self.fill_values.push(fill_value.into());
        self
    }

    /// Sets [`valid_range`](Self::valid_range).
    ///
    /// ```
    /// use fieldreel_reel::{ErrorBound, SegmentOptions, segment};
    /// use ndarray::array;
    ///
    /// let depth = array![[[0.5, 2.0, -1.0], [7.5, 3.0, -1.0]]];
    /// let options = SegmentOptions::new(ErrorBound::Absolute(0.1)).with_valid_range(0.0, 9000.0);
    /// assert_eq!(segment::encode(depth.view(), &options)?.info.certificate.valid, 4);
    /// # Ok::<(), fieldreel_reel::ReelError>(())
    /// ```
    #[must_use]
    pub fn with_valid_range(mut self, min: impl Into<Scalar>, max: impl Into<Scalar>) -> Self {
        self.valid_range = Some([min.into(), max.into()]);
        self
    }

    /// Sets [`range`](Self::range), which must be greater than 0.
    #[must_use]
    pub const fn with_range(mut self, range: f64) -> Self {
        self.range = Some(range);
        self
    }

    /// Sets [`plan`](Self::plan).
    #[must_use]
    pub fn with_plan(mut self, plan: Plan) -> Self {
        self.plan = Some(plan);
        self
    }
}
