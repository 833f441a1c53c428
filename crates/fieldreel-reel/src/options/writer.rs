//! The options by which a reel is written.

use std::num::NonZeroUsize;
use std::thread;

use super::{BaseChoice, Effort, SegmentOptions};
use crate::Limits;
use crate::memory::max_decoding_bytes;

/// Returns about how many values a segment has, unless the caller says how many frames it has or how large tiles are: fewer can be encoded side by side, and
/// more are smaller. To decode them takes less than the default limits.
const fn segment_values(effort: Effort) -> usize {
    match effort {
        Effort::Fast => 4 << 20,
        Effort::Balanced => 8 << 20,
        Effort::Best => 12 << 20,
    }
}

/// The fewest frames in a segment that are worth cutting frames into tiles for: what repeats in time is worth the most. Where all
/// frames are there at once they may be more.
const GOOD_FRAMES: usize = 32;
const GOOD_FRAMES_AT_ONCE: usize = 64;
const MOST_FRAMES: usize = 1024;
/// The fewest frames of a video, and of a tile that the caller asks for.
const FEWEST_FRAMES: usize = 8;
/// The most values of frames that wait for others of their segments, and of frames that a reader puts together out of tiles, if a frame
/// alone has no more.
const MOST_WAITING_VALUES: usize = 64 << 20;
/// About the values of a segment of a tile of a size that the caller asks for: tiles are for readers of parts.
const TILE_VALUES: usize = 1 << 20;

/// The options by which a reel is written.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct WriterOptions {
    /// The options by which each segment is encoded. [`ErrorBound::RangeRelative`](crate::ErrorBound::RangeRelative) and [`Target::Psnr`](crate::Target::Psnr)
    /// refer to [`SegmentOptions::range`] if it is set. If not, [`compress`](crate::compress) and
    /// [`write_reel`](crate::write_reel) set it to the range of the whole array, while each segment that a
    /// [`ReelWriter`](crate::ReelWriter) is given frame by frame refers to its own range, which is stricter. A
    /// [`Target::Ratio`](crate::Target::Ratio) holds for each segment.
    pub segment: SegmentOptions,
    /// Frames in every segment but the last, which may have fewer; 0 counts as 1. Default: so many as have about 4 Mi
    /// values with [`Effort::Fast`], 8 Mi with [`Effort::Balanced`] and 12 Mi with [`Effort::Best`], but at most 1024 and at least 32, for
    /// which frames are cut into tiles; fewer of frames of over 1 Mi values, so that those that wait are no more than 64 Mi values. About
    /// 1 Mi values if [`Self::tile`] is set. [`compress`](crate::compress) and [`write_reel`](crate::write_reel), which know how many frames there
    /// are, take 64 for 32, and segments of nearly equal length.
    pub frames_per_segment: Option<usize>,
    /// The sides of the tiles that frames are cut into, `[y, x]`, each a segment; 0 counts as 1, and tiles at the right and at the bottom
    /// may be smaller. A reader decodes only the tiles that it needs. Default: halves of halves of frames, so that a segment has many
    /// frames and not too many values; whole frames with [`BaseChoice::Video`].
    pub tile: Option<[usize; 2]>,
    /// The most segments that are encoded at once; 0 counts as 1, and more than the system runs threads at once as that many.
    /// The bytes do not depend on it. Default: the number of threads that the system runs at once.
    pub threads: Option<usize>,
    /// The number of segments that share the plan that is found by trial on the first of them; 0 counts as 1. The next so many keep it if it
    /// is still good for the first of them. With [`Effort::Best`](crate::Effort::Best) each tries also those that were nearly as
    /// good on the first, and looks for its own quality. Each finds its own if the first is constant or missing, if the plan
    /// does not fit, and for the targets ([`Target::Psnr`](crate::Target::Psnr), [`Target::Ratio`](crate::Target::Ratio)). With
    /// [`SegmentOptions::plan`] all have that one. Default: 16.
    pub replan_interval: usize,
}

