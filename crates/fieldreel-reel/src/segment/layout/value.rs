//! Single values, by their bits.

use fieldreel_quant::Dtype;

use crate::ReelError;
use crate::wire::{Reader, Writer};

/// The bits of the quiet NaN of positive sign and no payload.
pub(super) const fn canonical_nan(dtype: Dtype) -> u64 {
    match dtype {
        Dtype::F32 => f32::NAN.to_bits() as u64,
        Dtype::F64 => f64::NAN.to_bits(),
    }
}

pub(super) fn write_value(writer: &mut Writer, dtype: Dtype, bits: u64) {
    match dtype {
        Dtype::F32 => writer.u32(bits as u32),
        Dtype::F64 => writer.u64(bits),
    }
}

pub(super) fn read_value(reader: &mut Reader<'_>, dtype: Dtype) -> Result<u64, ReelError> {
    match dtype {
        Dtype::F32 => reader.u32().map(u64::from),
        Dtype::F64 => reader.u64(),
    }
}
