//! Options of writing a reel.

use std::num::NonZeroUsize;
use std::thread;

use super::{BaseChoice, Effort, SegmentOptions};
use crate::Limits;
use crate::memory::max_decoding_bytes;

/// Returns the approximate number of values of a segment, unless the caller sets the number of
/// frames or the size of tiles. More values compress better, and fewer let more segments be
/// encoded in parallel. Decoding a segment of this size takes less memory than the default limits
/// allow.
const fn segment_values(effort: Effort) -> usize {
    match effort {
        Effort::Fast => 4 << 20,
        Effort::Balanced => 8 << 20,
        Effort::Best => 12 << 20,
    }
}

/// The smallest default number of frames of a segment. Frames are cut into tiles to reach it,
/// because repetition in time compresses best.
const MIN_TILED_FRAMES: usize = 32;
/// The same for an array, all frames of which are in memory at once.
const MIN_TILED_FRAMES_OF_ARRAY: usize = 64;
/// The largest default number of frames of a segment.
const MAX_FRAMES: usize = 1024;
/// The smallest default number of frames of a segment of a video, and of a segment whose tiles the
/// caller sets.
const MIN_FRAMES: usize = 8;
/// The largest number of values of the frames that a writer buffers until their segments are
/// complete, and that a reader assembles from tiles. A single frame may exceed it.
const MAX_BUFFERED_VALUES: usize = 64 << 20;
/// The approximate number of values of a segment if the caller sets the size of tiles, which are
/// for readers of regions.
const TILE_VALUES: usize = 1 << 20;

/// The options of writing a reel.
///
/// ```
/// use fieldreel_reel::{Effort, ErrorBound, SegmentOptions, WriterOptions};
///
/// let segment = SegmentOptions::new(ErrorBound::RangeRelative(1e-3)).with_effort(Effort::Fast);
/// let options = WriterOptions::new(segment)
///     .with_frames_per_segment(24)
///     .with_tile([256, 256])
///     .with_threads(2);
/// assert_eq!(options.replan_interval, 16);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct WriterOptions {
    /// The options of encoding each segment.
    ///
    /// [`ErrorBound::RangeRelative`](crate::ErrorBound::RangeRelative) and
    /// [`Target::Psnr`](crate::Target::Psnr) refer to [`SegmentOptions::range`] if it is set. If
    /// it is not, [`compress`](crate::compress) and [`write_reel`](crate::write_reel) set it to
    /// the range of the whole array. A [`ReelWriter`](crate::ReelWriter), which receives frame
    /// after frame, refers to the range of each segment, which is stricter. A
    /// [`Target::Ratio`](crate::Target::Ratio) holds for each segment.
    pub segment: SegmentOptions,
    /// The number of frames of every segment but the last, which may have fewer; 0 counts as 1.
    ///
    /// By default, a segment has about 4 Mi values with [`Effort::Fast`], 8 Mi with
    /// [`Effort::Balanced`] and 12 Mi with [`Effort::Best`], but at most 1024 frames. It has at
    /// least 32 frames, or 64 if the number of all frames is known as in
    /// [`compress`](crate::compress) and [`write_reel`](crate::write_reel), and frames are cut
    /// into tiles to reach that. Frames of more than 2 Mi values have shorter segments, so that a
    /// writer buffers at most 64 Mi values. If [`Self::tile`] is set, a segment has about 1 Mi
    /// values. Where the number of all frames is known, segments have nearly equal lengths.
    pub frames_per_segment: Option<usize>,
    /// The sides `[y, x]` of the tiles that frames are cut into; 0 counts as 1. Each tile is a
    /// segment of its own, and a reader decodes only the tiles that it needs. Tiles at the right
    /// and at the bottom may be smaller.
    ///
    /// By default, frames are halved along their longer side until a segment has enough frames for
    /// its number of values. With [`BaseChoice::Video`], frames are not cut.
    pub tile: Option<[usize; 2]>,
    /// The maximum number of segments that are encoded in parallel; 0 counts as 1, and more than
    /// the available parallelism of the system counts as that number. The bytes do not depend on
    /// it. Default: the available parallelism.
    pub threads: Option<usize>,
    /// The number of segments that share the plan found for the first of them; 0 counts as 1.
    /// Default: 16.
    ///
    /// The next group of segments keeps the plan if it is still good for the first segment of the
    /// group. With [`Effort::Best`](crate::Effort::Best), each segment also tries the plans that
    /// were nearly as good for the first one, and searches for its own quantizer. Every segment
    /// has its own plan if the first segment is constant or missing, if the plan cannot be used,
    /// or if the criterion is a target ([`Target::Psnr`](crate::Target::Psnr),
    /// [`Target::Ratio`](crate::Target::Ratio)). If [`SegmentOptions::plan`] is set, all segments
    /// use it.
    pub replan_interval: usize,
}

