//! The bound that a segment states, and the type of its values.

use fieldreel_core::Dtype;

use crate::wire::{Reader, Writer};
use crate::{Bound, ReelError};

/// The bits of the kind of a bound; those above are the type.
const KIND_BITS: u32 = 3;

pub(super) fn write_bound(writer: &mut Writer, dtype: Dtype, bound: Bound) {
    let (kind, number) = match bound {
        Bound::Absolute(number) => (0, Some(number)),
        Bound::Relative(number) => (1, Some(number)),
        Bound::Pointwise(number) => (2, Some(number)),
        Bound::Psnr(number) => (3, Some(number)),
        Bound::Ratio(number) => (4, Some(number)),
        Bound::Lossless => (5, None),
    };
    writer.u8(kind | dtype.id() << KIND_BITS);
    if let Some(number) = number {
        writer.f64(number);
    }
}

pub(super) fn read_bound(reader: &mut Reader<'_>) -> Result<(Dtype, Bound), ReelError> {
    let first = reader.u8()?;
    let dtype = Dtype::from_id(first >> KIND_BITS);
    let dtype = dtype.ok_or(ReelError::damaged("an unknown type of values"))?;
    let bound = match first & ((1 << KIND_BITS) - 1) {
        0 => Bound::Absolute(reader.f64()?),
        1 => Bound::Relative(reader.f64()?),
        2 => Bound::Pointwise(reader.f64()?),
        3 => Bound::Psnr(reader.f64()?),
        4 => Bound::Ratio(reader.f64()?),
        5 => Bound::Lossless,
        _ => return Err(ReelError::damaged("an unknown kind of bound")),
    };
    bound
        .check()
        .map(|()| (dtype, bound))
        .map_err(|_| ReelError::damaged("an impossible bound"))
}
