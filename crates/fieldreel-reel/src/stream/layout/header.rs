//! The header of a reel.

use fieldreel_quant::Dtype;

use super::{CHECKSUM_BYTES, append_checksum, parse_with_checksum};
use crate::ReelError;
use crate::stream::tiling::Tiling;
use crate::wire::ByteWriter;

/// The version of the reel format that this library writes, and the newest that it reads.
pub const STREAM_VERSION: u32 = 1;

/// The magic bytes, designed as PNG's: a byte outside ASCII, the name, both kinds of line ends,
/// which a transfer as text would change, and the end-of-file character of DOS.
const MAGIC: [u8; 8] = *b"\x89REEL\r\n\x1a";

/// The largest size of a [`FileHeader`] in bytes.
pub(crate) const HEADER_BYTES: usize = MAGIC.len() + 1 + 10 + 5 * 10 + CHECKSUM_BYTES;

/// The header of a reel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FileHeader {
    pub(crate) dtype: Dtype,
    /// The tiles of a frame.
    pub(crate) tiling: Tiling,
    /// The length in bytes of the metadata that follow, without their checksum. The checksum
    /// follows unless the length is 0.
    pub(crate) metadata: u64,
}

impl FileHeader {
    pub(crate) fn to_bytes(self) -> Vec<u8> {
        let mut writer = ByteWriter::default();
        writer.raw(&MAGIC);
        writer.varint(STREAM_VERSION.into());
        writer.u8(self.dtype.id());
        for side in [self.tiling.frame(), self.tiling.tile()].concat() {
            writer.varint(side as u64);
        }
        writer.varint(self.metadata);
        append_checksum(writer)
    }

    /// Parses the header at the beginning of `bytes`, and returns its length too.
    ///
    /// # Errors
    /// [`ReelError::BadMagic`], [`ReelError::UnsupportedVersion`], [`ReelError::Corrupt`].
    pub(crate) fn parse(bytes: &[u8]) -> Result<(Self, usize), ReelError> {
        if !bytes.starts_with(&MAGIC) {
            return Err(ReelError::BadMagic { expected: "reel" });
        }
        parse_with_checksum(
            bytes,
            "the checksum of the header does not match",
            |reader| {
                reader.raw(MAGIC.len())?;
                let version = reader.varint()?;
                if version != u64::from(STREAM_VERSION) {
                    return Err(ReelError::UnsupportedVersion {
                        found: u32::try_from(version).unwrap_or(u32::MAX),
                        supported: STREAM_VERSION,
                    });
                }
                let dtype = Dtype::from_id(reader.u8()?);
                let dtype = dtype.ok_or(ReelError::corrupt("the element type is unknown"))?;
                let frame = [reader.length()?, reader.length()?];
                let tile = [reader.length()?, reader.length()?];
                let tiling = Tiling::new(frame, tile).filter(|tiling| tiling.tile() == tile);
                let tiling = tiling.ok_or(ReelError::corrupt(
                    "the shape of a frame or a tile is invalid",
                ))?;
                let metadata = reader.varint()?;
                Ok(Self {
                    dtype,
                    tiling,
                    metadata,
                })
            },
        )
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::assert_damage_detected;
    use super::*;

    #[test]
    fn a_header_round_trips_and_damage_is_detected() {
        let header = FileHeader {
            dtype: Dtype::F64,
            tiling: Tiling::new([721, 1440], [300, 1440]).unwrap(),
            metadata: 300,
        };
        let bytes = header.to_bytes();
        assert_eq!(FileHeader::parse(&bytes).unwrap(), (header, bytes.len()));
        assert_damage_detected(&bytes, 1, FileHeader::parse);
        let widest = FileHeader {
            dtype: Dtype::F32,
            tiling: Tiling::new([isize::MAX as usize, 1], [isize::MAX as usize, 1]).unwrap(),
            metadata: u64::MAX,
        };
        assert!(widest.to_bytes().len() <= HEADER_BYTES);
    }
}
