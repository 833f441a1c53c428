//! Writing a video frame by frame.

use std::collections::VecDeque;
use std::io::{Seek, Write};
use std::ops::Range;

use ffmpeg_next::Packet;
use ndarray::{ArrayView2, ArrayView3, Axis, Slice};
use rayon::prelude::*;

use super::container::check_container;
use super::group::{GroupEncoder, group_ranges};
use super::muxer::Muxer;
use super::options::check_frame_rate;
use super::{Container, VideoOptions, VideoShape};
use crate::backend::Codec;
use crate::error::CodecError;
use crate::ffmpeg::init;
use crate::geometry::FrameSize;

/// A writer of a video, frame by frame. The file is valid only if [`finish`](Self::finish) returns
/// `Ok`.
///
/// ```
/// use fieldreel_codec::{Container, FrameSize, VideoOptions, VideoShape, VideoWriter, X265};
/// use fieldreel_codec::{ReadLimits, read_video};
/// use ndarray::Array2;
///
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("codes.mkv");
/// let file = std::fs::File::create(&path)?;
/// let shape = VideoShape { frames: 3, size: FrameSize::new(20, 30)?, bit_depth: 8 };
/// let (codec, options) = (X265::lossless(), VideoOptions::default());
/// let mut writer = VideoWriter::new(file, Container::Mkv, shape, &codec, &options)?;
/// for code in [0, 50, 100] {
///     writer.write_frame(Array2::from_elem((20, 30), code).view())?;
/// }
/// writer.finish()?;
/// let video = read_video(&path, &ReadLimits::default())?;
/// assert_eq!((video.frames.dim(), video.frames[[2, 0, 0]]), ((3, 20, 30), 100));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct VideoWriter<'c> {
    codec: &'c dyn Codec,
    frame_rate: u16,
    /// The number of threads of each group's encoder.
    threads: usize,
    /// The frames of the groups that have not begun.
    remaining_groups: VecDeque<Range<usize>>,
    current_group: GroupEncoder,
    muxer: Muxer,
    shape: VideoShape,
    frames_written: usize,
}

