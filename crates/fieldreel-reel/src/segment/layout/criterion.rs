//! The criterion of a segment and its element type.

use fieldreel_core::Dtype;

use crate::wire::{ByteReader, ByteWriter};
use crate::{Criterion, ErrorBound, ReelError, Target};

/// The number of low bits that store the kind of criterion. The bits above store the element type.
const KIND_BITS: u32 = 3;

pub(super) fn write_criterion(writer: &mut ByteWriter, dtype: Dtype, criterion: Criterion) {
    let (kind, number) = match criterion {
        Criterion::Bound(ErrorBound::Absolute(number)) => (0, Some(number)),
        Criterion::Bound(ErrorBound::RangeRelative(number)) => (1, Some(number)),
        Criterion::Bound(ErrorBound::PointwiseRelative(number)) => (2, Some(number)),
        Criterion::Target(Target::Psnr(number)) => (3, Some(number)),
        Criterion::Target(Target::Ratio(number)) => (4, Some(number)),
        Criterion::Bound(ErrorBound::Lossless) => (5, None),
    };
    writer.u8(kind | dtype.id() << KIND_BITS);
    if let Some(number) = number {
        writer.f64(number);
    }
}

pub(super) fn read_criterion(reader: &mut ByteReader<'_>) -> Result<(Dtype, Criterion), ReelError> {
    let first = reader.u8()?;
    let dtype = Dtype::from_id(first >> KIND_BITS);
    let dtype = dtype.ok_or(ReelError::corrupt("the element type is unknown"))?;
    let criterion: Criterion = match first & ((1 << KIND_BITS) - 1) {
        0 => ErrorBound::Absolute(reader.f64()?).into(),
        1 => ErrorBound::RangeRelative(reader.f64()?).into(),
        2 => ErrorBound::PointwiseRelative(reader.f64()?).into(),
        3 => Target::Psnr(reader.f64()?).into(),
        4 => Target::Ratio(reader.f64()?).into(),
        5 => ErrorBound::Lossless.into(),
        _ => return Err(ReelError::corrupt("the kind of the criterion is unknown")),
    };
    criterion
        .check()
        .map(|()| (dtype, criterion))
        .map_err(|_| ReelError::corrupt("the number of the criterion is out of range"))
}
