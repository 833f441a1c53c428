//! The options by which a reel is written.

use std::num::NonZeroUsize;
use std::thread;

use super::{Effort, Options};

/// Returns about how many values a segment has, unless the caller says how many frames it has or how large tiles are: fewer can be encoded side by side, and
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
/// Frames of more values than this are cut into tiles.
const LARGEST_FRAME_VALUES: usize = 4 << 20;
/// The most values of a tile, unless the caller says how large it is, and about the values of a segment of a tile if so.
const TILE_VALUES: usize = 1 << 20;
/// The most values of frames that wait for others of their segments, if a frame alone has no more.
const MOST_WAITING_VALUES: usize = 256 << 20;
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
    /// these would be over 32 Mi values) and at most 1024; about 1 Mi values if [`Self::tile`] is set. [`compress`](crate::compress) and [`write_reel`](crate::write_reel), which know how
    /// many frames there are, take as many segments as that makes, of nearly equal length.
    pub frames_per_segment: Option<usize>,
    /// The sides of the tiles that frames are cut into, `[y, x]`, each a segment; 0 counts as 1, and tiles at the right and at the bottom
    /// may be smaller. A reader decodes only the tiles that it needs, which are larger than the same parts of whole frames. Default: none up
    /// to frames of 4 Mi values; of larger ones, halves of halves of up to 1 Mi values.
    pub tile: Option<[usize; 2]>,
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
            tile: None,
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

    /// Sets the sides of tiles, `[y, x]`.
    #[must_use]
    pub const fn with_tile(mut self, tile: [usize; 2]) -> Self {
        self.tile = Some(tile);
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

    /// Returns the sides of the tiles of a frame.
    pub(crate) fn tile_of(&self, frame: [usize; 2]) -> [usize; 2] {
        if let Some(tile) = self.tile {
            return tile.map(|side| side.max(1));
        }
        let mut tile = frame;
        if values(frame) > LARGEST_FRAME_VALUES {
            while values(tile) > TILE_VALUES {
                let longest = usize::from(tile[1] >= tile[0]);
                tile[longest] = tile[longest].div_ceil(2);
            }
        }
        tile
    }

    /// Returns the number of frames in a segment, for frames of these sides that come one by one.
    pub(crate) fn segment_frames(&self, frame: [usize; 2]) -> usize {
        let most = MOST_WAITING_VALUES / values(frame).max(1);
        match self.frames_per_segment {
            Some(frames) => frames.max(1),
            None => self.good_segment_frames(frame).min(most).max(1),
        }
    }

    /// Returns the number of frames in a segment, for `count` frames of these sides: segments are of nearly equal length.
    pub(crate) fn equal_segment_frames(&self, frame: [usize; 2], count: usize) -> usize {
        match self.frames_per_segment {
            Some(frames) => frames.max(1),
            None => {
                let most = self.good_segment_frames(frame);
                count.max(1).div_ceil(count.div_ceil(most).max(1))
            }
        }
    }

    fn good_segment_frames(&self, frame: [usize; 2]) -> usize {
        let tile = self.tile_of(frame);
        let tile = values([0, 1].map(|axis| tile[axis].min(frame[axis]))).max(1);
        let fewest = FEWEST_FRAMES.min(LARGEST_SEGMENT_VALUES / tile).max(1);
        let all = match self.tile {
            // Tiles are for readers of parts.
            Some(_) => TILE_VALUES,
            None => segment_values(self.options.effort),
        };
        (all / tile).clamp(fewest, MOST_FRAMES)
    }

    pub(crate) fn thread_count(&self) -> usize {
        let most = thread::available_parallelism().map_or(1, NonZeroUsize::get);
        self.threads.map_or(most, |threads| threads.clamp(1, most))
    }
}

/// Returns the number of values of a frame or a tile of these sides.
const fn values([height, width]: [usize; 2]) -> usize {
    height.saturating_mul(width)
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
        assert_eq!(frames(Effort::Fast, [256, 256]), 64);
        assert_eq!(frames(Effort::Balanced, [256, 256]), 128);
        assert_eq!(frames(Effort::Best, [256, 256]), 192);
        assert_eq!(frames(Effort::Fast, [721, 1440]), 8);
        assert_eq!(frames(Effort::Best, [10_000, 10_000]), 2);
        assert_eq!(frames(Effort::Best, [1, 1]), 1024);
        let options = WriterOptions::new(options.with_effort(Effort::Fast));
        assert_eq!(options.equal_segment_frames([256, 256], 200), 50);
        assert_eq!(options.equal_segment_frames([256, 256], 64), 64);
        assert_eq!(options.equal_segment_frames([256, 256], 0), 1);
        assert_eq!(options.tile_of([721, 1440]), [721, 1440]);
        assert_eq!(options.tile_of([10_000, 20_000]), [1250, 625]);
        assert_eq!(options.tile_of([1, 20_000_000]), [1, 625_000]);
        assert_eq!(options.clone().with_tile([0, 9]).tile_of([5, 5]), [1, 9]);
        let tiled = options.clone().with_tile([256, 256]);
        assert_eq!(tiled.segment_frames([721, 1440]), 16);
        let options = options.with_frames_per_segment(0);
        assert_eq!(options.segment_frames([1, 1]), 1);
        assert_eq!(options.equal_segment_frames([1, 1], 9), 1);
    }
}
