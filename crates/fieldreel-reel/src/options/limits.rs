//! The limits of a codec that follow from those of a reader.

use fieldreel_codec::ReadLimits;
use fieldreel_core::Limits;

/// The limits for a video, whose codes have two bytes.
pub(crate) const fn video_limits(limits: &Limits) -> ReadLimits {
    ReadLimits {
        max_frame_pixels: limits.max_bytes / 2,
        max_codes: limits.max_bytes / 2,
    }
}
