//! The high and low bytes of codes.

use ndarray::{Array, ArrayView, Dimension, Zip};

use crate::QuantError;

/// Splits codes into their high bytes, `code / 256`, and their low bytes, `code mod 256`.
///
/// Both arrays have the shape of `codes`.
///
/// ```
/// use fieldreel_quant::split_bytes;
/// use ndarray::array;
///
/// let (high, low) = split_bytes(array![0x1234_u16, 255].view());
/// assert_eq!((high, low), (array![0x12, 0], array![0x34, 255]));
/// ```
#[must_use]
pub fn split_bytes<D: Dimension>(codes: ArrayView<'_, u16, D>) -> (Array<u8, D>, Array<u8, D>) {
    (
        codes.mapv(|code| (code >> 8) as u8),
        codes.mapv(|code| code as u8),
    )
}

/// Joins high and low bytes to the codes `256 · high + low`. The inverse of [`split_bytes`].
///
/// ```
/// use fieldreel_quant::join_bytes;
/// use ndarray::array;
///
/// let codes = join_bytes(array![0x12, 0].view(), array![0x34, 255].view())?;
/// assert_eq!(codes, array![0x1234_u16, 255]);
/// # Ok::<(), fieldreel_quant::QuantError>(())
/// ```
///
/// # Errors
///
/// [`QuantError::Shape`] if the two arrays differ in shape.
pub fn join_bytes<D: Dimension>(
    high: ArrayView<'_, u8, D>,
    low: ArrayView<'_, u8, D>,
) -> Result<Array<u16, D>, QuantError> {
    check_same_shape(high.shape(), low.shape())?;
    Ok(Zip::from(high)
        .and(low)
        .map_collect(|&high, &low| u16::from_be_bytes([high, low])))
}

/// Checks that two arrays have the same shape.
///
/// # Errors
///
/// [`QuantError::Shape`] if the two shapes differ.
pub(crate) fn check_same_shape(expected: &[usize], found: &[usize]) -> Result<(), QuantError> {
    if expected == found {
        Ok(())
    } else {
        Err(QuantError::Shape {
            expected: expected.to_vec(),
            found: found.to_vec(),
        })
    }
}
