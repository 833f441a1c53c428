//! Frames out of a container, one after the other.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Seek};
use std::path::Path;

use ff::codec::Id;
use ff::format::context::{Input, StreamIo};
use ff::{Dictionary, Packet, media};
use ffmpeg_next as ff;
use ndarray::{Array2, Array3, ArrayView2, ArrayViewMut2};

use super::boxes;
use super::container::Container;
use super::limits::ReadLimits;
use super::tags::Geometry;
use crate::error::CodecError;
use crate::ffmpeg::{Decoder, init, open_input};
use crate::geometry::{FrameSize, LARGEST_MIN_FRAME, padded};

/// The containers and codecs that are opened. FFmpeg knows hundreds, some of which follow links
/// to other files: a hostile file must not reach them.
const DEMUXERS: &str = "mov,matroska";
const CODECS: [Id; 5] = [Id::HEVC, Id::JPEG2000, Id::FFV1, Id::AV1, Id::H264];

/// What a video says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VideoInfo {
    /// The version of the tags; `None` for a video that another program made.
    pub version: Option<u32>,
    /// The size of the frames without padding; of another program's video, that of its stream.
    pub size: FrameSize,
    /// Bits of each code; of another program's video, those of its pixel format.
    pub bit_depth: u8,
    /// Number of frames, where the tags state it.
    pub frame_count: Option<usize>,
    /// FFmpeg's name of the stream's codec, such as `hevc`.
    pub codec: String,
    /// All tags of the container, keys in lower case.
    pub tags: BTreeMap<String, String>,
}

/// Reads a video frame by frame.
pub struct VideoReader {
    input: Input,
    stream: usize,
    decoder: Decoder,
    info: VideoInfo,
    /// How far the codes are shifted up within the pixels.
    shift: u8,
    limits: ReadLimits,
    /// The decoder holds a frame that was not handed out yet.
    pending: bool,
    drained: bool,
    read: usize,
}

impl VideoReader {
    /// Opens an MP4 or MKV file, of ours or of another program's.
    ///
    /// # Errors
    /// [`CodecError::Io`] if the file cannot be read; otherwise as [`from_reader`](Self::from_reader).
    pub fn open(path: &Path, limits: &ReadLimits) -> Result<Self, CodecError> {
        let file = File::open(path).map_err(CodecError::io(path))?;
        Self::from_reader(file, limits)
    }

