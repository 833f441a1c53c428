//! The limits for segments that this library just encoded.

use fieldreel_core::Limits;

/// No limits, for segments that this library just encoded.
pub(crate) const UNLIMITED: Limits = Limits {
    max_bytes: u64::MAX,
};
