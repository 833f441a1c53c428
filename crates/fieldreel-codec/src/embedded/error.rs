//! [`EmbeddedError`]: a failure of the embedded AV1 codec.

/// The cause of a failure of rav1e or rav1d.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EmbeddedError {
    /// The stream is damaged, or uses features of AV1 that rav1d does not support.
    #[error("the stream is damaged")]
    InvalidData,
    /// A frame has more pixels than the limit.
    #[error("a frame exceeds the limit of pixels")]
    FrameTooLarge,
    /// There is not enough memory.
    #[error("no memory")]
    OutOfMemory,
    /// The library refused its configuration.
    #[error("the configuration is refused")]
    Refused,
    /// The library panicked.
    #[error("the library panicked")]
    Panicked,
    /// Another error of the library.
    #[error("error {code}")]
    Other {
        /// The number of the error: an `errno` of rav1d, or 0.
        code: i32,
    },
}
