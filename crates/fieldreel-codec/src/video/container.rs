//! The two containers.

use std::ffi::CStr;
use std::fmt;
use std::io::{self, Read, Seek};
use std::path::Path;

use crate::error::CodecError;

/// What a stream and its tags are stored in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Container {
    /// MPEG-4 part 14, `.mp4`: what players know best.
    Mp4,
    /// Matroska, `.mkv`: carries every codec here.
    Mkv,
}

impl Container {
    /// The container that a file name's extension names, upper or lower case.
    ///
    /// # Errors
    /// [`CodecError::UnknownExtension`] if it is neither `mp4` nor `mkv`.
    pub fn from_path(path: &Path) -> Result<Self, CodecError> {
        let extension = path
            .extension()
            .map(|e| e.to_string_lossy().to_ascii_lowercase());
        match extension.as_deref() {
            Some("mp4") => Ok(Self::Mp4),
            Some("mkv") => Ok(Self::Mkv),
            _ => Err(CodecError::UnknownExtension {
                path: path.to_owned(),
            }),
        }
    }

    /// The container whose files begin like this one, if it is plain to see.
    ///
    /// ISO/IEC 14496-12, section 4.3 (the file type box comes first); RFC 8794, section 8.
    pub(super) fn of_start(start: [u8; 8]) -> Option<Self> {
        match start {
            [_, _, _, _, b'f', b't', b'y', b'p'] => Some(Self::Mp4),
            [0x1A, 0x45, 0xDF, 0xA3, ..] => Some(Self::Mkv),
            _ => None,
        }
    }

    /// The container that a file is, by its start, which the source is left at.
    pub(super) fn of_source<R: Read + Seek>(source: &mut R) -> io::Result<Option<Self>> {
        let mut start = [0; 8];
        let found = match source.read_exact(&mut start) {
            Ok(()) => Self::of_start(start),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => None,
            Err(error) => return Err(error),
        };
        source.rewind()?;
        Ok(found)
    }

    /// FFmpeg's name of the demuxer.
    pub(super) const fn demuxer(self) -> &'static CStr {
        match self {
            Self::Mp4 => c"mov",
            Self::Mkv => c"matroska",
        }
    }

    /// FFmpeg's name of the muxer.
    pub(super) const fn muxer(self) -> &'static str {
        match self {
            Self::Mp4 => "mp4",
            Self::Mkv => "matroska",
        }
    }
}

impl fmt::Display for Container {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Mp4 => "MP4",
            Self::Mkv => "MKV",
        })
    }
}