impl WriterOptions {
    /// These options for each segment, and defaults.
    #[must_use]
    pub const fn new(segment: SegmentOptions) -> Self {
        Self {
            segment,
            frames_per_segment: None,
            tile: None,
            threads: None,
            replan_interval: 16,
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
    pub const fn with_replan_interval(mut self, segments: usize) -> Self {
        self.replan_interval = segments;
        self
    }

    /// Returns the number of frames in a segment and the sides of tiles, for frames of these sides: for `count` frames that are all
    /// there at once, or for frames that come one by one.
    pub(crate) fn segments_of(&self, frame: [usize; 2], count: Option<usize>) -> SegmentLengths {
        let mut all = match self.tile {
            Some(_) => TILE_VALUES,
            None => segment_values(self.segment.effort),
        };
        let mut segments = self.segments_of_values(all, frame, count);
        let is_chosen = self.frames_per_segment.is_none() && self.tile.is_none();
        // A segment of few frames takes more memory for each value.
        while is_chosen && all > 1 && segments.max_decoding_bytes() > Limits::default().max_bytes {
            all /= 2;
            segments = self.segments_of_values(all, frame, count);
        }
        segments
    }

    /// Returns the lengths of segments of about so many values.
    fn segments_of_values(
        &self,
        all: usize,
        frame: [usize; 2],
        count: Option<usize>,
    ) -> SegmentLengths {
        let frame_values = values(frame).max(1);
        let most = (MOST_WAITING_VALUES / frame_values).clamp(1, MOST_FRAMES);
        // A video is one of whole frames.
        let is_video = self.segment.base == BaseChoice::Video;
        let good = match count {
            _ if is_video => FEWEST_FRAMES,
            Some(count) => GOOD_FRAMES_AT_ONCE.min(count.max(1)),
            None => GOOD_FRAMES,
        };
        let frames = match (self.frames_per_segment, self.tile) {
            (Some(frames), _) => frames.max(1),
            (None, Some([height, width])) => {
                let tile = values([height.clamp(1, frame[0]), width.clamp(1, frame[1])]);
                (all / tile).max(FEWEST_FRAMES).min(most)
            }
            (None, None) => (all / frame_values).max(good.min(most)).min(MOST_FRAMES),
        };
        let tile = match self.tile {
            Some(tile) => tile.map(|side| side.max(1)),
            None if is_video => frame,
            None => tile_of(frame, (all / frames).max(1)),
        };
        let frames = match (self.frames_per_segment, count) {
            // Segments of nearly equal length.
            (None, Some(count)) => count.max(1).div_ceil(count.div_ceil(frames).max(1)),
            _ => frames,
        };
        SegmentLengths { frames, tile }
    }

    pub(crate) fn thread_count(&self) -> usize {
        let most = thread::available_parallelism().map_or(1, NonZeroUsize::get);
        self.threads.map_or(most, |threads| threads.clamp(1, most))
    }
}

/// The frames of a segment, and the sides of its tiles, `[y, x]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SegmentLengths {
    pub(crate) frames: usize,
    pub(crate) tile: [usize; 2],
}

impl SegmentLengths {
    /// Returns about the most bytes that decoding one takes.
    fn max_decoding_bytes(self) -> u64 {
        let [height, width] = self.tile;
        max_decoding_bytes([self.frames, height, width])
    }
}

/// Returns the number of values of a frame or a tile of these sides.
const fn values([height, width]: [usize; 2]) -> usize {
    height.saturating_mul(width)
}

/// Returns the sides of the halves of halves of a frame that have so many values at most.
fn tile_of(frame: [usize; 2], most: usize) -> [usize; 2] {
    let mut tile = frame;
    while values(tile) > most.max(1) {
        let longest = usize::from(tile[1] > tile[0]);
        tile[longest] = tile[longest].div_ceil(2);
    }
    tile
}

impl From<SegmentOptions> for WriterOptions {
    fn from(options: SegmentOptions) -> Self {
        Self::new(options)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorBound;

    fn options(effort: Effort) -> WriterOptions {
        WriterOptions::new(SegmentOptions::new(ErrorBound::Lossless).with_effort(effort))
    }

    #[test]
    fn segments_have_millions_of_values_and_many_frames() {
        let of = |effort, frame, count| {
            let SegmentLengths { frames, tile } = options(effort).segments_of(frame, count);
            (frames, tile)
        };
        let small = [256, 256];
        assert_eq!(of(Effort::Fast, small, None), (64, small));
        assert_eq!(of(Effort::Balanced, small, None), (128, small));
        assert_eq!(of(Effort::Best, small, None), (192, small));
        assert_eq!(of(Effort::Best, [1, 1], None), (1024, [1, 1]));
        assert_eq!(of(Effort::Fast, small, Some(200)), (50, small));
        assert_eq!(of(Effort::Fast, small, Some(64)), (64, small));
        assert_eq!(of(Effort::Fast, small, Some(0)), (1, small));
        let large = [721, 1440];
        assert_eq!(of(Effort::Fast, large, None), (32, [361, 360]));
        assert_eq!(of(Effort::Fast, large, Some(24)), (24, [361, 360]));
        assert_eq!(of(Effort::Fast, large, Some(2)), (2, large));
        assert_eq!(of(Effort::Fast, large, Some(240)), (60, [181, 360]));
        // 32 frames of these are more than wait.
        assert_eq!(of(Effort::Fast, [2000, 4000], None), (8, [500, 1000]));
        assert_eq!(
            of(Effort::Fast, [10_000, 20_000], Some(50)),
            (1, [1250, 2500])
        );
        assert_eq!(of(Effort::Fast, [1, 20_000_000], None), (3, [1, 625_000]));
    }

    #[test]
    fn what_is_written_by_default_is_read_by_default() {
        let frames = [
            [1, 1],
            [1, 20_000_000],
            [20_000_000, 1],
            [3, 3_000_000],
            [2800, 2900],
            [721, 1440],
        ];
        for effort in [Effort::Fast, Effort::Balanced, Effort::Best] {
            for frame in frames {
                for count in [None, Some(1), Some(2), Some(5), Some(24), Some(1000)] {
                    let segments = options(effort).segments_of(frame, count);
                    assert!(
                        segments.max_decoding_bytes() <= Limits::default().max_bytes,
                        "{frame:?}"
                    );
                    assert!(
                        segments.frames * values(segments.tile) >= 1 << 18 || frame == [1, 1],
                        "{segments:?}"
                    );
                }
            }
        }
        let image = options(Effort::Balanced).segments_of([2800, 2900], Some(1));
        assert_eq!((image.frames, image.tile), (1, [2800, 1450]));
    }

    #[test]
    fn what_a_caller_asks_for_is_taken() {
        let fast = options(Effort::Fast);
        let tiled = fast.clone().with_tile([256, 2000]);
        let large = [721, 1440];
        let segments = tiled.segments_of(large, Some(100));
        assert_eq!(
            segments,
            SegmentLengths {
                frames: 8,
                tile: [256, 2000]
            }
        );
        let segments = tiled
            .with_frames_per_segment(70)
            .segments_of(large, Some(100));
        assert_eq!(
            segments,
            SegmentLengths {
                frames: 70,
                tile: [256, 2000]
            }
        );
        let segments = fast.clone().with_tile([0, 9]).segments_of([5, 5], None);
        assert_eq!(segments.tile, [1, 9]);
        let mut video = fast.clone();
        video.segment.base = BaseChoice::Video;
        let segments = video.segments_of(large, None);
        assert_eq!(
            segments,
            SegmentLengths {
                frames: 8,
                tile: large
            }
        );
        let segments = fast.with_frames_per_segment(0).segments_of([5, 7], None);
        assert_eq!(
            segments,
            SegmentLengths {
                frames: 1,
                tile: [5, 7]
            }
        );
    }
}
