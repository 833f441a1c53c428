//! The parts of a segment, and their place in its bytes. `docs/format.md` describes them.

use fieldreel_codec::{FrameSize, StreamFormat, VideoShape};
use fieldreel_quant::Dtype;

use super::certificate::Certificate;
use super::special::{MOST_SPECIAL, SpecialValues};
use crate::arithmetic::{Domain, Grid};
use crate::mask::MaskCoding;
use crate::plan::AxisOrder;
use crate::wire::{Reader, Writer};
use crate::{Bound, ReelError};

const MAGIC: &[u8] = b"FRS";
/// The version of segments that this library writes, and the newest it reads.
pub const SEGMENT_VERSION: u8 = 3;

const F64: u8 = 1;
const CLASSES: u8 = 1 << 1;
const SIGNS: u8 = 1 << 2;
/// The values of one class are listed.
const LIST: u8 = 1 << 3;
/// Classes stand for other values than the canonical NaN alone; before version 3: there is a fill value.
const SPECIAL: u8 = 1 << 4;
const LOG2: u8 = 1 << 5;
const RUNS: u8 = 1 << 6;
const CLAMP: u8 = 1 << 7;

/// The parts of a segment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Layout<'a> {
    pub(crate) dtype: Dtype,
    pub(crate) shape: [usize; 3],
    pub(crate) bound: Bound,
    pub(crate) domain: Domain,
    /// The values that the classes stand for.
    pub(crate) special: SpecialValues,
    /// The bits of the smallest and the largest value that decoded numbers may become.
    pub(crate) clamp: Option<[u64; 2]>,
    /// How the classes and the signs are coded.
    pub(crate) masks: MaskCoding,
    pub(crate) classes: Option<&'a [u8]>,
    /// Which values are negative, where the numbers are logarithms.
    pub(crate) signs: Option<&'a [u8]>,
    /// The bits of each value of the class whose values are listed.
    pub(crate) list: Option<&'a [u8]>,
    pub(crate) body: Body<'a>,
    pub(crate) certificate: Certificate,
}

/// Where the values are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Body<'a> {
    /// Nowhere: all are missing.
    Missing,
    /// All are the same, with these bits.
    Constant(u64),
    /// As they are, through pco.
    Packed(&'a [u8]),
    /// In a base layer and a correction.
    Coded(Coded<'a>),
}

/// A base layer and a correction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Coded<'a> {
    pub(crate) grid: Grid,
    pub(crate) order: AxisOrder,
    /// The number that code 0 stands for.
    pub(crate) offset: f64,
    pub(crate) base: Option<Base<'a>>,
    /// The step of the plane of means, and the plane.
    pub(crate) mean: Option<(f64, &'a [u8])>,
    pub(crate) correction: &'a [u8],
    pub(crate) patches: &'a [u8],
}

/// A video of codes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Base<'a> {
    pub(crate) format: StreamFormat,
    pub(crate) bit_depth: u8,
    /// How far codes are shifted up within the pixels.
    pub(crate) shift: u8,
    /// What it was encoded with: of no use to a decoder.
    pub(crate) quality: u8,
    pub(crate) speed: u8,
    /// From one code to the next.
    pub(crate) scale: f64,
    pub(crate) stream: &'a [u8],
}

impl<'a> Layout<'a> {
    /// The segment's bytes, the checksum at their end included.
    pub(crate) fn encoded(&self) -> Vec<u8> {
        let mut writer = Writer::default();
        writer.raw(MAGIC);
        writer.u8(SEGMENT_VERSION);
        let flag = |flag, on| if on { flag } else { 0 };
        let is_nan_alone = self.special.bits() == [canonical_nan(self.dtype)];
        let special = (!is_nan_alone && self.classes.is_some()).then(|| self.special.bits());
        writer.u8(flag(F64, self.dtype == Dtype::F64)
            | flag(CLASSES, self.classes.is_some())
            | flag(SIGNS, self.signs.is_some())
            | flag(LIST, self.list.is_some())
            | flag(SPECIAL, special.is_some())
            | flag(LOG2, self.domain == Domain::Log2)
            | flag(RUNS, self.masks == MaskCoding::Runs)
            | flag(CLAMP, self.clamp.is_some()));
        for side in self.shape {
            writer.varint(side as u64);
        }
        write_bound(&mut writer, self.bound);
        if let Some(special) = special {
            writer.u8(special.len() as u8);
        }
        let values = special.unwrap_or_default().iter();
        for &bits in values.chain(self.clamp.iter().flatten()) {
            write_value(&mut writer, self.dtype, bits);
        }
        for part in [self.classes, self.signs, self.list].into_iter().flatten() {
            writer.block(part);
        }
        self.body.write(&mut writer, self.dtype);
        self.certificate.write(&mut writer);
        let checksum = crc32fast::hash(writer.as_bytes());
        writer.u32(checksum);
        writer.into_bytes()
    }

