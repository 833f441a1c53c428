//! Limits of what this library made itself.

use fieldreel_core::Limits;

/// No limits: for what was just encoded.
pub(crate) const UNLIMITED: Limits = Limits {
    max_bytes: u64::MAX,
};
