//! The tags by which a video states its geometry, in the metadata of its container.
//!
//! MP4 keeps keys as written and Matroska converts them to upper case, so keys are compared in
//! lower case.

use std::collections::BTreeMap;
use std::str::FromStr;

use super::{VideoOptions, VideoShape};
use crate::error::CodecError;
use crate::geometry::FrameSize;

/// The version of the tags that this library writes, and the newest that it reads.
pub const FORMAT_VERSION: u32 = 1;

const VERSION: &str = "fieldreel_version";
const WIDTH: &str = "fieldreel_width";
const HEIGHT: &str = "fieldreel_height";
const FRAMES: &str = "fieldreel_frames";
const BIT_DEPTH: &str = "fieldreel_bit_depth";
const SHIFT: &str = "fieldreel_shift";
const RESERVED_KEYS: [&str; 6] = [VERSION, WIDTH, HEIGHT, FRAMES, BIT_DEPTH, SHIFT];

/// The geometry that the tags of a video state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct GeometryTags {
    pub(super) version: u32,
    pub(super) size: FrameSize,
    pub(super) frames: usize,
    pub(super) bit_depth: u8,
    /// The number of bits by which codes are shifted up within the pixels.
    pub(super) shift: u8,
}

impl GeometryTags {
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

    /// Parses the geometry in `tags`, whose keys are in lower case. Returns `None` if another
    /// program wrote the video.
    ///
    /// # Errors
    /// [`CodecError::VersionUnsupported`], [`CodecError::InvalidTag`], or
    /// [`CodecError::FrameSize`] if no video can have the size.
    pub(super) fn from_tags(tags: &BTreeMap<String, String>) -> Result<Option<Self>, CodecError> {
        if !tags.contains_key(VERSION) {
            return Ok(None);
        }
        let version = parse_tag(tags, VERSION, 1, u32::MAX)?;
        if version > FORMAT_VERSION {
            return Err(CodecError::VersionUnsupported {
                found: version,
                supported: FORMAT_VERSION,
            });
        }
        let size = FrameSize::new(
            parse_tag(tags, HEIGHT, 1, usize::MAX)?,
            parse_tag(tags, WIDTH, 1, usize::MAX)?,
        )?;
        let frames = parse_tag(tags, FRAMES, 1, usize::MAX)?;
        let bit_depth = parse_tag(tags, BIT_DEPTH, 1, 16)?;
        let shift = parse_tag(tags, SHIFT, 0, 16 - bit_depth)?;
        Ok(Some(Self {
            version,
            size,
            frames,
            bit_depth,
            shift,
        }))
    }
}

/// Returns the tags of a video's container: the geometry, and those of the caller.
///
/// # Errors
/// [`CodecError::TagUnsupported`] if a tag of the caller cannot be stored.
pub(crate) fn container_tags(
    shape: VideoShape,
    shift: u8,
    options: &VideoOptions,
) -> Result<Vec<(String, String)>, CodecError> {
    let geometry = GeometryTags {
        version: FORMAT_VERSION,
        size: shape.size,
        frames: shape.frames,
        bit_depth: shape.bit_depth,
        shift,
    };
    let mut tags: Vec<_> = geometry.to_tags().map(|(k, v)| (k.to_owned(), v)).into();
    for (key, value) in &options.tags {
        check_user_tag(key, value)?;
        tags.push((key.clone(), value.clone()));
    }
    Ok(tags)
}

/// Parses the tag `key` as a number from `min` to `max`.
///
/// # Errors
/// [`CodecError::InvalidTag`] if the tag is missing, not a number, or out of range.
fn parse_tag<T: FromStr + PartialOrd>(
    tags: &BTreeMap<String, String>,
    key: &str,
    min: T,
    max: T,
) -> Result<T, CodecError> {
    let value = tags.get(key).map_or("", String::as_str);
    let invalid = |reason| CodecError::InvalidTag {
        key: key.to_owned(),
        value: value.to_owned(),
        reason,
    };
    let number = value.parse().map_err(|_| invalid("expected an integer"))?;
    if (min..=max).contains(&number) {
        Ok(number)
    } else {
        Err(invalid("out of range"))
    }
}

/// Checks that both containers preserve a tag of the caller.
///
/// # Errors
/// [`CodecError::TagUnsupported`] if they do not.
fn check_user_tag(key: &str, value: &str) -> Result<(), CodecError> {
    let unsupported = |reason| CodecError::TagUnsupported {
        key: key.to_owned(),
        reason,
    };
    let is_allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    if key.is_empty() || !key.bytes().all(is_allowed) {
        Err(unsupported(
            "a key must consist of lower-case letters, digits and underscores",
        ))
    } else if RESERVED_KEYS.contains(&key) {
        Err(unsupported("the key is reserved for the file format"))
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

    fn geometry() -> impl Strategy<Value = GeometryTags> {
        (
            1usize..16384,
            1usize..16384,
            1usize..usize::MAX,
            1u8..=16,
            0u8..=15,
        )
            .prop_map(|(height, width, frames, bit_depth, shift)| GeometryTags {
                version: FORMAT_VERSION,
                size: FrameSize { height, width },
                frames,
                bit_depth,
                shift: shift.min(16 - bit_depth),
            })
    }

    proptest! {
        #[test]
        fn tags_round_trip(geometry in geometry()) {
            let tags = geometry.to_tags().map(|(k, v)| (k.to_owned(), v)).into();
            prop_assert_eq!(GeometryTags::from_tags(&tags).unwrap(), Some(geometry));
        }

        #[test]
        fn any_text_in_a_tag_is_a_number_or_an_error(index in 0usize..6, text in ".{0,30}") {
            let size = FrameSize { height: 3, width: 4 };
            let good = GeometryTags { version: 1, size, frames: 5, bit_depth: 6, shift: 0 };
            let mut tags: BTreeMap<_, _> = good.to_tags().map(|(k, v)| (k.to_owned(), v)).into();
            tags.insert(RESERVED_KEYS[index].to_owned(), text.clone());
            if GeometryTags::from_tags(&tags).is_ok() {
                prop_assert!(text.parse::<u64>().is_ok());
            }
        }
    }

    #[test]
    fn a_missing_tag_and_a_newer_version_are_errors() {
        let mut tags = BTreeMap::from([(VERSION.to_owned(), "1".to_owned())]);
        assert!(
            matches!(GeometryTags::from_tags(&tags), Err(CodecError::InvalidTag { key, .. }) if key == HEIGHT)
        );
        tags.insert(VERSION.to_owned(), "2".to_owned());
        assert!(matches!(
            GeometryTags::from_tags(&tags),
            Err(CodecError::VersionUnsupported { found: 2, .. })
        ));
    }
}
