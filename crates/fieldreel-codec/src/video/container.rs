//! The containers MP4 and MKV.

use std::ffi::CStr;
use std::fmt;
use std::io::{self, Read, Seek};
use std::path::Path;

use crate::error::CodecError;

/// A container: the file format that holds a video stream and its tags.
///
/// ```
/// use fieldreel_codec::Container;
/// use std::path::Path;
///
/// assert_eq!(Container::from_path(Path::new("wind.MKV"))?, Container::Mkv);
/// assert_eq!(Container::Mp4.to_string(), "MP4");
/// assert!(Container::from_path(Path::new("wind.avi")).is_err());
/// # Ok::<(), fieldreel_codec::CodecError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Container {
    /// MPEG-4 part 14, `.mp4`, which most players support.
    Mp4,
    /// Matroska, `.mkv`, which carries every codec of this crate.
    Mkv,
}

impl Container {
    /// Returns the container that the extension of a file name denotes, in upper or lower case.
    ///
    /// # Errors
    /// [`CodecError::UnknownExtension`] if the extension is neither `mp4` nor `mkv`.
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

impl fmt::Display for Container {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Mp4 => "MP4",
            Self::Mkv => "MKV",
        })
    }
}

/// Checks that `container` is one of the `supported` containers of a codec.
///
/// # Errors
/// [`CodecError::ContainerUnsupported`] if it is not.
pub(crate) fn check_container(
    codec: &'static str,
    supported: &[Container],
    container: Container,
) -> Result<(), CodecError> {
    if supported.contains(&container) {
        Ok(())
    } else {
        Err(CodecError::ContainerUnsupported {
            container,
            codec,
            alternative: supported.first().copied().unwrap_or(Container::Mkv),
        })
    }
}
