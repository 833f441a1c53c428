use ndarray::{Array, ArrayView, Dimension, Zip};

use crate::QuantError;

/// The high and the low byte of every code, `(code / 256, code mod 256)`, in two arrays of the same shape: their
/// histograms are the byte distribution of a field.
#[must_use]
pub fn split_bytes<D: Dimension>(codes: ArrayView<'_, u16, D>) -> (Array<u8, D>, Array<u8, D>) {
    (
        codes.mapv(|code| (code >> 8) as u8),
        codes.mapv(|code| code as u8),
    )
}

/// The codes `256 · high + low`: the inverse of [`split_bytes`].
///
/// # Errors
///
/// [`QuantError::Shape`] if the two arrays differ in shape.
pub fn join_bytes<D: Dimension>(
    high: ArrayView<'_, u8, D>,
    low: ArrayView<'_, u8, D>,
) -> Result<Array<u16, D>, QuantError> {
    same_shape(high.shape(), low.shape())?;
    Ok(Zip::from(high)
        .and(low)
        .map_collect(|&high, &low| u16::from_be_bytes([high, low])))
}

/// Refuses arrays that cannot be paired element by element.
///
/// # Errors
///
/// [`QuantError::Shape`] if the two shapes differ.
pub(crate) fn same_shape(expected: &[usize], found: &[usize]) -> Result<(), QuantError> {
    if expected == found {
        Ok(())
    } else {
        Err(QuantError::Shape {
            expected: expected.to_vec(),
            found: found.to_vec(),
        })
    }
}
