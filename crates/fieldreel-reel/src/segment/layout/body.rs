//! Where the values of a segment are.

use fieldreel_quant::Dtype;

use super::{LayeredBody, read_value, write_value};
use crate::ReelError;
use crate::wire::{ByteReader, ByteWriter};

/// Where the values are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Body<'a> {
    /// Nowhere: all are missing.
    Missing,
    /// All are the same, with these bits.
    Constant(u64),
    /// As they are, through pco.
    Pco(&'a [u8]),
    /// In a base layer and residuals.
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
            _ => Err(ReelError::corrupt("an unknown kind of body")),
        }
    }
}
