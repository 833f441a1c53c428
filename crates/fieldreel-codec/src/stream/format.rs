//! The formats of elementary streams.

use std::fmt;

use crate::video::Container;

/// The format of an elementary stream, with the framing of its frames.
///
/// The numbers and layouts are stored in files, so they never change.
///
/// ```
/// use fieldreel_codec::{Container, StreamFormat};
///
/// assert_eq!(StreamFormat::from_id(4), Some(StreamFormat::Ffv1));
/// assert_eq!(StreamFormat::Ffv1.containers(), [Container::Mkv]);
/// assert_eq!(StreamFormat::Hevc.to_string(), "hevc");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StreamFormat {
    /// HEVC: an Annex B byte stream (ITU-T H.265), in which every start code has three bytes.
    Hevc,
    /// AV1: open bitstream units with size fields. A temporal delimiter starts each frame.
    Av1,
    /// JPEG 2000: one codestream per frame, each preceded by its length in 4 bytes, little-endian.
    Jpeg2000,
    /// FFV1: width, height and configuration record, followed by the frames, each preceded by its
    /// length.
    Ffv1,
}

impl StreamFormat {
    /// All formats, in the order of their numbers.
    pub const ALL: [Self; 4] = [Self::Hevc, Self::Av1, Self::Jpeg2000, Self::Ffv1];

    /// Returns the number by which files denote the format.
    #[must_use]
    pub const fn id(self) -> u8 {
        match self {
            Self::Hevc => 1,
            Self::Av1 => 2,
            Self::Jpeg2000 => 3,
            Self::Ffv1 => 4,
        }
    }

    /// Returns the format with the given number, or `None` if there is none.
    #[must_use]
    pub fn from_id(id: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.id() == id)
    }

    /// Returns the short name that tables and errors use, such as `hevc`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hevc => "hevc",
            Self::Av1 => "av1",
            Self::Jpeg2000 => "jpeg2000",
            Self::Ffv1 => "ffv1",
        }
    }

    /// Returns the containers that carry this format exactly, the preferred one first.
    #[must_use]
    pub const fn containers(self) -> &'static [Container] {
        match self {
            Self::Hevc | Self::Av1 | Self::Jpeg2000 => &[Container::Mp4, Container::Mkv],
            // In MP4, 16-bit FFV1 frames are decoded incorrectly.
            Self::Ffv1 => &[Container::Mkv],
        }
    }
}

impl fmt::Display for StreamFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn format_numbers_do_not_change() {
        let known = [(1, "hevc"), (2, "av1"), (3, "jpeg2000"), (4, "ffv1")];
        for id in 0..=u8::MAX {
            let name = known
                .iter()
                .find(|known| known.0 == id)
                .map(|known| known.1);
            assert_eq!(StreamFormat::from_id(id).map(StreamFormat::name), name);
        }
    }
}
