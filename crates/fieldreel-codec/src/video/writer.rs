//! Frames into a container, one after the other.

use std::io::{Seek, Write};

use ndarray::ArrayView2;

use super::Container;
use super::muxer::{Muxer, check_container, time_base};
use crate::backend::Codec;
use crate::error::CodecError;
use crate::ffmpeg::{Encoder, init};
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
pub struct VideoWriter {
    encoder: Encoder,
    muxer: Muxer,
    shape: VideoShape,
    written: usize,
}

impl VideoWriter {
    /// Opens the encoder and writes the container's header to `sink`.
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
        codec: &dyn Codec,
        options: &VideoOptions,
    ) -> Result<Self, CodecError> {
        init();
        if shape.frames == 0 {
            return Err(CodecError::NoFrames);
        }
        let size = FrameSize::new(shape.size.height, shape.size.width)?;
        check_container(codec.name(), codec.containers(), container)?;
        let time_base = time_base(codec.name(), options.frame_rate)?;
        let encoder = Encoder::open(codec, size, shape.bit_depth, time_base, true)?;
        let (parameters, shift) = (encoder.parameters(), encoder.shift());
        Ok(Self {
            encoder,
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
        let found = FrameSize {
            height: codes.nrows(),
            width: codes.ncols(),
        };
        if found != self.shape.size {
            let expected = self.shape.size;
            return Err(CodecError::FrameMismatch {
                frame: self.written,
                expected,
                found,
            });
        }
        if self.written == self.shape.frames {
            return Err(self.count_error(self.written + 1));
        }
        self.encoder.send(codes)?;
        self.written += 1;
        self.drain()
    }

    /// Writes what the encoder still holds, and the container's end.
    ///
    /// # Errors
    /// [`CodecError::FrameCount`] if there were fewer frames than announced; [`CodecError::Ffmpeg`]
    /// if the encoder fails or the sink cannot be written.
    pub fn finish(mut self) -> Result<(), CodecError> {
        if self.written != self.shape.frames {
            return Err(self.count_error(self.written));
        }
        self.encoder.finish()?;
        self.drain()?;
        self.muxer.finish()
    }

    fn drain(&mut self) -> Result<(), CodecError> {
        while let Some(mut packet) = self.encoder.receive()? {
            // x265 leaves the decoding times of one or two frames uninitialised; so few frames
            // are never reordered.
            if self.shape.frames <= 2 {
                packet.set_dts(packet.pts());
            }
            self.muxer.write(packet)?;
        }
        Ok(())
    }

    const fn count_error(&self, written: usize) -> CodecError {
        CodecError::FrameCount {
            announced: self.shape.frames,
            written,
        }
    }
}
