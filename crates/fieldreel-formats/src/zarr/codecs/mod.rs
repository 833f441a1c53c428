//! Codecs of chunks.
//!
//! The decoding of bytes is bounded by the size of the chunk that they stand for, so that a chunk
//! of a few bytes cannot take all memory.

mod bytes;
mod chain;
mod shards;
mod texts;

pub(super) use bytes::Compressor;
pub(super) use chain::{ChunkDecoder, CodecList};
pub(super) use texts::encode_texts;

/// The values of a chunk or of a hyperslab, in row-major order.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum RawValues {
    /// Values of a fixed number of bytes, in native byte order.
    Fixed(Vec<u8>),
    /// Texts of any length.
    Texts(Vec<String>),
}

/// An error of decoding a chunk.
#[derive(Debug, thiserror::Error)]
pub(super) enum ChunkError {
    /// The bytes are not those of a chunk of the array.
    #[error("{0}")]
    Damaged(String),
    /// The decoded bytes exceed the size of the chunk or the limits.
    #[error("the decoded bytes exceed {limit} bytes")]
    TooLarge {
        /// The largest number of bytes.
        limit: u64,
    },
}

impl ChunkError {
    pub(super) fn damaged(error: impl std::fmt::Display) -> Self {
        Self::Damaged(error.to_string())
    }
}
