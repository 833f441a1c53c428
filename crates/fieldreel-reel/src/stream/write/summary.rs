//! What was written.

use crate::segment::SegmentInfo;

/// How far a writer is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReelProgress {
    /// Frames that are in segments that are written.
    pub frames: usize,
    /// Bytes written so far.
    pub bytes: u64,
}

/// What was written.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ReelSummary {
    /// How many frames there are.
    pub frames: usize,
    /// What each segment says of itself, in order.
    pub segments: Vec<SegmentInfo>,
    /// All bytes of the file.
    pub bytes: u64,
    /// Those of them that say what the values mean: metadata, deflated, with their checksums.
    pub metadata_bytes: u64,
}

impl ReelSummary {
    /// The bytes that rebuild the values: all but coordinates and attributes.
    #[must_use]
    pub const fn segment_bytes(&self) -> u64 {
        self.bytes - self.metadata_bytes
    }
}
