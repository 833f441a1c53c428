//! Reading a video frame by frame.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Seek};
use std::path::Path;

use ff::codec::Id;
use ff::format::context::{Input, StreamIo};
use ff::{Dictionary, Packet, media};
use ffmpeg_next as ff;
use ndarray::{Array2, Array3, ArrayView2, ArrayViewMut2};

use super::VideoInfo;
use super::container::Container;
use super::limits::ReadLimits;
use super::mp4_boxes;
use super::tags::GeometryTags;
use crate::error::CodecError;
use crate::ffmpeg::{FfmpegDecoder, init, open_input};
use crate::ffmpeg_error::FfmpegError;
use crate::geometry::{FrameSize, LARGEST_MIN_FRAME, padded};

/// The demuxers that are allowed. FFmpeg has hundreds, some of which follow links to other files,
/// and a malicious file must not reach them.
const DEMUXERS: &str = "mov,matroska";
/// The codecs that are decoded. FFmpeg has decoders for hundreds, which a malicious file must not
/// reach.
const SUPPORTED_CODECS: [Id; 5] = [Id::HEVC, Id::JPEG2000, Id::FFV1, Id::AV1, Id::H264];

/// A reader of a video, frame by frame.
///
/// ```
/// use fieldreel_codec::{Container, Ffv1, ReadLimits, VideoOptions, VideoReader, encode_video};
/// use ndarray::{Array2, Array3};
/// use std::io::Cursor;
///
/// let codes = Array3::from_shape_fn((3, 20, 30), |(t, ..)| 10 * t as u16);
/// let mkv = encode_video(codes.view(), 8, &Ffv1, Container::Mkv, &VideoOptions::default())?;
/// let mut reader = VideoReader::from_reader(Cursor::new(mkv), &ReadLimits::default())?;
/// let mut corners = Vec::new();
/// let mut frame = Array2::zeros((20, 30));
/// while reader.read_frame(frame.view_mut())? {
///     corners.push(frame[[0, 0]]);
/// }
/// assert_eq!(corners, [0, 10, 20]);
/// # Ok::<(), fieldreel_codec::CodecError>(())
/// ```
pub struct VideoReader {
    input: Input,
    stream_index: usize,
    decoder: FfmpegDecoder,
    info: VideoInfo,
    /// The number of bits by which codes are shifted up within the pixels.
    shift: u8,
    limits: ReadLimits,
    /// True if the decoder holds a frame that was not returned yet.
    has_pending_frame: bool,
    /// True if the decoder was told that there are no more packets.
    is_flushed: bool,
    frames_read: usize,
}

impl VideoReader {
    /// Opens an MP4 or MKV file, which this library or another program wrote.
    ///
    /// # Errors
    /// [`CodecError::Io`] if the file cannot be opened; otherwise the errors of
    /// [`from_reader`](Self::from_reader).
    pub fn open(path: &Path, limits: &ReadLimits) -> Result<Self, CodecError> {
        let file = File::open(path).map_err(CodecError::io(path))?;
        Self::from_reader(file, limits)
    }

