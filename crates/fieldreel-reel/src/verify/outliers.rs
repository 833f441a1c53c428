//! Single values kept as they are: where rounding to the type broke the bound.

use ndarray::ArrayViewMut3;

use crate::ReelError;
use crate::value::ReelElement;
use crate::wire::{Reader, Writer};

/// The values at these indices (ascending, axis order `(time, y, x)`), in bytes; none for none.
pub(super) fn encode<T: ReelElement>(outliers: &[(usize, T)]) -> Vec<u8> {
    let mut writer = Writer::default();
    let mut next = 0;
    for &(index, value) in outliers {
        writer.varint((index - next) as u64);
        writer.raw(&value.bits().to_le_bytes()[..T::BYTES]);
        next = index + 1;
    }
    writer.into_bytes()
}

/// Puts outliers in place.
pub(crate) fn apply<T: ReelElement>(
    bytes: &[u8],
    mut values: ArrayViewMut3<'_, T>,
) -> Result<(), ReelError> {
    let outside = ReelError::corrupt("a patch is outside");
    let values = values
        .as_slice_mut()
        .ok_or(ReelError::corrupt("no array"))?;
    let mut reader = Reader::new(bytes);
    let mut next = 0_usize;
    while reader.len() > 0 {
        let index = next.checked_add(reader.length()?);
        let place = index.and_then(|index| Some((index, values.get_mut(index)?)));
        let Some((index, value)) = place else {
            return Err(outside);
        };
        let mut bits = [0; 8];
        bits[..T::BYTES].copy_from_slice(reader.raw(T::BYTES)?);
        *value = T::from_bit_pattern(u64::from_le_bytes(bits));
        next = index + 1;
    }
    Ok(())
}
