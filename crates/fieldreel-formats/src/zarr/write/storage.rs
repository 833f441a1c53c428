//! The storage of the values of a variable.

/// The storage of the values of a variable in a Zarr store.
///
/// ```
/// use fieldreel_formats::zarr::ZarrStorage;
///
/// let storage = ZarrStorage::Zstd { level: 5, chunk: vec![24, 60, 90] };
/// assert_eq!(storage.chunk(), [24, 60, 90]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ZarrStorage {
    /// Uncompressed.
    Plain {
        /// The chunk shape, a length of at least 1 for each dimension.
        chunk: Vec<usize>,
    },
    /// Compressed by zstd, with a checksum.
    Zstd {
        /// The level, up to 22 (smallest); 0 stands for zstd's default, which is 3.
        level: i32,
        /// The chunk shape, a length of at least 1 for each dimension.
        chunk: Vec<usize>,
    },
    /// Encoded by the caller, with [`write_chunk`](super::ZarrWriter::write_chunk).
    Encoded {
        /// The metadata of the codec, a JSON object with a `name` and a `configuration`. The codec
        /// turns arrays of numbers into bytes.
        codec: String,
        /// The chunk shape, a length of at least 1 for each dimension.
        chunk: Vec<usize>,
    },
}

impl ZarrStorage {
    /// Returns the chunk shape.
    #[must_use]
    pub fn chunk(&self) -> &[usize] {
        match self {
            Self::Plain { chunk } | Self::Zstd { chunk, .. } | Self::Encoded { chunk, .. } => chunk,
        }
    }
}