    /// The parts of a segment, after its checksum.
    ///
    /// # Errors
    /// [`ReelError::NotOne`], [`ReelError::Version`], [`ReelError::Damaged`].
    pub(crate) fn parse(bytes: &'a [u8]) -> Result<Self, ReelError> {
        let (body, checksum) = bytes.split_last_chunk().ok_or(ReelError::NotOne {
            expected: "segment",
        })?;
        let mut reader = Reader::new(body);
        if reader.raw(MAGIC.len()).ok() != Some(MAGIC) {
            return Err(ReelError::NotOne {
                expected: "segment",
            });
        }
        let version = reader.u8()?;
        if !(1..=SEGMENT_VERSION).contains(&version) {
            return Err(ReelError::Version {
                found: version.into(),
                supported: SEGMENT_VERSION.into(),
            });
        }
        // A fuzzer never guesses a checksum.
        if !cfg!(fuzzing) && crc32fast::hash(body) != u32::from_le_bytes(*checksum) {
            return Err(ReelError::damaged("the segment's checksum"));
        }
        let flags = reader.u8()?;
        let unknown = match version {
            1 => RUNS | CLAMP,
            2 => CLAMP,
            _ => 0,
        };
        if flags & unknown != 0 {
            return Err(ReelError::damaged("unknown flags"));
        }
        let dtype = match flags & F64 {
            0 => Dtype::F32,
            _ => Dtype::F64,
        };
        let mut shape = [0; 3];
        for side in &mut shape {
            *side = reader.length()?;
        }
        if shape.contains(&0) {
            return Err(ReelError::damaged("a side is 0"));
        }
        let bound = read_bound(&mut reader)?;
        let special = read_special(&mut reader, dtype, version, flags)?;
        let clamp = match flags & CLAMP {
            0 => None,
            _ => Some([
                read_value(&mut reader, dtype)?,
                read_value(&mut reader, dtype)?,
            ]),
        };
        let mut part = |flag| match flags & flag {
            0 => Ok(None),
            _ => reader.block().map(Some),
        };
        let (classes, signs, list) = (part(CLASSES)?, part(SIGNS)?, part(LIST)?);
        let body = Body::read(&mut reader, dtype)?;
        let certificate = Certificate::read(&mut reader)?;
        reader.finish()?;
        Ok(Self {
            dtype,
            shape,
            bound,
            domain: match flags & LOG2 {
                0 => Domain::Linear,
                _ => Domain::Log2,
            },
            special,
            clamp,
            masks: match flags & RUNS {
                0 => MaskCoding::Places,
                _ => MaskCoding::Runs,
            },
            classes,
            signs,
            list,
            body,
            certificate,
        })
    }
}

impl<'a> Body<'a> {
    fn write(&self, writer: &mut Writer, dtype: Dtype) {
        match self {
            Self::Missing => writer.u8(0),
            Self::Constant(bits) => {
                writer.u8(1);
                write_value(writer, dtype, *bits);
            }
            Self::Packed(bytes) => {
                writer.u8(2);
                writer.block(bytes);
            }
            Self::Coded(coded) => {
                writer.u8(3);
                coded.write(writer);
            }
        }
    }

    fn read(reader: &mut Reader<'a>, dtype: Dtype) -> Result<Self, ReelError> {
        match reader.u8()? {
            0 => Ok(Self::Missing),
            1 => read_value(reader, dtype).map(Self::Constant),
            2 => reader.block().map(Self::Packed),
            3 => Coded::read(reader).map(Self::Coded),
            _ => Err(ReelError::damaged("an unknown kind of body")),
        }
    }
}

impl<'a> Coded<'a> {
    const ORDINALS: u8 = 1 << 3;
    const MEAN: u8 = 1 << 4;
    const BASE: u8 = 1 << 5;

    fn write(&self, writer: &mut Writer) {
        let flag = |flag, on| if on { flag } else { 0 };
        writer.u8(self.order.id()
            | flag(Self::ORDINALS, self.grid == Grid::Ordinals)
            | flag(Self::MEAN, self.mean.is_some())
            | flag(Self::BASE, self.base.is_some()));
        if let Grid::Step(step) = self.grid {
            writer.f64(step);
        }
        writer.f64(self.offset);
        if let Some(base) = self.base {
            writer.u8(base.format.id());
            writer.u8(base.bit_depth);
            writer.u8(base.shift);
            writer.u8(base.quality);
            writer.u8(base.speed);
            writer.f64(base.scale);
            writer.block(base.stream);
        }
        if let Some((step, plane)) = self.mean {
            writer.f64(step);
            writer.block(plane);
        }
        writer.block(self.correction);
        writer.block(self.patches);
    }

