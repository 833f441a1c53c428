//! What a caller may choose.

mod bound;
mod codecs;
mod effort;
mod limits;

pub use bound::Bound;
pub use codecs::Codecs;
pub use effort::Effort;
pub use limits::Limits;

use crate::plan::Plan;

/// How a segment is encoded.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// What error is allowed.
    pub bound: Bound,
    /// How much time encoding may take. Default: [`Effort::Balanced`].
    pub effort: Effort,
    /// What may carry the base layer. Default: [`Codecs::Any`].
    pub codecs: Codecs,
    /// A value that stands for missing ones, besides NaN and infinities; compared by its bits,
    /// after it is rounded to the type of the array. Default: none.
    pub fill: Option<f64>,
    /// The range that [`Bound::Relative`] and [`Bound::Psnr`] refer to. Default: that of the valid
    /// values of the segment.
    pub range: Option<f64>,
    /// How to encode, instead of finding out by trial. Default: by trial.
    pub plan: Option<Plan>,
}

impl Options {
    /// Options with this bound, and defaults.
    #[must_use]
    pub const fn new(bound: Bound) -> Self {
        Self {
            bound,
            effort: Effort::Balanced,
            codecs: Codecs::Any,
            fill: None,
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

    /// Sets what may carry the base layer.
    #[must_use]
    pub const fn with_codecs(mut self, codecs: Codecs) -> Self {
        self.codecs = codecs;
        self
    }

    /// Sets the value that stands for missing ones.
    #[must_use]
    pub const fn with_fill(mut self, fill: f64) -> Self {
        self.fill = Some(fill);
        self
    }
}
