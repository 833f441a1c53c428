//! Frames into a container, one after the other.

use std::collections::VecDeque;
use std::io::{Seek, Write};
use std::ops::Range;

use ffmpeg_next::{Packet, Rational};
use ndarray::{ArrayView2, ArrayView3, Axis, Slice};
use rayon::prelude::*;

use super::Container;
use super::group::{GroupEncoder, groups};
use super::muxer::{Muxer, check_container, time_base};
use crate::backend::Codec;
use crate::error::CodecError;
use crate::ffmpeg::init;
use crate::geometry::FrameSize;

/// What is written besides the frames.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VideoOptions {
    /// Frames per second when the video is played, 1 to 1000. Default: 10.
    pub frame_rate: u16,
    /// The caller's tags: keys of lower-case letters, digits and underscores. Default: none.
    pub tags: Vec<(String, String)>,
}

impl Default for VideoOptions {
    fn default() -> Self {
        Self {
            frame_rate: 10,
            tags: Vec::new(),
        }
    }
}

/// The shape of the frames that a writer will be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VideoShape {
    /// Number of frames, at least 1.
    pub frames: usize,
    /// Size of each frame.
    pub size: FrameSize,
    /// Bits of each code, 1 to 16.
    pub bit_depth: u8,
}

/// Writes a video frame by frame. Nothing is valid until [`finish`](Self::finish) returns `Ok`.
pub struct VideoWriter<'c> {
    codec: &'c dyn Codec,
    time_base: Rational,
    /// Threads of each group's encoder.
    threads: usize,
    /// The frames of the groups that have yet to begin.
    groups: VecDeque<Range<usize>>,
    group: GroupEncoder,
    muxer: Muxer,
    shape: VideoShape,
    written: usize,
}

impl<'c> VideoWriter<'c> {
    /// Opens the encoder and writes the container's header to `sink`. The encoder runs in as many
    /// threads as rayon's current pool has where it has use for them.
    ///
    /// # Errors
    /// [`CodecError::NoFrames`], [`CodecError::FrameSize`], [`CodecError::BitDepth`],
    /// [`CodecError::InvalidOption`], [`CodecError::TagUnsupported`],
    /// [`CodecError::ContainerUnsupported`] for arguments that cannot be;
    /// [`CodecError::EncoderMissing`]; [`CodecError::Ffmpeg`] if the sink cannot be written.
    pub fn new<W: Write + Seek + Send + 'static>(
        sink: W,
        container: Container,
        shape: VideoShape,
        codec: &'c dyn Codec,
        options: &VideoOptions,
    ) -> Result<Self, CodecError> {
        Self::open(sink, container, shape, codec, options, false)
    }

    /// As [`new`](Self::new); `side_by_side` shares the threads out among the groups.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub(super) fn open<W: Write + Seek + Send + 'static>(
        sink: W,
        container: Container,
        shape: VideoShape,
        codec: &'c dyn Codec,
        options: &VideoOptions,
        side_by_side: bool,
    ) -> Result<Self, CodecError> {
        init();
        if shape.frames == 0 {
            return Err(CodecError::NoFrames);
        }
        FrameSize::new(shape.size.height, shape.size.width)?;
        check_container(codec.name(), codec.containers(), container)?;
        let time_base = time_base(codec.name(), options.frame_rate)?;
        let shortest = codec
            .configure(shape.bit_depth, shape.size, 1)?
            .min_group_frames;
        let mut groups: VecDeque<_> = groups(shape.frames, shortest).collect();
        let at_once = if side_by_side { groups.len() } else { 1 };
        let threads = rayon::current_num_threads() / at_once.max(1);
        let first = groups.pop_front().unwrap_or(0..shape.frames);
        let group = GroupEncoder::open(codec, shape, time_base, first, threads)?;
        let (parameters, shift) = (group.parameters(), group.shift());
        Ok(Self {
            codec,
            time_base,
            threads,
            groups,
            group,
            muxer: Muxer::new(sink, container, parameters, shape, shift, options)?,
            shape,
            written: 0,
        })
    }

    /// Encodes the next frame, axis order `(y, x)`.
    ///
    /// # Errors
    /// [`CodecError::FrameMismatch`], [`CodecError::FrameCount`] if there are more than announced,
    /// [`CodecError::CodeOutOfRange`], [`CodecError::OutOfMemory`]; [`CodecError::Ffmpeg`] if the
    /// encoder fails or the sink cannot be written.
    pub fn write_frame(&mut self, codes: ArrayView2<'_, u16>) -> Result<(), CodecError> {
        self.check(codes.dim())?;
        if self.written == self.shape.frames {
            return Err(self.count_error(self.written + 1));
        }
        if self.group.is_full()
            && let Some(frames) = self.groups.pop_front()
        {
            let (codec, threads) = (self.codec, self.threads);
            self.group = GroupEncoder::open(codec, self.shape, self.time_base, frames, threads)?;
        }
        self.group.send(codes)?;
        self.written += 1;
        while let Some(packet) = self.group.receive()? {
            self.muxer.write(packet)?;
        }
        Ok(())
    }

    /// Writes what the encoder still holds, and the container's end.
    ///
    /// # Errors
    /// [`CodecError::FrameCount`] if there were fewer frames than announced; [`CodecError::Ffmpeg`]
    /// if the encoder fails or the sink cannot be written.
    pub fn finish(self) -> Result<(), CodecError> {
        if self.written != self.shape.frames {
            return Err(self.count_error(self.written));
        }
        self.muxer.finish()
    }

    /// Encodes all frames, axis order `(time, y, x)`, group beside group, and finishes the video:
    /// the same bytes as frame by frame, with all that is encoded in memory before it is written.
    ///
    /// # Errors
    /// As [`write_frame`](Self::write_frame) and [`finish`](Self::finish).
    pub(super) fn write_all(self, frames: ArrayView3<'_, u16>) -> Result<(), CodecError> {
        let (count, height, width) = frames.dim();
        self.check((height, width))?;
        if count != self.shape.frames || self.written > 0 {
            return Err(self.count_error(self.written + count));
        }
        let Self {
            codec,
            time_base,
            threads,
            groups,
            group,
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
        let open = |frames| GroupEncoder::open(codec, shape, time_base, frames, threads);
        let (first, others) = rayon::join(
            || encode(group),
            || {
                let groups = groups.into_par_iter();
                groups
                    .map(|frames| encode(open(frames)?))
                    .collect::<Result<Vec<_>, _>>()
            },
        );
        for packet in first?.into_iter().chain(others?.into_iter().flatten()) {
            muxer.write(packet)?;
        }
        muxer.finish()
    }

    fn check(&self, (height, width): (usize, usize)) -> Result<(), CodecError> {
        let (expected, found) = (self.shape.size, FrameSize { height, width });
        if found == expected {
            return Ok(());
        }
        Err(CodecError::FrameMismatch {
            frame: self.written,
            expected,
            found,
        })
    }

    const fn count_error(&self, written: usize) -> CodecError {
        CodecError::FrameCount {
            announced: self.shape.frames,
            written,
        }
    }
}