    /// Opens an MP4 or MKV file from any source, and decodes its first frame.
    ///
    /// # Errors
    /// - [`CodecError::Source`] if the source cannot be read.
    /// - [`CodecError::NotAVideo`], [`CodecError::NoVideoStream`],
    ///   [`CodecError::CodecUnsupported`], [`CodecError::PixelFormat`] or
    ///   [`CodecError::VersionUnsupported`] if the file is not a video that this crate reads.
    /// - [`CodecError::DecoderMissing`] if FFmpeg lacks the decoder.
    /// - [`CodecError::LimitExceeded`] if the video exceeds `limits`.
    /// - [`CodecError::TruncatedFile`], [`CodecError::Truncated`] (no frame),
    ///   [`CodecError::InvalidTag`], [`CodecError::FrameSize`] or [`CodecError::Ffmpeg`] if the
    ///   file is damaged.
    pub fn from_reader<R: Read + Seek + Send + 'static>(
        mut source: R,
        limits: &ReadLimits,
    ) -> Result<Self, CodecError> {
        init();
        let source_error = |source| CodecError::Source { source };
        let truncation = mp4_boxes::find_truncation(&mut source).map_err(source_error)?;
        if let Some((expected, found)) = truncation {
            return Err(CodecError::TruncatedFile { expected, found });
        }
        // If the container is known, FFmpeg need not probe all of its demuxers.
        let demuxer = Container::detect(&mut source)
            .map_err(source_error)?
            .map(Container::demuxer);
        let mut options = Dictionary::new();
        options.set("format_whitelist", DEMUXERS);
        let io = StreamIo::from_read_seek(source).map_err(CodecError::ffmpeg("open the input"))?;
        let input = open_input(io, demuxer, options).map_err(|source| CodecError::NotAVideo {
            source: FfmpegError::new(source),
        })?;
        let tags: BTreeMap<_, _> = input
            .metadata()
            .iter()
            .map(|(key, value)| (key.to_ascii_lowercase(), value.to_owned()))
            .collect();
        let geometry = GeometryTags::from_tags(&tags)?;
        let stream = input
            .streams()
            .best(media::Type::Video)
            .ok_or(CodecError::NoVideoStream)?;
        let parameters = stream.parameters();
        let codec = parameters.id().name().to_owned();
        if !SUPPORTED_CODECS.contains(&parameters.id()) {
            return Err(CodecError::CodecUnsupported { codec });
        }
        let stream_index = stream.index();
        let max_pixels = match geometry {
            Some(GeometryTags { size, frames, .. }) => {
                limits.check_frame(size)?;
                limits.check_codes(size, frames)?;
                // Decoders round sides up before they compare the number of pixels with the limit.
                2 * padded(size, LARGEST_MIN_FRAME).pixels() as u64
            }
            None => limits.max_frame_pixels,
        };
        let decoder = FfmpegDecoder::open(parameters, max_pixels, 0)?;
        let size = geometry.map_or_else(|| decoder.declared_size(), |geometry| geometry.size);
        limits.check_frame(size)?;

        let info = VideoInfo {
            version: geometry.map(|geometry| geometry.version),
            size,
            bit_depth: geometry.map_or(0, |geometry| geometry.bit_depth),
            frame_count: geometry.map(|geometry| geometry.frames),
            codec,
            tags,
        };
        let mut reader = Self {
            input,
            stream_index,
            decoder,
            info,
            shift: geometry.map_or(0, |geometry| geometry.shift),
            limits: *limits,
            has_pending_frame: false,
            is_flushed: false,
            frames_read: 0,
        };
        reader.decode_first_frame()?;
        Ok(reader)
    }

    /// Returns the properties that the video states.
    #[must_use]
    pub const fn info(&self) -> &VideoInfo {
        &self.info
    }

    /// Decodes the next frame into `codes`, axis order `(y, x)`. Returns false if there is no
    /// further frame.
    ///
    /// # Errors
    /// [`CodecError::FrameMismatch`] if `codes` is not of the video's size;
    /// [`CodecError::LimitExceeded`] if there are more codes than the limits allow;
    /// [`CodecError::StreamSize`], [`CodecError::PixelFormat`], [`CodecError::Truncated`] or
    /// [`CodecError::Ffmpeg`] if the stream is damaged.
    pub fn read_frame(&mut self, codes: ArrayViewMut2<'_, u16>) -> Result<bool, CodecError> {
        let found = FrameSize {
            height: codes.nrows(),
            width: codes.ncols(),
        };
        if found != self.info.size {
            let expected = self.info.size;
            return Err(CodecError::FrameMismatch {
                frame: self.frames_read,
                expected,
                found,
            });
        }
        if !std::mem::take(&mut self.has_pending_frame) && !self.decode_next_frame()? {
            return match self.info.frame_count {
                Some(expected) if expected != self.frames_read => Err(CodecError::Truncated {
                    expected,
                    found: self.frames_read,
                }),
                _ => Ok(false),
            };
        }
        self.limits
            .check_codes(self.info.size, self.frames_read + 1)?;
        self.decoder
            .copy_frame(codes, self.info.bit_depth, self.shift)?;
        self.frames_read += 1;
        match self.info.frame_count {
            // The tags state fewer frames: the tags and the stream belong to different videos.
            Some(expected) if self.frames_read > expected => Err(CodecError::Truncated {
                expected,
                found: self.frames_read,
            }),
            _ => Ok(true),
        }
    }

    /// Decodes all remaining frames, converts each, and returns the values as one array, axis
    /// order `(time, y, x)`. `convert` is called with the codes of a frame and with the view that
    /// receives the frame's values.
    ///
    /// ```
    /// # use fieldreel_codec::{Container, Ffv1, VideoOptions, encode_video};
    /// use fieldreel_codec::{CodecError, ReadLimits, VideoReader};
    /// use std::io::Cursor;
    ///
    /// # let codes = ndarray::Array3::from_shape_fn((3, 20, 30), |(t, ..)| 10 * t as u16);
    /// # let options = VideoOptions::default();
    /// # let mkv = encode_video(codes.view(), 8, &Ffv1, Container::Mkv, &options)?;
    /// // `mkv` is a video of three frames, whose codes are 0, 10 and 20.
    /// let reader = VideoReader::from_reader(Cursor::new(mkv), &ReadLimits::default())?;
    /// let values = reader.read_all(|codes, mut values| {
    ///     values.assign(&codes.mapv(|code| f32::from(code) / 4.0));
    ///     Ok::<(), CodecError>(())
    /// })?;
    /// assert_eq!((values.dim(), values[[1, 0, 0]]), ((3, 20, 30), 2.5));
    /// # Ok::<(), CodecError>(())
    /// ```
    ///
    /// # Errors
    /// The errors of [`read_frame`](Self::read_frame) and of `convert`.
    pub fn read_all<T: Clone + Default, E: From<CodecError>>(
        mut self,
        mut convert: impl FnMut(ArrayView2<'_, u16>, ArrayViewMut2<'_, T>) -> Result<(), E>,
    ) -> Result<Array3<T>, E> {
        /// The maximum number of values for which memory is allocated before the first frame is
        /// decoded. Beyond it, memory grows with the decoded frames, not with a header's claim.
        const MAX_INITIAL_VALUES: usize = 1 << 24;

        let size = self.info.size;
        let shape = (size.height, size.width);
        let impossible_shape_error = |_| CodecError::StreamSize {
            expected: size,
            found: size,
        };
        let stated_codes = self
            .info
            .frame_count
            .unwrap_or(0)
            .saturating_mul(size.pixels());
        let mut values = Vec::with_capacity(stated_codes.min(MAX_INITIAL_VALUES));
        let mut codes = Array2::zeros(shape);
        let mut frame_count = 0;
        while self.read_frame(codes.view_mut())? {
            let start = values.len();
            values.resize(start + size.pixels(), T::default());
            let frame = ArrayViewMut2::from_shape(shape, &mut values[start..]);
            convert(codes.view(), frame.map_err(impossible_shape_error)?)?;
            frame_count += 1;
        }
        let frames = Array3::from_shape_vec((frame_count, size.height, size.width), values);
        Ok(frames.map_err(impossible_shape_error)?)
    }

    /// Decodes the first frame, and completes the properties that only a frame tells.
    fn decode_first_frame(&mut self) -> Result<(), CodecError> {
        self.has_pending_frame = self.decode_next_frame()?;
        if !self.has_pending_frame {
            let expected = self.info.frame_count.unwrap_or(1);
            return Err(CodecError::Truncated { expected, found: 0 });
        }
        let bits = self.decoder.frame_bits()?;
        if self.info.version.is_none() {
            self.info.bit_depth = bits;
            self.info.size = self.decoder.frame_size();
        } else if bits < self.info.bit_depth + self.shift {
            return Err(CodecError::InvalidTag {
                key: "fieldreel_bit_depth".to_owned(),
                value: self.info.bit_depth.to_string(),
                reason: "more bits than the stream's pixels have",
            });
        }
        Ok(())
    }

    /// Decodes until the decoder has a frame. Returns false at the end of the stream.
    fn decode_next_frame(&mut self) -> Result<bool, CodecError> {
        loop {
            if self.decoder.receive()? {
                return Ok(true);
            }
            if self.is_flushed {
                return Ok(false);
            }
            // Each packet is a new one: reading into a packet that holds data would leak the data.
            let mut packet = Packet::empty();
            // The iterator over packets is not used, because it skips damaged packets.
            match packet.read(&mut self.input) {
                Ok(()) if packet.stream() == self.stream_index => self.decoder.send(&packet)?,
                Ok(()) => {}
                Err(ff::Error::Eof) => {
                    self.decoder.finish()?;
                    self.is_flushed = true;
                }
                Err(source) => return Err(CodecError::ffmpeg("read the container")(source)),
            }
        }
    }
}
