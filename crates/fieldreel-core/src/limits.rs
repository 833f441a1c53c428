//! Limits on the memory that a reader allocates.

use crate::LimitError;

/// The memory that a reader may allocate for one array.
///
/// A header may state any sizes, so sizes are checked against the limits before memory is
/// allocated.
///
/// ```
/// use fieldreel_core::Limits;
///
/// let limits = Limits::new(64 << 20);
/// assert!(limits.values([24, 721, 1440], 4).is_err());
/// assert_eq!(limits.values([24, 300, 400], 4).unwrap(), 2_880_000);
/// assert_eq!(Limits::default().max_bytes, 1 << 30);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Limits {
    /// The maximum number of bytes that one array of values, or the decoding of one segment, may
    /// take. Default: 1 GiB.
    ///
    /// Decoding a segment takes up to about 50 bytes for each of its values, whatever their type,
    /// because a decoder works on integers; `fieldreel_reel::segment::limits` returns limits that
    /// are sufficient for a shape.
    pub max_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self::new(1 << 30)
    }
}

impl Limits {
    /// Creates limits that allow `max_bytes` bytes of memory for one array.
    #[must_use]
    pub const fn new(max_bytes: u64) -> Self {
        Self { max_bytes }
    }

    /// Returns the number of values of an array of this shape, and checks that an array of so many
    /// values, each of `bytes_each` bytes, is within the limits.
    ///
    /// # Errors
    ///
    /// [`LimitError`] if the array exceeds the limits, or if the product of its nonzero lengths
    /// exceeds `isize::MAX`: no array may have such a shape, not even an empty one.
    pub fn values(
        &self,
        shape: impl IntoIterator<Item = u64>,
        bytes_each: u64,
    ) -> Result<usize, LimitError> {
        let (mut product, mut is_empty) = (Some(1_u64), false);
        for len in shape {
            is_empty |= len == 0;
            product = product.and_then(|product| product.checked_mul(len.max(1)));
        }
        let product = product.filter(|&product| isize::try_from(product).is_ok());
        let count = product.map(|product| if is_empty { 0 } else { product });
        let bytes = count.and_then(|count| count.checked_mul(bytes_each));
        match (count, bytes) {
            (Some(count), Some(bytes)) if bytes <= self.max_bytes => Ok(count as usize),
            _ => Err(LimitError {
                bytes: bytes.unwrap_or(u64::MAX),
                limit: self.max_bytes,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_array_may_take_the_limit_but_not_one_byte_more() {
        let limits = Limits::new;
        assert_eq!(limits(96).values([2, 3, 4], 4), Ok(24));
        let refused = LimitError {
            bytes: 96,
            limit: 95,
        };
        assert_eq!(limits(95).values([2, 3, 4], 4), Err(refused));
        assert_eq!(limits(8).values([], 8), Ok(1));
    }

    #[test]
    fn the_bytes_of_an_error_saturate() {
        let unlimited = Limits::new(u64::MAX);
        let refused = Err(LimitError {
            bytes: u64::MAX,
            limit: u64::MAX,
        });
        assert_eq!(unlimited.values([u64::MAX, 2], 1), refused);
        assert_eq!(unlimited.values([u64::MAX], 2), refused);
    }

    #[test]
    fn an_array_with_a_length_of_zero_is_empty_but_its_other_lengths_are_checked() {
        let limits = Limits::new(0);
        for shape in [[0, 1 << 31, 1 << 31], [isize::MAX as u64, 0, 1]] {
            assert_eq!(limits.values(shape, u64::MAX), Ok(0));
        }
        for shape in [[0, u64::MAX, 1], [23, (1 << 59) - 2, 0]] {
            let refused = LimitError {
                bytes: u64::MAX,
                limit: 0,
            };
            assert_eq!(limits.values(shape, 1), Err(refused));
        }
    }
}
