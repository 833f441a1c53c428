//! Outliers: single values stored exactly because the rounded sum of base layer and residual
//! exceeds the bound.

use ndarray::ArrayViewMut3;

use crate::ReelError;
use crate::value::ReelElement;
use crate::wire::{ByteReader, ByteWriter};

/// Encodes outliers by their indices (ascending, axis order `(time, y, x)`) and values; no bytes
/// if there are none.
pub(super) fn encode<T: ReelElement>(outliers: &[(usize, T)]) -> Vec<u8> {
    let mut writer = ByteWriter::default();
    let mut next = 0;
    for &(index, value) in outliers {
        writer.varint((index - next) as u64);
        writer.raw(&value.bits().to_le_bytes()[..T::BYTES]);
        next = index + 1;
    }
    writer.into_bytes()
}

/// Decodes outliers and sets the values at their indices.
///
/// # Errors
/// [`ReelError::Corrupt`].
pub(crate) fn apply<T: ReelElement>(
    bytes: &[u8],
    mut values: ArrayViewMut3<'_, T>,
) -> Result<(), ReelError> {
    let out_of_range = ReelError::corrupt("the index of an outlier is out of range");
    let values = values
        .as_slice_mut()
        .ok_or(ReelError::corrupt("the values are not contiguous"))?;
    let mut reader = ByteReader::new(bytes);
    let mut next = 0_usize;
    while reader.len() > 0 {
        let index = next.checked_add(reader.length()?);
        let slot = index.and_then(|index| Some((index, values.get_mut(index)?)));
        let Some((index, value)) = slot else {
            return Err(out_of_range);
        };
        let mut bits = [0; 8];
        bits[..T::BYTES].copy_from_slice(reader.raw(T::BYTES)?);
        *value = T::from_bit_pattern(u64::from_le_bytes(bits));
        next = index + 1;
    }
    Ok(())
}