impl WriterOptions {
    /// Returns options with these options for each segment, and defaults.
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

    /// Sets [`frames_per_segment`](Self::frames_per_segment).
    #[must_use]
    pub const fn with_frames_per_segment(mut self, frames: usize) -> Self {
        self.frames_per_segment = Some(frames);
        self
    }

    /// Sets [`tile`](Self::tile), `[y, x]`.
    #[must_use]
    pub const fn with_tile(mut self, tile: [usize; 2]) -> Self {
        self.tile = Some(tile);
        self
    }

    /// Sets [`threads`](Self::threads).
    #[must_use]
    pub const fn with_threads(mut self, threads: usize) -> Self {
        self.threads = Some(threads);
        self
    }

    /// Sets [`replan_interval`](Self::replan_interval).
    ///
    /// ```
    /// use fieldreel_reel::{ErrorBound, SegmentOptions, WriterOptions};
    ///
    /// // Every segment finds a plan of its own.
    /// let options = WriterOptions::new(SegmentOptions::new(ErrorBound::Lossless));
    /// assert_eq!(options.with_replan_interval(1).replan_interval, 1);
    /// ```
    #[must_use]
    pub const fn with_replan_interval(mut self, segments: usize) -> Self {
        self.replan_interval = segments;
        self
    }

    /// Returns the number of frames of a segment and the sides of tiles for frames of these sides.
    /// `count` is the number of all frames, if it is known.
    pub(crate) fn segment_lengths(
        &self,
        frame: [usize; 2],
        count: Option<usize>,
    ) -> SegmentLengths {
        let mut target_values = match self.tile {
            Some(_) => TILE_VALUES,
            None => segment_values(self.segment.effort),
        };
        let mut segments = self.lengths_for_size(target_values, frame, count);
        let is_default = self.frames_per_segment.is_none() && self.tile.is_none();
        // A segment of few frames takes more memory for each value.
        while is_default
            && target_values > 1
            && segments.decoding_bytes() > Limits::default().max_bytes
        {
            target_values /= 2;
            segments = self.lengths_for_size(target_values, frame, count);
        }
        segments
    }

    /// Returns the lengths of segments of about `target_values` values.
    fn lengths_for_size(
        &self,
        target_values: usize,
        frame: [usize; 2],
        count: Option<usize>,
    ) -> SegmentLengths {
        let frame_values = values(frame).max(1);
        let max = (MAX_BUFFERED_VALUES / frame_values).clamp(1, MAX_FRAMES);
        // The frames of a video are not cut.
        let is_video = self.segment.base == BaseChoice::Video;
        let min_frames = match count {
            _ if is_video => MIN_FRAMES,
            Some(count) => MIN_TILED_FRAMES_OF_ARRAY.min(count.max(1)),
            None => MIN_TILED_FRAMES,
        };
        let frames = match (self.frames_per_segment, self.tile) {
            (Some(frames), _) => frames.max(1),
            (None, Some([height, width])) => {
                let tile = values([height.clamp(1, frame[0]), width.clamp(1, frame[1])]);
                (target_values / tile).max(MIN_FRAMES).min(max)
            }
            (None, None) => (target_values / frame_values)
                .max(min_frames.min(max))
                .min(MAX_FRAMES),
        };
        let tile = match self.tile {
            Some(tile) => tile.map(|side| side.max(1)),
            None if is_video => frame,
            None => halved_tile(frame, (target_values / frames).max(1)),
        };
        let frames = match (self.frames_per_segment, count) {
            // Distribute the frames evenly.
            (None, Some(count)) => count.max(1).div_ceil(count.div_ceil(frames).max(1)),
            _ => frames,
        };
        SegmentLengths { frames, tile }
    }

    /// Returns the number of segments to encode in parallel.
    pub(crate) fn thread_count(&self) -> usize {
        let max = thread::available_parallelism().map_or(1, NonZeroUsize::get);
        self.threads.map_or(max, |threads| threads.clamp(1, max))
    }
}

