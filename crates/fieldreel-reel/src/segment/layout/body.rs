//! The part of a segment that stores its values.

use fieldreel_quant::Dtype;

use super::{LayeredBody, read_value, write_value};
use crate::ReelError;
use crate::wire::{ByteReader, ByteWriter};

/// The part of a segment that stores its values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Body<'a> {
    /// All values are missing, and none is stored.
    Missing,
    /// All values are equal to the value of these bits.
    Constant(u64),
    /// The values, compressed by pco.
    Pco(&'a [u8]),
    /// A base layer and residuals.
    Coded(LayeredBody<'a>),
}

impl<'a> Body<'a> {
    pub(super) fn write(&self, writer: &mut ByteWriter, dtype: Dtype) {
        match self {
            Self::Missing => writer.u8(0),
            Self::Constant(bits) => {
                writer.u8(1);
                write_value(writer, dtype, *bits);
            }
            Self::Pco(bytes) => {
                writer.u8(2);
                writer.block(bytes);
            }
            Self::Coded(coded) => {
                writer.u8(3);
                coded.write(writer);
            }
        }
    }

    pub(super) fn read(reader: &mut ByteReader<'a>, dtype: Dtype) -> Result<Self, ReelError> {
        match reader.u8()? {
            0 => Ok(Self::Missing),
            1 => read_value(reader, dtype).map(Self::Constant),
            2 => reader.block().map(Self::Pco),
            3 => LayeredBody::read(reader).map(Self::Coded),
            _ => Err(ReelError::corrupt("the kind of the body is unknown")),
        }
    }
}
