//! The errors of this crate.

/// Text that does not stand for a value of the expected type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not {expected}")]
pub struct ParseError {
    /// The type of value that was expected, with its article: `a dtype`, `a finite f32`.
    pub expected: &'static str,
    /// The text as it was found.
    pub text: String,
}

impl ParseError {
    /// The error for `text`, which is not `expected`.
    #[must_use]
    pub fn new(expected: &'static str, text: &str) -> Self {
        Self {
            expected,
            text: text.to_owned(),
        }
    }
}

/// An array would take more memory than the [`Limits`](crate::Limits) allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{bytes} bytes of memory needed, over the limit of {limit}")]
pub struct LimitError {
    /// The bytes that the array would take, saturated.
    pub bytes: u64,
    /// The limit in bytes.
    pub limit: u64,
}