impl<'c> VideoWriter<'c> {
    /// Opens the encoder and writes the header of the container to `sink`. The encoder runs in up
    /// to as many threads as rayon's current pool has.
    ///
    /// # Errors
    /// [`CodecError::NoFrames`], [`CodecError::FrameSize`], [`CodecError::BitDepth`],
    /// [`CodecError::InvalidOption`], [`CodecError::TagUnsupported`] or
    /// [`CodecError::ContainerUnsupported`] if an argument is invalid;
    /// [`CodecError::EncoderMissing`] if FFmpeg lacks the encoder; [`CodecError::Ffmpeg`] if the
    /// encoder does not open or the sink cannot be written.
    pub fn new<W: Write + Seek + Send + 'static>(
        sink: W,
        container: Container,
        shape: VideoShape,
        codec: &'c dyn Codec,
        options: &VideoOptions,
    ) -> Result<Self, CodecError> {
        Self::open(sink, container, shape, codec, options, false)
    }

    /// Opens a writer as [`new`](Self::new) does. If `parallel` is true, the threads are divided
    /// among the groups, for [`write_all`](Self::write_all).
    ///
    /// # Errors
    /// The errors of [`new`](Self::new).
    pub(super) fn open<W: Write + Seek + Send + 'static>(
        sink: W,
        container: Container,
        shape: VideoShape,
        codec: &'c dyn Codec,
        options: &VideoOptions,
        parallel: bool,
    ) -> Result<Self, CodecError> {
        init();
        if shape.frames == 0 {
            return Err(CodecError::NoFrames);
        }
        FrameSize::new(shape.size.height, shape.size.width)?;
        check_container(codec.name(), codec.containers(), container)?;
        let frame_rate = check_frame_rate(codec.name(), options.frame_rate)?;
        let min_frames = codec
            .configure(shape.bit_depth, shape.size, 1)?
            .min_group_frames;
        let mut remaining_groups: VecDeque<_> = group_ranges(shape.frames, min_frames).collect();
        let concurrent_groups = if parallel { remaining_groups.len() } else { 1 };
        let threads = rayon::current_num_threads() / concurrent_groups.max(1);
        let first = remaining_groups.pop_front().unwrap_or(0..shape.frames);
        let current_group = GroupEncoder::open(codec, shape, frame_rate, first, threads)?;
        let (parameters, shift) = (current_group.parameters(), current_group.shift());
        Ok(Self {
            codec,
            frame_rate,
            threads,
            remaining_groups,
            current_group,
            muxer: Muxer::new(sink, container, parameters, shape, shift, options)?,
            shape,
            frames_written: 0,
        })
    }

    /// Encodes the next frame, axis order `(y, x)`.
    ///
    /// # Errors
    /// [`CodecError::FrameMismatch`] if the frame is not of the video's size;
    /// [`CodecError::FrameCount`] if there are more frames than announced;
    /// [`CodecError::CodeOutOfRange`] if a code exceeds the bit depth;
    /// [`CodecError::OutOfMemory`]; [`CodecError::Ffmpeg`] if the encoder fails or the sink cannot
    /// be written.
    pub fn write_frame(&mut self, codes: ArrayView2<'_, u16>) -> Result<(), CodecError> {
        self.check_size(codes.dim())?;
        if self.frames_written == self.shape.frames {
            return Err(self.frame_count_error(self.frames_written + 1));
        }
        if self.current_group.is_complete()
            && let Some(frames) = self.remaining_groups.pop_front()
        {
            let (codec, threads) = (self.codec, self.threads);
            self.current_group =
                GroupEncoder::open(codec, self.shape, self.frame_rate, frames, threads)?;
        }
        self.current_group.send(codes)?;
        self.frames_written += 1;
        while let Some(packet) = self.current_group.receive()? {
            self.muxer.write(packet)?;
        }
        Ok(())
    }

    /// Writes the end of the container.
    ///
    /// # Errors
    /// [`CodecError::FrameCount`] if there were fewer frames than announced;
    /// [`CodecError::Ffmpeg`] if the sink cannot be written.
    pub fn finish(self) -> Result<(), CodecError> {
        if self.frames_written != self.shape.frames {
            return Err(self.frame_count_error(self.frames_written));
        }
        self.muxer.finish()
    }

    /// Encodes all frames, axis order `(time, y, x)`, with the groups in parallel, and finishes
    /// the video. The bytes are the same as those of [`write_frame`](Self::write_frame). All
    /// packets are held in memory before they are written.
    ///
    /// # Errors
    /// The errors of [`write_frame`](Self::write_frame) and [`finish`](Self::finish).
    pub(super) fn write_all(self, frames: ArrayView3<'_, u16>) -> Result<(), CodecError> {
        let (count, height, width) = frames.dim();
        self.check_size((height, width))?;
        if count != self.shape.frames || self.frames_written > 0 {
            return Err(self.frame_count_error(self.frames_written + count));
        }
        let Self {
            codec,
            frame_rate,
            threads,
            remaining_groups,
            current_group,
            mut muxer,
            shape,
            ..
        } = self;
        let encode = |mut group: GroupEncoder| -> Result<Vec<Packet>, CodecError> {
            let mut packets = Vec::new();
            let frames = frames.slice_axis(Axis(0), Slice::from(group.frames()));
            for codes in frames.axis_iter(Axis(0)) {
                group.send(codes)?;
                while let Some(packet) = group.receive()? {
                    packets.push(packet);
                }
            }
            Ok(packets)
        };
        let open = |frames| GroupEncoder::open(codec, shape, frame_rate, frames, threads);
        let (first, rest) = rayon::join(
            || encode(current_group),
            || {
                let groups = remaining_groups.into_par_iter();
                groups
                    .map(|frames| encode(open(frames)?))
                    .collect::<Result<Vec<_>, _>>()
            },
        );
        for packet in first?.into_iter().chain(rest?.into_iter().flatten()) {
            muxer.write(packet)?;
        }
        muxer.finish()
    }

    fn check_size(&self, (height, width): (usize, usize)) -> Result<(), CodecError> {
        let (expected, found) = (self.shape.size, FrameSize { height, width });
        if found == expected {
            return Ok(());
        }
        Err(CodecError::FrameMismatch {
            frame: self.frames_written,
            expected,
            found,
        })
    }

    const fn frame_count_error(&self, written: usize) -> CodecError {
        CodecError::FrameCount {
            announced: self.shape.frames,
            written,
        }
    }
}
