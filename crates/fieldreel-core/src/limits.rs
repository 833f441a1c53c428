//! Limits on the memory that a reader takes.

use crate::LimitError;

/// The memory that a reader may take for one array. A header is a claim: sizes are checked before memory is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most bytes for one array of values or one segment. Default: 1 GiB.
    pub max_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_bytes: 1 << 30 }
    }
}

impl Limits {
    /// Returns the number of values of an array of this shape, if so many of `bytes_each` are within the limits.
    ///
    /// # Errors
    ///
    /// [`LimitError`] if they are not, or if their number is no `usize`.
    pub fn values(
        &self,
        shape: impl IntoIterator<Item = u64>,
        bytes_each: u64,
    ) -> Result<usize, LimitError> {
        let mut count = Some(1_u64);
        for side in shape {
            // A zero anywhere makes an empty array, however large the other sides claim to be.
            if side == 0 {
                return Ok(0);
            }
            count = count.and_then(|count| count.checked_mul(side));
        }
        let bytes = count.and_then(|count| count.checked_mul(bytes_each));
        let exceeded = LimitError {
            bytes: bytes.unwrap_or(u64::MAX),
            limit: self.max_bytes,
        };
        match (count, bytes) {
            (Some(count), Some(bytes)) if bytes <= self.max_bytes => {
                usize::try_from(count).map_err(|_| exceeded)
            }
            _ => Err(exceeded),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_itself_is_allowed_and_one_byte_less_is_not() {
        let limits = |max_bytes| Limits { max_bytes };
        assert_eq!(limits(96).values([2, 3, 4], 4), Ok(24));
        let refused = LimitError {
            bytes: 96,
            limit: 95,
        };
        assert_eq!(limits(95).values([2, 3, 4], 4), Err(refused));
        assert_eq!(limits(8).values([], 8), Ok(1));
    }

    #[test]
    fn products_beyond_u64_saturate() {
        let all = Limits {
            max_bytes: u64::MAX,
        };
        let refused = Err(LimitError {
            bytes: u64::MAX,
            limit: u64::MAX,
        });
        assert_eq!(all.values([u64::MAX, 2], 1), refused);
        assert_eq!(all.values([u64::MAX], 2), refused);
    }

    #[test]
    fn a_side_of_zero_makes_an_empty_array_whatever_the_others_are() {
        for shape in [[0, u64::MAX, u64::MAX], [u64::MAX, u64::MAX, 0]] {
            assert_eq!(Limits { max_bytes: 0 }.values(shape, u64::MAX), Ok(0));
        }
    }
}
