//! Single values, as bits.

use fieldreel_core::Dtype;

use crate::ReelError;
use crate::wire::{ByteReader, ByteWriter};

/// Returns the bits of the missing value of a segment that does not store the values of its
/// classes: for floating-point types the quiet NaN of positive sign without payload, for integers
/// 0.
pub(super) const fn default_missing_value(dtype: Dtype) -> u64 {
    match dtype {
        Dtype::F32 => f32::NAN.to_bits() as u64,
        Dtype::F64 => f64::NAN.to_bits(),
        Dtype::F16 => 0x7e00,
        Dtype::Bf16 => 0x7fc0,
        _ => 0,
    }
}

pub(super) fn write_value(writer: &mut ByteWriter, dtype: Dtype, bits: u64) {
    writer.raw(&bits.to_le_bytes()[..dtype.bytes()]);
}

pub(super) fn read_value(reader: &mut ByteReader<'_>, dtype: Dtype) -> Result<u64, ReelError> {
    let mut bits = [0; 8];
    bits[..dtype.bytes()].copy_from_slice(reader.raw(dtype.bytes())?);
    Ok(u64::from_le_bytes(bits))
}
