//! Muxing: packets into a container.

use std::io::{Seek, Write};

use ff::codec::Parameters;
use ff::format::context::{Output, StreamIo};
use ff::{Dictionary, Packet, Rational, format};
use ffmpeg_next as ff;

use super::options::check_frame_rate;
use super::tags::container_tags;
use super::{Container, SharedBuffer, VideoOptions, VideoShape};
use crate::error::CodecError;
use crate::ffmpeg::{init, new_packet, stream_parameters};
use crate::stream::ContainerStream;

/// A writer of a container with one video stream and tags.
pub(crate) struct Muxer {
    output: Output,
    time_base: Rational,
    stream_time_base: Rational,
}

impl Muxer {
    /// Writes the header of the container to `sink`, for a stream of these parameters. The packets
    /// of the stream count time in frames, and its codes are shifted up by `shift`.
    ///
    /// # Errors
    /// [`CodecError::InvalidOption`] if the frame rate is out of range;
    /// [`CodecError::TagUnsupported`] if a tag cannot be stored; [`CodecError::Ffmpeg`] if the
    /// sink cannot be written.
    pub(crate) fn new<W: Write + Seek + Send + 'static>(
        sink: W,
        container: Container,
        parameters: Parameters,
        shape: VideoShape,
        shift: u8,
        options: &VideoOptions,
    ) -> Result<Self, CodecError> {
        let frame_rate = check_frame_rate(container.muxer(), options.frame_rate)?;
        let time_base = Rational(1, i32::from(frame_rate));
        let mut metadata = Dictionary::new();
        for (key, value) in container_tags(shape, shift, options)? {
            metadata.set(&key, &value);
        }
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
        // Without a duration, the last frame of an MP4 has a duration of 0, and players skip it.
        packet.set_duration(1);
        packet.rescale_ts(self.time_base, self.stream_time_base);
        packet
            .write_interleaved(&mut self.output)
            .map_err(CodecError::ffmpeg("write a frame"))
    }

    /// Writes the end of the container.
    ///
    /// # Errors
    /// [`CodecError::Ffmpeg`] if the sink cannot be written.
    pub(crate) fn finish(mut self) -> Result<(), CodecError> {
        self.output
            .write_trailer()
            .map_err(CodecError::ffmpeg("write the container's end"))
    }
}

/// Writes the packets of a stream, whose codes are shifted up by `shift`, into a video file in
/// memory.
///
/// # Errors
/// The errors of [`Muxer::new`] and [`Muxer::write`].
pub(crate) fn mux_packets(
    stream: &ContainerStream<'_>,
    container: Container,
    shape: VideoShape,
    shift: u8,
    options: &VideoOptions,
) -> Result<Vec<u8>, CodecError> {
    init();
    let parameters = stream_parameters(stream.format, Some(stream.size), &stream.extradata)?;
    let buffer = SharedBuffer::default();
    let mut muxer = Muxer::new(buffer.clone(), container, parameters, shape, shift, options)?;
    // A frame must be decoded before it is displayed. Decoding therefore starts earlier than
    // display by the largest number of places by which a frame moves forward in display order.
    let delay = stream
        .packets
        .iter()
        .enumerate()
        .map(|(index, packet)| index.saturating_sub(packet.display_index));
    let delay = delay.max().unwrap_or(0) as i64;
    for (index, frame) in stream.packets.iter().enumerate() {
        let mut packet = new_packet(&frame.bytes, frame.display_index)?;
        packet.set_dts(Some(index as i64 - delay));
        if frame.is_random_access {
            packet.set_flags(ff::packet::Flags::KEY);
        }
        muxer.write(packet)?;
    }
    muxer.finish()?;
    Ok(buffer.take())
}

/// Opens the container on `sink`, and returns it with the time base that the muxer chose for the
/// stream.
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
        // The parameters below are complete, so no encoder's defaults are needed.
        let mut stream = output.add_stream(ff::encoder::find(ff::codec::Id::None))?;
        stream.set_parameters(parameters);
        stream.set_time_base(time_base);
        stream.set_avg_frame_rate(time_base.invert());
    }
    output.set_metadata(metadata);
    let mut options = Dictionary::new();
    // Without random identifiers and the version of the library, the same input gives the same
    // bytes.
    options.set("fflags", "+bitexact");
    if container == Container::Mp4 {
        // Without this option, MP4 drops unknown tags.
        options.set("movflags", "use_metadata_tags");
    }
    output.write_header_with(options)?;
    // The muxer chooses its own time base while it writes the header.
    let stream_time_base = output
        .stream(0)
        .map_or(time_base, |stream| stream.time_base());
    Ok((output, stream_time_base))
}
