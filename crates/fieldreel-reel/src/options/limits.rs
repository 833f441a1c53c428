//! How much memory a reader may take: a header is a claim.

use crate::ReelError;

/// How much memory decoding may take. Checked before memory is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most bytes for one segment, or for one array of values. Default: 1 GiB.
    pub max_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_bytes: 1 << 30 }
    }
}

impl Limits {
    /// No limits: for what was just encoded.
    pub(crate) const NONE: Self = Self {
        max_bytes: u64::MAX,
    };

    /// The number of values in `shape`, if so many of `bytes_each` are within the limits.
    ///
    /// # Errors
    /// [`ReelError::Limit`].
    pub(crate) fn values(&self, shape: [u64; 3], bytes_each: u64) -> Result<usize, ReelError> {
        let count = shape
            .into_iter()
            .try_fold(1_u64, |product, side| product.checked_mul(side));
        let bytes = count.and_then(|count| count.checked_mul(bytes_each));
        match (count, bytes) {
            (Some(count), Some(bytes)) if bytes <= self.max_bytes => {
                usize::try_from(count).map_err(|_| self.exceeded(bytes))
            }
            _ => Err(self.exceeded(bytes.unwrap_or(u64::MAX))),
        }
    }

    /// The same for a video, whose codes have two bytes.
    #[cfg(feature = "ffmpeg")]
    pub(crate) const fn video(&self) -> fieldreel_codec::ReadLimits {
        fieldreel_codec::ReadLimits {
            max_frame_pixels: self.max_bytes / 2,
            max_codes: self.max_bytes / 2,
        }
    }

    const fn exceeded(&self, bytes: u64) -> ReelError {
        ReelError::Limit {
            bytes,
            limit: self.max_bytes,
        }
    }
}
