//! The tags by which a video states its geometry, in the metadata of its container.
//!
//! MP4 keeps keys as written and Matroska converts them to upper case, so keys are compared in
//! lower case.

use super::{VideoOptions, VideoShape};
use crate::error::CodecError;
use crate::geometry::FrameSize;

/// The version of the tags that this library writes, and the newest that it reads.
pub const FORMAT_VERSION: u32 = 1;

pub(super) const VERSION: &str = "fieldreel_version";
pub(super) const WIDTH: &str = "fieldreel_width";
pub(super) const HEIGHT: &str = "fieldreel_height";
pub(super) const FRAMES: &str = "fieldreel_frames";
pub(super) const BIT_DEPTH: &str = "fieldreel_bit_depth";
pub(super) const SHIFT: &str = "fieldreel_shift";
pub(super) const RESERVED_KEYS: [&str; 6] = [VERSION, WIDTH, HEIGHT, FRAMES, BIT_DEPTH, SHIFT];

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
