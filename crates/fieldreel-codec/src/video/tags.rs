//! What a video says of itself in its container's tags.
//!
//! MP4 keeps keys as written, Matroska in capitals: keys are compared in lower case.

use std::collections::BTreeMap;
use std::str::FromStr;

use crate::error::CodecError;
use crate::geometry::FrameSize;

/// The version of the tags that this library writes, and the newest it reads.
pub const FORMAT_VERSION: u32 = 1;

const VERSION: &str = "fieldreel_version";
const WIDTH: &str = "fieldreel_width";
const HEIGHT: &str = "fieldreel_height";
const FRAMES: &str = "fieldreel_frames";
const BIT_DEPTH: &str = "fieldreel_bit_depth";
const SHIFT: &str = "fieldreel_shift";
const OWN: [&str; 6] = [VERSION, WIDTH, HEIGHT, FRAMES, BIT_DEPTH, SHIFT];

/// The geometry in the tags of a video of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Geometry {
    pub(super) version: u32,
    pub(super) size: FrameSize,
    pub(super) frames: usize,
    pub(super) bit_depth: u8,
    /// How far codes are shifted up within the pixels.
    pub(super) shift: u8,
}

impl Geometry {
    pub(super) fn to_tags(self) -> [(&'static str, String); 6] {
        [
            (VERSION, self.version.to_string()),
            (WIDTH, self.size.width.to_string()),
            (HEIGHT, self.size.height.to_string()),
            (FRAMES, self.frames.to_string()),
            (BIT_DEPTH, self.bit_depth.to_string()),
            (SHIFT, self.shift.to_string()),
        ]
    }

    /// The geometry in `tags` (keys in lower case), or `None` where another program made the video.
    pub(super) fn from_tags(tags: &BTreeMap<String, String>) -> Result<Option<Self>, CodecError> {
        if !tags.contains_key(VERSION) {
            return Ok(None);
        }
        let version = number(tags, VERSION, 1, u32::MAX)?;
        if version > FORMAT_VERSION {
            return Err(CodecError::VersionUnsupported {
                found: version,
                supported: FORMAT_VERSION,
            });
        }
        let size = FrameSize::new(
            number(tags, HEIGHT, 1, usize::MAX)?,
            number(tags, WIDTH, 1, usize::MAX)?,
        )?;
        let frames = number(tags, FRAMES, 1, usize::MAX)?;
        let bit_depth = number(tags, BIT_DEPTH, 1, 16)?;
        let shift = number(tags, SHIFT, 0, 16 - bit_depth)?;
        Ok(Some(Self {
            version,
            size,
            frames,
            bit_depth,
            shift,
        }))
    }
}

fn number<T: FromStr + PartialOrd>(
    tags: &BTreeMap<String, String>,
    key: &str,
    min: T,
    max: T,
) -> Result<T, CodecError> {
    let value = tags.get(key).map_or("", String::as_str);
    let bad = |reason| CodecError::InvalidTag {
        key: key.to_owned(),
        value: value.to_owned(),
        reason,
    };
    let number = value.parse().map_err(|_| bad("expected a whole number"))?;
    if (min..=max).contains(&number) {
        Ok(number)
    } else {
        Err(bad("out of range"))
    }
}

/// Checks that a caller's tag comes back as it went in, from either container.
pub(super) fn check_custom(key: &str, value: &str) -> Result<(), CodecError> {
    let unsupported = |reason| CodecError::TagUnsupported {
        key: key.to_owned(),
        reason,
    };
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    if key.is_empty() || !key.bytes().all(plain) {
        Err(unsupported(
            "a key has lower-case letters, digits and underscores",
        ))
    } else if OWN.contains(&key) {
        Err(unsupported("the key is one of the format's own"))
    } else if value.is_empty() {
        Err(unsupported("containers drop empty values"))
    } else if value.contains('\0') {
        Err(unsupported("containers end a value at a NUL"))
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn geometry() -> impl Strategy<Value = Geometry> {
        (
            1usize..16384,
            1usize..16384,
            1usize..usize::MAX,
            1u8..=16,
            0u8..=15,
        )
            .prop_map(|(height, width, frames, bit_depth, shift)| Geometry {
                version: FORMAT_VERSION,
                size: FrameSize { height, width },
                frames,
                bit_depth,
                shift: shift.min(16 - bit_depth),
            })
    }

    proptest! {
        #[test]
        fn tags_come_back(geometry in geometry()) {
            let tags = geometry.to_tags().map(|(k, v)| (k.to_owned(), v)).into();
            prop_assert_eq!(Geometry::from_tags(&tags).unwrap(), Some(geometry));
        }

        #[test]
        fn any_text_in_a_tag_is_an_error_or_a_number(which in 0usize..6, text in ".{0,30}") {
            let size = FrameSize { height: 3, width: 4 };
            let good = Geometry { version: 1, size, frames: 5, bit_depth: 6, shift: 0 };
            let mut tags: BTreeMap<_, _> = good.to_tags().map(|(k, v)| (k.to_owned(), v)).into();
            tags.insert(OWN[which].to_owned(), text.clone());
            if Geometry::from_tags(&tags).is_ok() {
                prop_assert!(text.parse::<u64>().is_ok());
            }
        }
    }

    #[test]
    fn a_missing_tag_and_a_newer_version_are_told() {
        let mut tags = BTreeMap::from([(VERSION.to_owned(), "1".to_owned())]);
        assert!(
            matches!(Geometry::from_tags(&tags), Err(CodecError::InvalidTag { key, .. }) if key == HEIGHT)
        );
        tags.insert(VERSION.to_owned(), "2".to_owned());
        assert!(matches!(
            Geometry::from_tags(&tags),
            Err(CodecError::VersionUnsupported { found: 2, .. })
        ));
    }
}
