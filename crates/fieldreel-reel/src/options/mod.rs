//! Options of encoding and limits of decoding.

mod base;
mod bound;
mod codecs;
mod effort;
mod limits;
mod validity;
mod writer;

pub use base::BaseChoice;
pub use bound::Bound;
pub use codecs::Codecs;
pub use effort::Effort;
pub(crate) use limits::UNLIMITED;
pub use validity::{Extremes, Validity};
pub(crate) use writer::Segments;
pub use writer::WriterOptions;

use fieldreel_core::Scalar;

use crate::plan::Plan;

/// The options by which a segment is encoded.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// The error that is allowed.
    pub bound: Bound,
    /// The time that encoding may take. Default: [`Effort::Balanced`].
    pub effort: Effort,
    /// The kind of base layer. Default: [`BaseChoice::Auto`].
    pub base: BaseChoice,
    /// The codecs that may encode a video. Default: [`Codecs::Any`].
    pub codecs: Codecs,
    /// Whether decoded values are to be multiples of a step that the bound alone determines, so that decoded values encode to themselves.
    /// Default: false, which is smaller.
    pub on_grid: bool,
    /// The values that stand for missing ones, besides NaN and infinities. In an array of floating-point values each is
    /// rounded to their type; in one of integers, those that are no value of its type have no effect. They come back where
    /// they were, and no other value becomes one of them. Default: none.
    pub fills: Vec<Scalar>,
    /// The smallest and the largest valid value, both included, as CF's `valid_min` and `valid_max`; infinite or NaN where
    /// there is no limit. Valid values are decoded to valid ones, and all others come back bit by bit. Default: no limits.
    pub valid_range: Option<[Scalar; 2]>,
    /// The range that [`Bound::Relative`] and [`Bound::Psnr`] refer to. Default: that of the valid
    /// values of the segment.
    pub range: Option<f64>,
    /// A plan to encode by, instead of one found by trial. Where it cannot be used for the values, one is found by trial.
    /// Default: by trial.
    pub plan: Option<Plan>,
}

impl Options {
    /// Options with this bound, and defaults.
    #[must_use]
    pub const fn new(bound: Bound) -> Self {
        Self {
            bound,
            effort: Effort::Balanced,
            base: BaseChoice::Auto,
            codecs: Codecs::Any,
            on_grid: false,
            fills: Vec::new(),
            valid_range: None,
            range: None,
            plan: None,
        }
    }

    /// Sets the effort.
    #[must_use]
    pub const fn with_effort(mut self, effort: Effort) -> Self {
        self.effort = effort;
        self
    }

    /// Sets the kind of base layer.
    #[must_use]
    pub const fn with_base(mut self, base: BaseChoice) -> Self {
        self.base = base;
        self
    }

    /// Sets the codecs that may encode a video.
    #[must_use]
    pub const fn with_codecs(mut self, codecs: Codecs) -> Self {
        self.codecs = codecs;
        self
    }

    /// Adds a value that stands for missing ones.
    #[must_use]
    pub fn with_fill(mut self, fill: impl Into<Scalar>) -> Self {
        self.fills.push(fill.into());
        self
    }

    /// Sets the smallest and the largest valid value.
    #[must_use]
    pub fn with_valid_range(mut self, min: impl Into<Scalar>, max: impl Into<Scalar>) -> Self {
        self.valid_range = Some([min.into(), max.into()]);
        self
    }
}
