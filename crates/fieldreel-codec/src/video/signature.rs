//! The signatures of the containers, and FFmpeg's names of them.

use std::ffi::CStr;
use std::io::{self, Read, Seek};

use super::Container;

impl Container {
    /// Returns the container whose files begin with these bytes, or `None` if they are those of
    /// neither container.
    ///
    /// Signatures: ISO/IEC 14496-12, section 4.3 (the file type box comes first); RFC 8794,
    /// section 8.
    pub(super) fn from_signature(signature: [u8; 8]) -> Option<Self> {
        match signature {
            [_, _, _, _, b'f', b't', b'y', b'p'] => Some(Self::Mp4),
            [0x1A, 0x45, 0xDF, 0xA3, ..] => Some(Self::Mkv),
            _ => None,
        }
    }

    /// Detects the container of a file by its first bytes, and rewinds the source.
    ///
    /// # Errors
    /// The error of the source, if it cannot be read.
    pub(super) fn detect<R: Read + Seek>(source: &mut R) -> io::Result<Option<Self>> {
        let mut signature = [0; 8];
        let found = match source.read_exact(&mut signature) {
            Ok(()) => Self::from_signature(signature),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => None,
            Err(error) => return Err(error),
        };
        source.rewind()?;
        Ok(found)
    }

    /// Returns FFmpeg's name of the demuxer.
    pub(super) const fn demuxer(self) -> &'static CStr {
        match self {
            Self::Mp4 => c"mov",
            Self::Mkv => c"matroska",
        }
    }

    /// Returns FFmpeg's name of the muxer.
    pub(super) const fn muxer(self) -> &'static str {
        match self {
            Self::Mp4 => "mp4",
            Self::Mkv => "matroska",
        }
    }
}
