//! The fine bits: the bits that truncation clears, stored without prediction.

use fieldreel_entropy::{BitReader, BitWriter};
use ndarray::{ArrayView3, ArrayViewMut3};

use crate::arithmetic::Truncation;
use crate::prepare::PreparedSegment;
use crate::value::ReelElement;

/// The maximum number of bits of one call of the bit writer or reader.
const MAX_BITS: u32 = 32;

/// Encodes the fine bits of all coded values, in row-major order.
pub(crate) fn encode<T: ReelElement>(
    prepared: &PreparedSegment<'_, T>,
    truncation: Truncation,
) -> Vec<u8> {
    let step = truncation.step();
    let mut writer = BitWriter::default();
    for value in prepared.coded() {
        // Smaller values are truncated to 0, from which a decoder cannot tell which bits are
        // cleared.
        if value.to_f64().abs() >= step {
            let (shift, count) = truncation.fine_bits(value);
            let bits = value.bits() >> shift;
            writer.write(bits, count.min(MAX_BITS));
            writer.write(bits >> MAX_BITS, count.saturating_sub(MAX_BITS));
        }
    }
    writer.finish()
}

/// Restores the fine bits of the values of class 0; `classes` has the axis order `(time, y, x)`.
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
    let mut restore = |value: &mut T| {
        if *value != T::default() {
            let (shift, count) = truncation.fine_bits(*value);
            let low = reader.read(count.min(MAX_BITS));
            let high = reader.read(count.saturating_sub(MAX_BITS));
            *value = T::from_bit_pattern(value.bits() | (low | high << MAX_BITS) << shift);
        }
    };
    match classes {
        None => values.into_iter().for_each(restore),
        Some(classes) => {
            for (value, &class) in values.into_iter().zip(classes.iter()) {
                if class == 0 {
                    restore(value);
                }
            }
        }
    }
}