    fn read(reader: &mut Reader<'a>) -> Result<Self, ReelError> {
        let flags = reader.u8()?;
        if flags >= Self::BASE << 1 {
            return Err(ReelError::damaged("unknown flags of a body"));
        }
        let order = AxisOrder::ALL.get(usize::from(flags & 7));
        let order = *order.ok_or(ReelError::damaged("an unknown axis order"))?;
        let grid = match flags & Self::ORDINALS {
            0 => Grid::Step(reader.f64()?),
            _ => Grid::Ordinals,
        };
        let offset = reader.f64()?;
        let base = match flags & Self::BASE {
            0 => None,
            _ => Some(Base::read(reader)?),
        };
        let mean = match flags & Self::MEAN {
            0 => None,
            _ => Some((reader.f64()?, reader.block()?)),
        };
        Ok(Self {
            grid,
            order,
            offset,
            base,
            mean,
            correction: reader.block()?,
            patches: reader.block()?,
        })
    }
}

impl<'a> Base<'a> {
    /// The shape of the video, axis order as in the video.
    pub(crate) const fn shape(&self, [frames, height, width]: [usize; 3]) -> VideoShape {
        VideoShape {
            frames,
            size: FrameSize { height, width },
            bit_depth: self.bit_depth,
        }
    }

    fn read(reader: &mut Reader<'a>) -> Result<Self, ReelError> {
        let format = StreamFormat::from_id(reader.u8()?);
        let format = format.ok_or(ReelError::damaged("an unknown stream format"))?;
        let (bit_depth, shift) = (reader.u8()?, reader.u8()?);
        if !(1..=16).contains(&bit_depth) || shift > 16 - bit_depth {
            return Err(ReelError::damaged("an impossible bit depth"));
        }
        Ok(Self {
            quality: reader.u8()?,
            speed: reader.u8()?,
            format,
            bit_depth,
            shift,
            scale: reader.f64()?,
            stream: reader.block()?,
        })
    }
}

/// The bits of the quiet NaN of positive sign and no payload.
const fn canonical_nan(dtype: Dtype) -> u64 {
    match dtype {
        Dtype::F32 => f32::NAN.to_bits() as u64,
        Dtype::F64 => f64::NAN.to_bits(),
    }
}

/// Reads what the classes stand for.
fn read_special(
    reader: &mut Reader<'_>,
    dtype: Dtype,
    version: u8,
    flags: u8,
) -> Result<SpecialValues, ReelError> {
    let nan = canonical_nan(dtype);
    if version < 3 {
        let fill = match flags & SPECIAL {
            0 => nan,
            _ => read_value(reader, dtype)?,
        };
        let [infinity, negative_infinity, negative_zero] = match dtype {
            Dtype::F32 => [f32::INFINITY, f32::NEG_INFINITY, -0.0].map(|x| x.to_bits().into()),
            Dtype::F64 => [f64::INFINITY, f64::NEG_INFINITY, -0.0].map(f64::to_bits),
        };
        let special = [nan, infinity, negative_infinity, fill, 0, negative_zero];
        let special = SpecialValues::new(&special);
        // The bits of NaN were listed.
        return Ok(match flags & LIST {
            0 => special,
            _ => special.with_listed_class(1),
        });
    }
    let special = match flags & SPECIAL {
        0 => SpecialValues::new(&[nan]),
        _ => {
            let count = usize::from(reader.u8()?);
            let bits = (0..count.min(MOST_SPECIAL)).map(|_| read_value(reader, dtype));
            let special = SpecialValues::new(&bits.collect::<Result<Vec<_>, _>>()?);
            if count + usize::from(flags & LIST != 0) > MOST_SPECIAL {
                return Err(ReelError::damaged("too many classes"));
            }
            special
        }
    };
    Ok(match flags & LIST {
        0 => special,
        _ => special.with_list(),
    })
}

fn write_value(writer: &mut Writer, dtype: Dtype, bits: u64) {
    match dtype {
        Dtype::F32 => writer.u32(bits as u32),
        Dtype::F64 => writer.u64(bits),
    }
}

fn read_value(reader: &mut Reader<'_>, dtype: Dtype) -> Result<u64, ReelError> {
    match dtype {
        Dtype::F32 => reader.u32().map(u64::from),
        Dtype::F64 => reader.u64(),
    }
}

fn write_bound(writer: &mut Writer, bound: Bound) {
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

fn read_bound(reader: &mut Reader<'_>) -> Result<Bound, ReelError> {
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
