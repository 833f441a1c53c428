//! Frames into a container, one after the other.

use std::io::{Seek, Write};

use ff::format::context::{Output, StreamIo};
use ff::{Dictionary, Rational, format};
use ffmpeg_next as ff;
use ndarray::ArrayView2;

use super::Container;
use super::tags::{self, FORMAT_VERSION, Geometry};
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
    output: Output,
    shape: VideoShape,
    time_base: Rational,
    stream_time_base: Rational,
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
        check_container(codec, container)?;
        let time_base = time_base(codec, options.frame_rate)?;
        let geometry = Geometry {
            version: FORMAT_VERSION,
            size,
            frames: shape.frames,
            bit_depth: shape.bit_depth,
        };
        let metadata = metadata(geometry, options)?;

        let encoder = Encoder::open(codec, size, shape.bit_depth, time_base, true)?;
        let header = CodecError::ffmpeg("write the container's header");
        let (output, stream_time_base) =
            open_output(sink, container, &encoder, time_base, metadata).map_err(header)?;
        Ok(Self {
            encoder,
            output,
            shape,
            time_base,
            stream_time_base,
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
        self.output
            .write_trailer()
            .map_err(CodecError::ffmpeg("write the container's end"))
    }

    fn drain(&mut self) -> Result<(), CodecError> {
        while let Some(mut packet) = self.encoder.receive()? {
            packet.set_stream(0);
            // x265 leaves the decoding times of one or two frames uninitialised; so few frames
            // are never reordered.
            if self.shape.frames <= 2 {
                packet.set_dts(packet.pts());
            }
            // Without a duration the last frame of an MP4 lasts no time, and players skip it.
            packet.set_duration(1);
            packet.rescale_ts(self.time_base, self.stream_time_base);
            packet
                .write_interleaved(&mut self.output)
                .map_err(CodecError::ffmpeg("write a frame"))?;
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

fn check_container(codec: &dyn Codec, container: Container) -> Result<(), CodecError> {
    match codec.containers() {
        able if able.contains(&container) => Ok(()),
        able => Err(CodecError::ContainerUnsupported {
            container,
            codec: codec.name(),
            instead: able.first().copied().unwrap_or(Container::Mkv),
        }),
    }
}

fn time_base(codec: &dyn Codec, frame_rate: u16) -> Result<Rational, CodecError> {
    if (1..=1000).contains(&frame_rate) {
        Ok(Rational(1, i32::from(frame_rate)))
    } else {
        Err(CodecError::InvalidOption {
            codec: codec.name(),
            option: "frame_rate".to_owned(),
            value: frame_rate.to_string(),
            expected: "1 to 1000 frames per second".to_owned(),
        })
    }
}

fn metadata(geometry: Geometry, options: &VideoOptions) -> Result<Dictionary<'static>, CodecError> {
    let mut metadata = Dictionary::new();
    for (key, value) in geometry.to_tags() {
        metadata.set(key, &value);
    }
    for (key, value) in &options.tags {
        tags::check_custom(key, value)?;
        metadata.set(key, value);
    }
    Ok(metadata)
}

/// Opens the container on `sink`, and says in which unit its stream counts time.
fn open_output<W: Write + Seek + Send + 'static>(
    sink: W,
    container: Container,
    encoder: &Encoder,
    time_base: Rational,
    metadata: Dictionary<'_>,
) -> Result<(Output, Rational), ff::Error> {
    let io = StreamIo::from_write_seek(sink)?;
    let mut output = format::output_to_stream(io, None, Some(container.muxer()))?;
    {
        // Without an encoder's defaults: the parameters below say it all.
        let mut stream = output.add_stream(ff::encoder::find(ff::codec::Id::None))?;
        stream.set_parameters(encoder.parameters());
        stream.set_time_base(time_base);
        stream.set_avg_frame_rate(time_base.invert());
    }
    output.set_metadata(metadata);
    let mut options = Dictionary::new();
    // No random identifiers and no version of the library: same input, same bytes.
    options.set("fflags", "+bitexact");
    if container == Container::Mp4 {
        // MP4 drops tags that it does not know without this.
        options.set("movflags", "use_metadata_tags");
    }
    output.write_header_with(options)?;
    // The muxer chooses its own unit of time while it writes the header.
    let stream_time_base = output
        .stream(0)
        .map_or(time_base, |stream| stream.time_base());
    Ok((output, stream_time_base))
}
