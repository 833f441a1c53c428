//! Elementary streams: the output of an encoder without a container.
//!
//! A stream does not contain its number of frames, its size without padding or its shift, so a
//! [`VideoShape`](crate::VideoShape) and the shift must be stored beside it. In return, it is as
//! small as possible: it contains its headers once, and nothing that only players need.
//!
//! ```
//! use fieldreel_codec::{ReadLimits, VideoShape, FrameSize, X265, decode_stream, encode_stream};
//! use ndarray::Array3;
//!
//! let codes = Array3::from_shape_fn((4, 33, 49), |(t, y, x)| (1000 + t * 40 + y * 8 + x) as u16);
//! let stream = encode_stream(codes.view(), 12, &X265::lossless())?;
//! let size = FrameSize::new(33, 49)?;
//! let shape = VideoShape { frames: 4, size, bit_depth: 12 };
//! let limits = ReadLimits::default();
//! let back = decode_stream(stream.format, &stream.bytes, shape, stream.shift, &limits)?;
//! assert_eq!(back, codes);
//! # Ok::<(), fieldreel_codec::CodecError>(())
//! ```

mod decode;
mod encode;
mod format;
mod mux;
mod packets;

pub use decode::decode_stream;
pub use encode::{ElementaryStream, encode_stream};
pub use format::StreamFormat;
pub use mux::mux_stream;
pub(crate) use packets::ContainerStream;
#[cfg(not(feature = "ffmpeg"))]
pub(crate) use packets::without_temporal_delimiters;
