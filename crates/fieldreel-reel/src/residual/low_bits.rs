//! The bits that truncation takes from values, kept as they are.

use fieldreel_entropy::{BitReader, BitWriter};
use ndarray::{ArrayView3, ArrayViewMut3};

use crate::arithmetic::Truncation;
use crate::prepare::Prepared;
use crate::value::ReelElement;

/// The most bits that are written or read at once.
const AT_ONCE: u32 = 32;

/// Encodes the bits that truncation takes from all values at which a number is coded, in order.
pub(crate) fn encode<T: ReelElement>(
    prepared: &Prepared<'_, T>,
    truncation: Truncation,
) -> Vec<u8> {
    let step = truncation.size();
    let mut writer = BitWriter::default();
    for value in prepared.coded() {
        // Smaller ones are 0, from which nothing is known of them.
        if value.to_f64().abs() >= step {
            let (place, count) = truncation.taken(value);
            let bits = value.bits() >> place;
            writer.write(bits, count.min(AT_ONCE));
            writer.write(bits >> AT_ONCE, count.saturating_sub(AT_ONCE));
        }
    }
    writer.finish()
}

/// Puts the bits that truncation took into values. Those whose class is not 0, axis order `(time, y, x)`, have none.
pub(crate) fn apply<T: ReelElement>(
    bytes: &[u8],
    truncation: Truncation,
    classes: Option<ArrayView3<'_, u8>>,
    values: ArrayViewMut3<'_, T>,
) {
    if bytes.is_empty() {
        return;
    }
    let mut reader = BitReader::new(bytes);
    let mut put = |value: &mut T| {
        if *value != T::default() {
            let (place, count) = truncation.taken(*value);
            let low = reader.read(count.min(AT_ONCE));
            let high = reader.read(count.saturating_sub(AT_ONCE));
            *value = T::from_bit_pattern(value.bits() | (low | high << AT_ONCE) << place);
        }
    };
    match classes {
        None => values.into_iter().for_each(put),
        Some(classes) => {
            for (value, &class) in values.into_iter().zip(classes.iter()) {
                if class == 0 {
                    put(value);
                }
            }
        }
    }
}