    /// Opens an MP4 or MKV file from any source, and decodes its first frame.
    ///
    /// # Errors
    /// [`CodecError::Source`], [`CodecError::TruncatedFile`], [`CodecError::NotAVideo`],
    /// [`CodecError::NoVideoStream`], [`CodecError::CodecUnsupported`],
    /// [`CodecError::DecoderMissing`], [`CodecError::PixelFormat`], [`CodecError::VersionUnsupported`], [`CodecError::InvalidTag`],
    /// [`CodecError::FrameSize`], [`CodecError::StreamSize`], [`CodecError::LimitExceeded`],
    /// [`CodecError::Truncated`] if there is no frame, [`CodecError::Ffmpeg`] if it is damaged.
    pub fn from_reader<R: Read + Seek + Send + 'static>(
        mut source: R,
        limits: &ReadLimits,
    ) -> Result<Self, CodecError> {
        init();
        let unreadable = |source| CodecError::Source { source };
        let cut = boxes::missing_bytes(&mut source).map_err(unreadable)?;
        if let Some((expected, found)) = cut {
            return Err(CodecError::TruncatedFile { expected, found });
        }
        // Where it is plain, FFmpeg need not try its hundreds.
        let demuxer = Container::of_source(&mut source)
            .map_err(unreadable)?
            .map(Container::demuxer);
        let mut options = Dictionary::new();
        options.set("format_whitelist", DEMUXERS);
        let io = StreamIo::from_read_seek(source).map_err(CodecError::ffmpeg("open the input"))?;
        let input =
            open_input(io, demuxer, options).map_err(|source| CodecError::NotAVideo { source })?;
        let tags: BTreeMap<_, _> = input
            .metadata()
            .iter()
            .map(|(key, value)| (key.to_ascii_lowercase(), value.to_owned()))
            .collect();
        let geometry = Geometry::from_tags(&tags)?;
        let stream = input
            .streams()
            .best(media::Type::Video)
            .ok_or(CodecError::NoVideoStream)?;
        let parameters = stream.parameters();
        let codec = parameters.id().name().to_owned();
        if !CODECS.contains(&parameters.id()) {
            return Err(CodecError::CodecUnsupported { codec });
        }
        let stream = stream.index();
        let max_pixels = match geometry {
            Some(Geometry { size, frames, .. }) => {
                limits.check_frame(size)?;
                limits.check_codes(size, frames)?;
                // Decoders round sides up before they compare.
                2 * padded(size, LARGEST_MIN_FRAME).pixels() as u64
            }
            None => limits.max_frame_pixels,
        };
        let decoder = Decoder::open(parameters, max_pixels, 0)?;
        let size = geometry.map_or_else(|| decoder.stated_size(), |geometry| geometry.size);
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
            stream,
            decoder,
            info,
            shift: geometry.map_or(0, |geometry| geometry.shift),
            limits: *limits,
            pending: false,
            drained: false,
            read: 0,
        };
        reader.first_frame()?;
        Ok(reader)
    }

    /// What the video says of itself.
    #[must_use]
    pub const fn info(&self) -> &VideoInfo {
        &self.info
    }

    /// Decodes the next frame into `codes`, axis order `(y, x)`; `false` if there is none.
    ///
    /// # Errors
    /// [`CodecError::FrameMismatch`] if `codes` is not of the video's size;
    /// [`CodecError::LimitExceeded`] if there are more codes than the limits allow;
    /// [`CodecError::StreamSize`], [`CodecError::PixelFormat`], [`CodecError::Truncated`],
    /// [`CodecError::Ffmpeg`] if the stream is damaged.
    pub fn read_frame(&mut self, codes: ArrayViewMut2<'_, u16>) -> Result<bool, CodecError> {
        let found = FrameSize {
            height: codes.nrows(),
            width: codes.ncols(),
        };
        if found != self.info.size {
            let expected = self.info.size;
            return Err(CodecError::FrameMismatch {
                frame: self.read,
                expected,
                found,
            });
        }
        if !std::mem::take(&mut self.pending) && !self.advance()? {
            return match self.info.frame_count {
                Some(expected) if expected != self.read => Err(CodecError::Truncated {
                    expected,
                    found: self.read,
                }),
                _ => Ok(false),
            };
        }
        self.limits.check_codes(self.info.size, self.read + 1)?;
        self.decoder
            .copy_frame(codes, self.info.bit_depth, self.shift)?;
        self.read += 1;
        match self.info.frame_count {
            // More frames than stated: the tags and the stream are not of one video.
            Some(expected) if self.read > expected => Err(CodecError::Truncated {
                expected,
                found: self.read,
            }),
            _ => Ok(true),
        }
    }

    /// Decodes all frames that remain into one array, axis order `(time, y, x)`, of whatever
    /// `convert` makes of each: it is given the codes of a frame and the place for its values.
    ///
    /// # Errors
    /// As [`read_frame`](Self::read_frame), and whatever `convert` fails with.
    pub fn read_all<T: Clone + Default, E: From<CodecError>>(
        mut self,
        mut convert: impl FnMut(ArrayView2<'_, u16>, ArrayViewMut2<'_, T>) -> Result<(), E>,
    ) -> Result<Array3<T>, E> {
        /// Room for this many values is taken at once; what a header claims beyond it, as frames
        /// come.
        const FIRST_VALUES: usize = 1 << 24;

        let size = self.info.size;
        let shape = (size.height, size.width);
        let not_of_size = |_| CodecError::StreamSize {
            expected: size,
            found: size,
        };
        let announced = self
            .info
            .frame_count
            .unwrap_or(0)
            .saturating_mul(size.pixels());
        let mut values = Vec::with_capacity(announced.min(FIRST_VALUES));
        let mut codes = Array2::zeros(shape);
        let mut frames = 0;
        while self.read_frame(codes.view_mut())? {
            let start = values.len();
            values.resize(start + size.pixels(), T::default());
            let frame = ArrayViewMut2::from_shape(shape, &mut values[start..]);
            convert(codes.view(), frame.map_err(not_of_size)?)?;
            frames += 1;
        }
        let all = Array3::from_shape_vec((frames, size.height, size.width), values);
        Ok(all.map_err(not_of_size)?)
    }

    /// Decodes the first frame and settles what only a frame can tell.
    fn first_frame(&mut self) -> Result<(), CodecError> {
        self.pending = self.advance()?;
        if !self.pending {
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

    /// Decodes until the decoder has a frame; `false` at the end of the stream.
    fn advance(&mut self) -> Result<bool, CodecError> {
        loop {
            if self.decoder.receive()? {
                return Ok(true);
            }
            if self.drained {
                return Ok(false);
            }
            // A new one each time: reading into a packet that holds data leaks them.
            let mut packet = Packet::empty();
            // Not the iterator over packets: it skips the damaged ones.
            match packet.read(&mut self.input) {
                Ok(()) if packet.stream() == self.stream => self.decoder.send(&packet)?,
                Ok(()) => {}
                Err(ff::Error::Eof) => {
                    self.decoder.finish()?;
                    self.drained = true;
                }
                Err(source) => {
                    return Err(CodecError::Ffmpeg {
                        operation: "read the container",
                        source,
                    });
                }
            }
        }
    }
}
