//! Packets into a container.

use std::io::{Seek, Write};

use ff::codec::Parameters;
use ff::format::context::{Output, StreamIo};
use ff::{Dictionary, Packet, Rational, format};
use ffmpeg_next as ff;

use super::tags::{self, FORMAT_VERSION, Geometry};
use super::{Container, VideoOptions, VideoShape};
use crate::error::CodecError;

/// A container that is being written: one stream of video, and tags.
pub(crate) struct Muxer {
    output: Output,
    time_base: Rational,
    stream_time_base: Rational,
}

impl Muxer {
    /// Writes the container's header to `sink`: for a stream of these parameters, whose packets
    /// count time in frames, and whose codes are shifted up by `shift`.
    ///
    /// # Errors
    /// [`CodecError::InvalidOption`], [`CodecError::TagUnsupported`]; [`CodecError::Ffmpeg`] if the
    /// sink cannot be written.
    pub(crate) fn new<W: Write + Seek + Send + 'static>(
        sink: W,
        container: Container,
        parameters: Parameters,
        shape: VideoShape,
        shift: u8,
        options: &VideoOptions,
    ) -> Result<Self, CodecError> {
        let time_base = time_base(container.muxer(), options.frame_rate)?;
        let geometry = Geometry {
            version: FORMAT_VERSION,
            size: shape.size,
            frames: shape.frames,
            bit_depth: shape.bit_depth,
            shift,
        };
        let metadata = metadata(geometry, options)?;
        let header = CodecError::ffmpeg("write the container's header");
        let (output, stream_time_base) =
            open_output(sink, container, parameters, time_base, metadata).map_err(header)?;
        Ok(Self {
            output,
            time_base,
            stream_time_base,
        })
    }

    /// Writes the next packet, in decoding order.
    ///
    /// # Errors
    /// [`CodecError::Ffmpeg`] if the sink cannot be written.
    pub(crate) fn write(&mut self, mut packet: Packet) -> Result<(), CodecError> {
        packet.set_stream(0);
        // Without a duration the last frame of an MP4 lasts no time, and players skip it.
        packet.set_duration(1);
        packet.rescale_ts(self.time_base, self.stream_time_base);
        packet
            .write_interleaved(&mut self.output)
            .map_err(CodecError::ffmpeg("write a frame"))
    }

    /// Writes the container's end.
    ///
    /// # Errors
    /// [`CodecError::Ffmpeg`] if the sink cannot be written.
    pub(crate) fn finish(mut self) -> Result<(), CodecError> {
        self.output
            .write_trailer()
            .map_err(CodecError::ffmpeg("write the container's end"))
    }
}

/// # Errors
/// [`CodecError::ContainerUnsupported`] if `container` is not among those that are `able`.
pub(crate) fn check_container(
    codec: &'static str,
    able: &[Container],
    container: Container,
) -> Result<(), CodecError> {
    if able.contains(&container) {
        Ok(())
    } else {
        Err(CodecError::ContainerUnsupported {
            container,
            codec,
            alternative: able.first().copied().unwrap_or(Container::Mkv),
        })
    }
}

/// The time that one frame lasts.
///
/// # Errors
/// [`CodecError::InvalidOption`].
pub(super) fn time_base(codec: &'static str, frame_rate: u16) -> Result<Rational, CodecError> {
    if (1..=1000).contains(&frame_rate) {
        Ok(Rational(1, i32::from(frame_rate)))
    } else {
        Err(CodecError::InvalidOption {
            codec,
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
    parameters: Parameters,
    time_base: Rational,
    metadata: Dictionary<'_>,
) -> Result<(Output, Rational), ff::Error> {
    let io = StreamIo::from_write_seek(sink)?;
    let mut output = format::output_to_stream(io, None, Some(container.muxer()))?;
    {
        // Without an encoder's defaults: the parameters below say it all.
        let mut stream = output.add_stream(ff::encoder::find(ff::codec::Id::None))?;
        stream.set_parameters(parameters);
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