/// The number of frames of a segment, and the sides `[y, x]` of its tiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SegmentLengths {
    pub(crate) frames: usize,
    pub(crate) tile: [usize; 2],
}

impl SegmentLengths {
    /// Returns an upper estimate of the bytes that decoding one segment takes.
    fn decoding_bytes(self) -> u64 {
        let [height, width] = self.tile;
        max_decoding_bytes([self.frames, height, width])
    }
}

/// Returns the number of values of a frame or a tile of these sides.
const fn values([height, width]: [usize; 2]) -> usize {
    height.saturating_mul(width)
}

/// Returns the sides of a frame, halved along the longer side until the tile has at most `max`
/// values.
fn halved_tile(frame: [usize; 2], max: usize) -> [usize; 2] {
    let mut tile = frame;
    while values(tile) > max.max(1) {
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
        let lengths = |effort, frame, count| {
            let SegmentLengths { frames, tile } = options(effort).segment_lengths(frame, count);
            (frames, tile)
        };
        let small = [256, 256];
        assert_eq!(lengths(Effort::Fast, small, None), (64, small));
        assert_eq!(lengths(Effort::Balanced, small, None), (128, small));
        assert_eq!(lengths(Effort::Best, small, None), (192, small));
        assert_eq!(lengths(Effort::Best, [1, 1], None), (1024, [1, 1]));
        assert_eq!(lengths(Effort::Fast, small, Some(200)), (50, small));
        assert_eq!(lengths(Effort::Fast, small, Some(64)), (64, small));
        assert_eq!(lengths(Effort::Fast, small, Some(0)), (1, small));
        let large = [721, 1440];
        assert_eq!(lengths(Effort::Fast, large, None), (32, [361, 360]));
        assert_eq!(lengths(Effort::Fast, large, Some(24)), (24, [361, 360]));
        assert_eq!(lengths(Effort::Fast, large, Some(2)), (2, large));
        assert_eq!(lengths(Effort::Fast, large, Some(240)), (60, [181, 360]));
        // 32 frames of this size exceed what a writer buffers.
        assert_eq!(lengths(Effort::Fast, [2000, 4000], None), (8, [500, 1000]));
        assert_eq!(
            lengths(Effort::Fast, [10_000, 20_000], Some(50)),
            (1, [1250, 2500])
        );
        assert_eq!(
            lengths(Effort::Fast, [1, 20_000_000], None),
            (3, [1, 625_000])
        );
    }

    #[test]
    fn default_segments_fit_the_default_limits_of_readers() {
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
                    let segments = options(effort).segment_lengths(frame, count);
                    assert!(
                        segments.decoding_bytes() <= Limits::default().max_bytes,
                        "{frame:?}"
                    );
                    assert!(
                        segments.frames * values(segments.tile) >= 1 << 18 || frame == [1, 1],
                        "{segments:?}"
                    );
                }
            }
        }
        let image = options(Effort::Balanced).segment_lengths([2800, 2900], Some(1));
        assert_eq!((image.frames, image.tile), (1, [2800, 1450]));
    }

    #[test]
    fn explicit_frames_and_tiles_are_used() {
        let fast = options(Effort::Fast);
        let tiled = fast.clone().with_tile([256, 2000]);
        let large = [721, 1440];
        let segments = tiled.segment_lengths(large, Some(100));
        assert_eq!(
            segments,
            SegmentLengths {
                frames: 8,
                tile: [256, 2000]
            }
        );
        let segments = tiled
            .with_frames_per_segment(70)
            .segment_lengths(large, Some(100));
        assert_eq!(
            segments,
            SegmentLengths {
                frames: 70,
                tile: [256, 2000]
            }
        );
        let segments = fast.clone().with_tile([0, 9]).segment_lengths([5, 5], None);
        assert_eq!(segments.tile, [1, 9]);
        let mut video = fast.clone();
        video.segment.base = BaseChoice::Video;
        let segments = video.segment_lengths(large, None);
        assert_eq!(
            segments,
            SegmentLengths {
                frames: 8,
                tile: large
            }
        );
        let segments = fast
            .with_frames_per_segment(0)
            .segment_lengths([5, 7], None);
        assert_eq!(
            segments,
            SegmentLengths {
                frames: 1,
                tile: [5, 7]
            }
        );
    }
}
