//! The sequence header of an AV1 stream.

use std::mem::MaybeUninit;
use std::ptr::NonNull;

use rav1d::include::dav1d::headers::Dav1dSequenceHeader;
use rav1d::src::lib::dav1d_parse_sequence_header;

use super::EmbeddedError;
use crate::error::CodecError;

/// The properties of a stream that containers repeat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SequenceHeader {
    pub(super) profile: u8,
    /// The level, as the stream codes it: `(major − 2) · 4 + minor`.
    pub(super) level: u8,
    pub(super) is_high_tier: bool,
    /// The bits of the pixels: 8, 10 or 12.
    pub(super) pixel_bits: u8,
    pub(super) is_monochrome: bool,
}

impl SequenceHeader {
    /// Parses the sequence header in `bytes`, which are open bitstream units.
    ///
    /// # Errors
    /// [`CodecError::Embedded`] if there is none, or if it is damaged.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, CodecError> {
        let mut header = MaybeUninit::<Dav1dSequenceHeader>::uninit();
        let start = NonNull::from(bytes).cast();
        let into = NonNull::from(&mut header).cast();
        // SAFETY: `start` has as many bytes as stated, and the function writes all of the header
        // if it returns 0.
        let header = unsafe {
            match dav1d_parse_sequence_header(Some(into), Some(start), bytes.len()).0 {
                0 => header.assume_init(),
                _ => {
                    return Err(CodecError::Embedded {
                        operation: "read the sequence header",
                        source: EmbeddedError::InvalidData,
                    });
                }
            }
        };
        let [point, ..] = header.operating_points;
        Ok(Self {
            profile: header.profile,
            level: point.major_level.saturating_sub(2) << 2 | point.minor_level & 3,
            is_high_tier: point.tier != 0,
            pixel_bits: 8 + 2 * header.hbd.min(2),
            is_monochrome: header.monochrome != 0,
        })
    }
}
