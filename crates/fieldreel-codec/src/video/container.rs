//! The containers MP4 and MKV.

use std::fmt;
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
