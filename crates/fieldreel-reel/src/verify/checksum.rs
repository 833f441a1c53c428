//! The checksum of decoded values.

use std::hash::Hasher;

use ndarray::ArrayView3;
use twox_hash::XxHash64;

use crate::value::ReelElement;

/// Returns the XXH64, seed 0, of the values' little-endian bytes, axis order `(time, y, x)`.
pub(crate) fn checksum<T: ReelElement>(values: ArrayView3<'_, T>) -> u64 {
    const CHUNK_VALUES: usize = 1 << 12;

    let mut hasher = XxHash64::with_seed(0);
    let mut bytes = vec![0; CHUNK_VALUES * T::BYTES];
    let mut hash = |values: &[T]| {
        let mut slots = bytes.chunks_exact_mut(T::BYTES);
        for (slot, value) in slots.by_ref().zip(values) {
            slot.copy_from_slice(&value.bits().to_le_bytes()[..T::BYTES]);
        }
        hasher.write(&bytes[..values.len() * T::BYTES]);
    };
    match values.as_slice() {
        Some(values) if cfg!(target_endian = "little") => {
            hasher.write(bytemuck::cast_slice(values));
        }
        Some(values) => values.chunks(CHUNK_VALUES).for_each(hash),
        None => values.iter().for_each(|&value| hash(&[value])),
    }
    hasher.finish()
}
