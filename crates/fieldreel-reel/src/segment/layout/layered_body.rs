//! The layout of a base layer and residuals.

use crate::ReelError;
use crate::arithmetic::{Grid, Truncation};
use crate::base::{BaseKind, BaseParts, EncodedMeans, VideoFormat, VideoStream};
use crate::integers::EncodedIntegers;
use crate::plan::AxisOrder;
use crate::wire::{ByteReader, ByteWriter};

const ORDER: u8 = 7;
/// The first of the two bits that store the kind of grid.
const GRID: u32 = 3;
const MEANS: u8 = 1 << 5;
/// The first of the bits that store the kind of base layer.
const KIND: u32 = 6;

const STEP: u8 = 0;
const ULPS: u8 = 1;
const PARTS: u8 = 2;
const TRUNCATED: u8 = 3;

const CONSTANT: u8 = 0;
const VIDEO: u8 = 1;

/// A base layer and residuals.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct LayeredBody<'a> {
    pub(crate) grid: Grid,
    pub(crate) base: BaseParts<&'a [u8]>,
    /// The settings by which the residuals were encoded. The decoder does not use them.
    pub(crate) settings: u8,
    pub(crate) residual: EncodedIntegers<&'a [u8]>,
    /// The bits that truncation clears.
    pub(crate) fine_bits: &'a [u8],
    pub(crate) outliers: &'a [u8],
}

impl<'a> LayeredBody<'a> {
    pub(super) fn write(&self, writer: &mut ByteWriter) {
        let BaseParts {
            order,
            offset,
            means,
            kind,
        } = self.base;
        let flag = |flag, on| if on { flag } else { 0 };
        let number = match kind {
            BaseKind::Constant => CONSTANT,
            BaseKind::Video(_) => VIDEO,
        };
        writer.u8(order.id()
            | match self.grid {
                Grid::Step(_) => STEP,
                Grid::Ulps => ULPS,
                Grid::Parts(_) => PARTS,
                Grid::Truncated(_) => TRUNCATED,
            } << GRID
            | flag(MEANS, means.is_some())
            | number << KIND);
        match self.grid {
            Grid::Step(number) | Grid::Parts(number) => writer.f64(number),
            Grid::Truncated(Truncation {
                step_exponent,
                finest_exponent,
            }) => {
                writer.raw(&step_exponent.to_le_bytes());
                writer.raw(&finest_exponent.to_le_bytes());
            }
            Grid::Ulps => {}
        }
        writer.f64(offset);
        if let BaseKind::Video(stream) = kind {
            writer.u8(stream.format.id());
            writer.u8(stream.bit_depth);
            writer.u8(stream.shift);
            writer.u8(stream.quantizer);
            writer.u8(stream.speed);
            writer.f64(stream.scale);
            writer.block(stream.bytes);
        }
        if let Some(means) = means {
            writer.f64(means.step);
            means.integers.write(writer);
        }
        writer.u8(self.settings);
        self.residual.write(writer);
        if let Grid::Truncated(_) = self.grid {
            writer.block(self.fine_bits);
        }
        writer.block(self.outliers);
    }

    pub(super) fn read(reader: &mut ByteReader<'a>) -> Result<Self, ReelError> {
        let flags = reader.u8()?;
        let order = AxisOrder::ALL.get(usize::from(flags & ORDER));
        let order = *order.ok_or(ReelError::corrupt("the axis order is unknown"))?;
        let grid = match flags >> GRID & 3 {
            STEP => Grid::Step(reader.f64()?),
            ULPS => Grid::Ulps,
            PARTS => Grid::Parts(reader.f64()?),
            _ => Grid::Truncated(Truncation {
                step_exponent: reader.i16()?,
                finest_exponent: reader.i16()?,
            }),
        };
        let offset = reader.f64()?;
        let kind = match flags >> KIND {
            CONSTANT => BaseKind::Constant,
            VIDEO => BaseKind::Video(read_video(reader)?),
            _ => return Err(ReelError::corrupt("the kind of base layer is unknown")),
        };
        let means = match flags & MEANS {
            0 => None,
            _ => Some(EncodedMeans {
                step: reader.f64()?,
                integers: EncodedIntegers::read(reader)?,
            }),
        };
        Ok(Self {
            grid,
            base: BaseParts {
                order,
                offset,
                means,
                kind,
            },
            settings: reader.u8()?,
            residual: EncodedIntegers::read(reader)?,
            fine_bits: match grid {
                Grid::Truncated(_) => reader.block()?,
                _ => &[],
            },
            outliers: reader.block()?,
        })
    }
}

fn read_video<'a>(reader: &mut ByteReader<'a>) -> Result<VideoStream<&'a [u8]>, ReelError> {
    let format = VideoFormat::from_id(reader.u8()?);
    let format = format.ok_or(ReelError::corrupt("the video format is unknown"))?;
    let (bit_depth, shift) = (reader.u8()?, reader.u8()?);
    if !(1..=16).contains(&bit_depth) || shift > 16 - bit_depth {
        return Err(ReelError::corrupt(
            "invalid bit depth or shift of the video",
        ));
    }
    Ok(VideoStream {
        format,
        bit_depth,
        shift,
        quantizer: reader.u8()?,
        speed: reader.u8()?,
        scale: reader.f64()?,
        bytes: reader.block()?,
    })
}
