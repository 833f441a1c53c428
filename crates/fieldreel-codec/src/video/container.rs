//! The two containers.

use std::fmt;
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
    pub fn of_path(path: &Path) -> Result<Self, CodecError> {
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
