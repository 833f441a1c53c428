//! The limits for segments that this library just encoded.

use fieldreel_core::Limits;

/// No limits, for segments that this library just encoded.
pub(crate) const UNLIMITED: Limits = Limits::new(u64::MAX);
