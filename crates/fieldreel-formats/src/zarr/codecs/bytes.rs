//! Codecs from bytes to bytes.

use std::borrow::Cow;
use std::io::{self, Read};
use std::sync::Arc;

use zarrs::array::{BytesRepresentation, BytesToBytesCodecTraits, Codec, CodecOptions};
use zarrs::metadata::v3::MetadataV3;

use super::ChunkError;

/// The length of the header of a blosc container.
const BLOSC_HEADER: usize = 16;

/// A codec from bytes to bytes.
#[derive(Debug, Clone)]
pub(in crate::zarr) enum BytesCodec {
    Zstd,
    Gzip,
    Zlib,
    Bz2,
    /// The decoded size is in a header.
    Blosc(Arc<dyn BytesToBytesCodecTraits>),
    /// A checksum or a permutation: decoded bytes are not more than encoded ones.
    Other(Arc<dyn BytesToBytesCodecTraits>),
}

impl BytesCodec {
    /// Returns the codec of this name, without the prefix `numcodecs.`, and of this instance of
    /// `zarrs`.
    pub(super) fn new(name: &str, codec: Arc<dyn BytesToBytesCodecTraits>) -> Self {
        match name {
            "zstd" => Self::Zstd,
            "gzip" => Self::Gzip,
            "zlib" => Self::Zlib,
            "bz2" => Self::Bz2,
            "blosc" => Self::Blosc(codec),
            _ => Self::Other(codec),
        }
    }

    /// Decodes bytes to at most `limit` bytes.
    pub(super) fn decode(&self, bytes: &[u8], limit: u64) -> Result<Vec<u8>, ChunkError> {
        match self {
            Self::Zstd => match zstd::stream::read::Decoder::with_buffer(bytes) {
                Ok(decoder) => read_to_limit(decoder, limit),
                Err(error) => Err(ChunkError::damaged(error)),
            },
            Self::Gzip => read_to_limit(flate2::bufread::MultiGzDecoder::new(bytes), limit),
            Self::Zlib => read_to_limit(flate2::bufread::ZlibDecoder::new(bytes), limit),
            Self::Bz2 => read_to_limit(bzip2::bufread::MultiBzDecoder::new(bytes), limit),
            Self::Blosc(codec) => {
                // c-blosc's header: four bytes, then the decoded size.
                let size = bytes.get(4..8).and_then(|size| size.try_into().ok());
                let size = size.map_or(0, u32::from_le_bytes);
                if bytes.len() < BLOSC_HEADER {
                    return Err(ChunkError::damaged("the header of blosc is truncated"));
                }
                if u64::from(size) > limit {
                    return Err(ChunkError::TooLarge { limit });
                }
                decode(codec.as_ref(), bytes)
            }
            Self::Other(codec) => decode(codec.as_ref(), bytes),
        }
    }
}

fn decode(codec: &dyn BytesToBytesCodecTraits, bytes: &[u8]) -> Result<Vec<u8>, ChunkError> {
    let representation = BytesRepresentation::UnboundedSize;
    let decoded = codec.decode(
        Cow::Borrowed(bytes),
        &representation,
        &CodecOptions::default(),
    );
    decoded.map(Cow::into_owned).map_err(ChunkError::damaged)
}

/// Reads everything, which must be at most `limit` bytes.
fn read_to_limit(reader: impl Read, limit: u64) -> Result<Vec<u8>, ChunkError> {
    let mut decoded = Vec::new();
    let read = reader
        .take(limit.saturating_add(1))
        .read_to_end(&mut decoded);
    match read {
        Ok(_) if decoded.len() as u64 > limit => Err(ChunkError::TooLarge { limit }),
        Ok(_) => Ok(decoded),
        Err(error) if error.kind() == io::ErrorKind::OutOfMemory => {
            Err(ChunkError::TooLarge { limit })
        }
        Err(error) => Err(ChunkError::damaged(error)),
    }
}

/// A codec from bytes to bytes by which plain values are written: zstd.
#[derive(Debug, Clone, Copy)]
pub(in crate::zarr) struct Compressor {
    level: i32,
}

impl Compressor {
    /// The smallest and the largest level of zstd in the specification of Zarr.
    pub(in crate::zarr) const LEVELS: std::ops::RangeInclusive<i32> = -131_072..=22;

    pub(in crate::zarr) const fn new(level: i32) -> Self {
        Self { level }
    }

    /// Returns the metadata of the codec.
    pub(in crate::zarr) fn metadata(self) -> serde_json::Value {
        serde_json::json!({
            "name": "zstd",
            "configuration": { "level": self.level, "checksum": true },
        })
    }

    /// Compresses bytes. The output has a checksum of them.
    pub(in crate::zarr) fn encode(self, bytes: &[u8]) -> io::Result<Vec<u8>> {
        let mut encoder = zstd::bulk::Compressor::new(self.level)?;
        encoder.include_checksum(true)?;
        encoder.compress(bytes)
    }
}

/// Returns the codec of `zarrs` with these metadata.
pub(super) fn create(metadata: &serde_json::Value) -> Result<Codec, String> {
    let metadata: MetadataV3 =
        serde_json::from_value(metadata.clone()).map_err(|error| error.to_string())?;
    Codec::from_metadata(&metadata).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_bomb_is_refused() {
        let zeros = vec![0; 1 << 20];
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        gzip.write_all(&zeros).unwrap();
        let zstd = Compressor::new(3).encode(&zeros).unwrap();
        let mut bz2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::best());
        bz2.write_all(&zeros).unwrap();
        for (codec, bytes) in [
            (BytesCodec::Gzip, gzip.finish().unwrap()),
            (BytesCodec::Zstd, zstd),
            (BytesCodec::Bz2, bz2.finish().unwrap()),
        ] {
            assert_eq!(codec.decode(&bytes, 1 << 20).unwrap(), zeros);
            let refused = codec.decode(&bytes, (1 << 20) - 1);
            assert!(
                matches!(refused, Err(ChunkError::TooLarge { .. })),
                "{codec:?}"
            );
            for len in 0..bytes.len() {
                let _ = codec.decode(&bytes[..len], 1 << 20);
            }
        }
    }
}
