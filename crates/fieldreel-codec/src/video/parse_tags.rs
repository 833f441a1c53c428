//! Parsing of the tags of a video.

use std::collections::BTreeMap;
use std::str::FromStr;

use super::tags::{BIT_DEPTH, FORMAT_VERSION, FRAMES, GeometryTags, HEIGHT, SHIFT, VERSION, WIDTH};
use crate::error::CodecError;
use crate::geometry::FrameSize;

impl GeometryTags {
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

#[cfg(test)]
mod tests {
    use super::super::tags::RESERVED_KEYS;
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
