//! The errors of this crate.

use crate::ErrorKind;

/// The error of parsing text that is no value of the expected type.
///
/// ```
/// use fieldreel_core::{Dtype, ErrorKind};
///
/// let error = "f128".parse::<Dtype>().unwrap_err();
/// assert_eq!(error.to_string(), "\"f128\" is not a dtype");
/// assert_eq!(error.kind(), ErrorKind::Argument);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not {expected}")]
#[non_exhaustive]
pub struct ParseError {
    /// The expected type of value, with an article: `a dtype`, `a finite f32`.
    pub expected: &'static str,
    /// The text that was parsed.
    pub text: String,
}

impl ParseError {
    /// Creates the error for `text`, which is not `expected`.
    #[must_use]
    pub fn new(expected: &'static str, text: &str) -> Self {
        Self {
            expected,
            text: text.to_owned(),
        }
    }

    /// Returns [`ErrorKind::Argument`].
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        ErrorKind::Argument
    }
}

/// The error of an array that would take more memory than the [`Limits`](crate::Limits) allow.
///
/// ```
/// use fieldreel_core::Limits;
///
/// let error = Limits::new(1000).values([10, 10, 10], 4).unwrap_err();
/// assert_eq!((error.bytes, error.limit), (4000, 1000));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{bytes} bytes of memory needed, but the limit is {limit}")]
#[non_exhaustive]
pub struct LimitError {
    /// The bytes that the array would take, or `u64::MAX` if there are more.
    pub bytes: u64,
    /// The limit in bytes.
    pub limit: u64,
}

impl LimitError {
    /// Returns [`ErrorKind::Limit`].
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        ErrorKind::Limit
    }
}
