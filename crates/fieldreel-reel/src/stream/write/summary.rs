//! The progress and the summary of writing a reel.

use crate::segment::SegmentInfo;

/// The progress of a writer.
///
/// See the example of [`ReelWriter`](super::ReelWriter).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ReelProgress {
    /// The number of frames in the segments that have been written.
    pub frames: usize,
    /// The number of bytes that have been written.
    pub bytes: u64,
}

/// The summary of a reel that has been written.
///
/// See the example of [`ReelWriter`](super::ReelWriter).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ReelSummary {
    /// The number of frames.
    pub frames: usize,
    /// The description of each segment, in order.
    pub segments: Vec<SegmentInfo>,
    /// The size of the file in bytes.
    pub bytes: u64,
    /// The part of [`bytes`](Self::bytes) that stores metadata, including their checksums.
    pub metadata_bytes: u64,
}

impl ReelSummary {
    /// Returns the bytes that are needed to reconstruct the values: all except the metadata.
    #[must_use]
    pub const fn segment_bytes(&self) -> u64 {
        self.bytes - self.metadata_bytes
    }
}
