//! The bound that a segment states.

use crate::wire::{Reader, Writer};
use crate::{Bound, ReelError};

pub(super) fn write_bound(writer: &mut Writer, bound: Bound) {
    let (kind, number) = match bound {
        Bound::Absolute(number) => (0, Some(number)),
        Bound::Relative(number) => (1, Some(number)),
        Bound::Pointwise(number) => (2, Some(number)),
        Bound::Psnr(number) => (3, Some(number)),
        Bound::Ratio(number) => (4, Some(number)),
        Bound::Lossless => (5, None),
    };
    writer.u8(kind);
    if let Some(number) = number {
        writer.f64(number);
    }
}

pub(super) fn read_bound(reader: &mut Reader<'_>) -> Result<Bound, ReelError> {
    let bound = match reader.u8()? {
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
        .map(|()| bound)
        .map_err(|_| ReelError::damaged("an impossible bound"))
}
