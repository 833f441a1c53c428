//! The options by which a reel is written.

use std::num::NonZeroUsize;
use std::thread;

use super::{Effort, Options};

/// Returns about how many values a segment has, unless the caller says how many frames: fewer can be encoded side by side, and
/// more are smaller. To decode them takes less than the default limits.
const fn segment_values(effort: Effort) -> usize {
    match effort {
        Effort::Fast => 4 << 20,
        Effort::Balanced => 8 << 20,
        Effort::Best => 12 << 20,
    }
}

/// The fewest frames in a segment, as far as [`LARGEST_SEGMENT_VALUES`] allows: what repeats in time is worth the most.
const FEWEST_FRAMES: usize = 8;
const MOST_FRAMES: usize = 1024;
/// The most values that a reader can decode within its default limits.
const LARGEST_SEGMENT_VALUES: usize = 32 << 20;

/// The options by which a reel is written.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct WriterOptions {
    /// The options by which each segment is encoded. [`Bound::Relative`](crate::Bound::Relative) and [`Bound::Psnr`](crate::Bound::Psnr)
    /// refer to [`Options::range`] if it is set. If not, [`compress`](crate::compress) and
    /// [`write_reel`](crate::write_reel) set it to the range of the whole array, while each segment that a
    /// [`ReelWriter`](crate::ReelWriter) is given frame by frame refers to its own range, which is stricter. A
    /// [`Bound::Ratio`](crate::Bound::Ratio) holds for each segment.
    pub options: Options,
    /// Frames in every segment but the last, which may have fewer; 0 counts as 1. Default: so many as have about 4 Mi
    /// values with [`Effort::Fast`], 8 Mi with [`Effort::Balanced`] and 12 Mi with [`Effort::Best`], but at least 8 (fewer if
    /// these would be over 32 Mi values) and at most 1024. [`compress`](crate::compress) and [`write_reel`](crate::write_reel), which know how
    /// many frames there are, take as many segments as that makes, of nearly equal length.
    pub frames_per_segment: Option<usize>,
    /// The most segments that are encoded at once; 0 counts as 1, and more than the system runs threads at once as that many.
    /// The bytes do not depend on it. Default: the number of threads that the system runs at once.
    pub threads: Option<usize>,
    /// The number of segments that share the plan that is found by trial on the first of them; 0 counts as 1. The next so many keep it if it
    /// is still good for the first of them. With [`Effort::Best`](crate::Effort::Best) each tries also those that were nearly as
    /// good on the first, and looks for its own quality. Each finds its own if the first is constant or missing, if the plan
    /// does not fit, and for the targets ([`Bound::Psnr`](crate::Bound::Psnr), [`Bound::Ratio`](crate::Bound::Ratio)). With
    /// [`Options::plan`] all have that one. Default: 16.
    pub replan_every: usize,
}

impl WriterOptions {
    /// These options for each segment, and defaults.
    #[must_use]
    pub const fn new(options: Options) -> Self {
        Self {
            options,
            frames_per_segment: None,
            threads: None,
            replan_every: 16,
        }
    }

    /// Sets the frames in a segment.
    #[must_use]
    pub const fn with_frames_per_segment(mut self, frames: usize) -> Self {
        self.frames_per_segment = Some(frames);
        self
    }

    /// Sets the most segments that are encoded at once.
    #[must_use]
    pub const fn with_threads(mut self, threads: usize) -> Self {
        self.threads = Some(threads);
        self
    }

    /// Sets how many segments share a plan.
    #[must_use]
    pub const fn with_replan_every(mut self, segments: usize) -> Self {
        self.replan_every = segments;
        self
    }

    /// Frames in a segment, for frames of so many values.
    pub(crate) fn segment_frames(&self, frame: usize) -> usize {
        let frame = frame.max(1);
        let fewest = FEWEST_FRAMES.min(LARGEST_SEGMENT_VALUES / frame).max(1);
        self.frames_per_segment
            .unwrap_or((segment_values(self.options.effort) / frame).clamp(fewest, MOST_FRAMES))
            .max(1)
    }

    /// Returns frames in a segment, for `count` frames of so many values: segments are of nearly equal length.
    pub(crate) fn equal_segment_frames(&self, frame: usize, count: usize) -> usize {
        let most = self.segment_frames(frame);
        match self.frames_per_segment {
            Some(_) => most,
            None => count.max(1).div_ceil(count.div_ceil(most).max(1)),
        }
    }

    pub(crate) fn thread_count(&self) -> usize {
        let most = thread::available_parallelism().map_or(1, NonZeroUsize::get);
        self.threads.map_or(most, |threads| threads.clamp(1, most))
    }
}

impl From<Options> for WriterOptions {
    fn from(options: Options) -> Self {
        Self::new(options)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Bound;

    #[test]
    fn segments_have_millions_of_values() {
        let options = Options::new(Bound::Lossless);
        let frames = |effort, frame| {
            WriterOptions::new(options.clone().with_effort(effort)).segment_frames(frame)
        };
        assert_eq!(frames(Effort::Fast, 256 * 256), 64);
        assert_eq!(frames(Effort::Balanced, 256 * 256), 128);
        assert_eq!(frames(Effort::Best, 256 * 256), 192);
        assert_eq!(frames(Effort::Fast, 721 * 1440), 8);
        assert_eq!(frames(Effort::Best, 10_000 * 10_000), 1);
        assert_eq!(frames(Effort::Best, 1), 1024);
        let options = WriterOptions::new(options.with_effort(Effort::Fast));
        assert_eq!(options.equal_segment_frames(256 * 256, 200), 50);
        assert_eq!(options.equal_segment_frames(256 * 256, 64), 64);
        assert_eq!(options.equal_segment_frames(256 * 256, 0), 1);
        let options = options.with_frames_per_segment(0);
        assert_eq!(options.segment_frames(1), 1);
        assert_eq!(options.equal_segment_frames(1, 9), 1);
    }
}
