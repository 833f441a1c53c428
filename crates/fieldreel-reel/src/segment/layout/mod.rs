//! The layout of a segment: its parts and their bytes, as `docs/reference/format.md` specifies
//! them.

mod body;
mod criterion;
mod layered_body;
mod value;

use fieldreel_quant::Dtype;

use crate::arithmetic::Domain;
use crate::prepare::{ClassValues, MAX_CLASS_VALUES};
use crate::verify::Certificate;
use crate::wire::{ByteReader, ByteWriter};
use crate::{Criterion, ReelError};
pub(crate) use body::Body;
use criterion::{read_criterion, write_criterion};
pub(crate) use layered_body::LayeredBody;
use value::{default_missing_value, read_value, write_value};

const MAGIC: &[u8] = b"FRS";
/// The version of the segment format that this library writes and reads.
pub const SEGMENT_VERSION: u8 = 1;

/// The flag of a segment that has a mask.
const MASK: u8 = 1;
const SIGNS: u8 = 1 << 1;
/// The flag of a segment that lists the values of one class.
const LISTED_VALUES: u8 = 1 << 2;
/// The flag of a segment that stores the values of its classes, because they are not the default
/// alone.
const CLASS_VALUES: u8 = 1 << 3;
const LOG2: u8 = 1 << 4;
const CLAMP: u8 = 1 << 5;
const RANKS: u8 = 1 << 6;

/// The parts of a segment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct SegmentLayout<'a> {
    pub(crate) dtype: Dtype,
    pub(crate) shape: [usize; 3],
    pub(crate) criterion: Criterion,
    pub(crate) domain: Domain,
    /// The values of the classes.
    pub(crate) class_values: ClassValues,
    /// The bits of the smallest and the largest value to which decoded values are clamped.
    pub(crate) clamp: Option<[u64; 2]>,
    /// The class of each value.
    pub(crate) mask: Option<&'a [u8]>,
    /// The signs of the values, if the numbers are logarithms.
    pub(crate) signs: Option<&'a [u8]>,
    /// The bits of each value of the class whose values are listed.
    pub(crate) listed_values: Option<&'a [u8]>,
    /// The sorted table of all distinct values, if the numbers are ranks.
    pub(crate) rank_table: Option<&'a [u8]>,
    pub(crate) body: Body<'a>,
    pub(crate) certificate: Certificate,
}

impl<'a> SegmentLayout<'a> {
    /// Serializes the segment, including the checksum at its end.
    pub(crate) fn serialize(&self) -> Vec<u8> {
        let mut writer = ByteWriter::default();
        writer.raw(MAGIC);
        writer.u8(SEGMENT_VERSION);
        let flag = |flag, on| if on { flag } else { 0 };
        let is_usual = self.class_values.bits() == [default_missing_value(self.dtype)];
        let class_values = (!is_usual && self.mask.is_some()).then(|| self.class_values.bits());
        writer.u8(flag(MASK, self.mask.is_some())
            | flag(SIGNS, self.signs.is_some())
            | flag(LISTED_VALUES, self.listed_values.is_some())
            | flag(CLASS_VALUES, class_values.is_some())
            | flag(LOG2, self.domain == Domain::Log2)
            | flag(CLAMP, self.clamp.is_some())
            | flag(RANKS, self.rank_table.is_some()));
        for side in self.shape {
            writer.varint(side as u64);
        }
        write_criterion(&mut writer, self.dtype, self.criterion);
        if let Some(class_values) = class_values {
            writer.u8(class_values.len() as u8);
        }
        let values = class_values.unwrap_or_default().iter();
        for &bits in values.chain(self.clamp.iter().flatten()) {
            write_value(&mut writer, self.dtype, bits);
        }
        for part in [self.mask, self.signs, self.listed_values, self.rank_table]
            .into_iter()
            .flatten()
        {
            writer.block(part);
        }
        self.body.write(&mut writer, self.dtype);
        self.certificate.write(&mut writer);
        let checksum = crc32fast::hash(writer.as_bytes());
        writer.u32(checksum);
        writer.into_bytes()
    }

    /// Verifies the checksum of a segment and parses its parts.
    ///
    /// # Errors
    /// [`ReelError::BadMagic`], [`ReelError::UnsupportedVersion`], [`ReelError::Corrupt`].
    pub(crate) fn parse(bytes: &'a [u8]) -> Result<Self, ReelError> {
        let (body, checksum) = bytes.split_last_chunk().ok_or(ReelError::BadMagic {
            expected: "segment",
        })?;
        let mut reader = ByteReader::new(body);
        if reader.raw(MAGIC.len()).ok() != Some(MAGIC) {
            return Err(ReelError::BadMagic {
                expected: "segment",
            });
        }
        let version = reader.u8()?;
        if version != SEGMENT_VERSION {
            return Err(ReelError::UnsupportedVersion {
                found: version.into(),
                supported: SEGMENT_VERSION.into(),
            });
        }
        // A fuzzer cannot guess a checksum.
        if !cfg!(fuzzing) && crc32fast::hash(body) != u32::from_le_bytes(*checksum) {
            return Err(ReelError::corrupt(
                "the checksum of the segment does not match",
            ));
        }
        let flags = reader.u8()?;
        if flags >= RANKS << 1 || flags & (LOG2 | RANKS) == LOG2 | RANKS {
            return Err(ReelError::corrupt("the flags of the segment are invalid"));
        }
        let mut shape = [0; 3];
        for side in &mut shape {
            *side = reader.length()?;
        }
        if shape.contains(&0) {
            return Err(ReelError::corrupt("an axis of the segment has length 0"));
        }
        let (dtype, criterion) = read_criterion(&mut reader)?;
        let class_values = read_class_values(&mut reader, dtype, flags)?;
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
        let (mask, signs, listed_values) = (part(MASK)?, part(SIGNS)?, part(LISTED_VALUES)?);
        let rank_table = part(RANKS)?;
        let body = Body::read(&mut reader, dtype)?;
        let certificate = Certificate::read(&mut reader)?;
        reader.finish()?;
        Ok(Self {
            dtype,
            shape,
            criterion,
            domain: match (flags & LOG2, flags & RANKS) {
                (0, 0) => Domain::Linear,
                (0, _) => Domain::Ranks,
                _ => Domain::Log2,
            },
            class_values,
            clamp,
            mask,
            signs,
            listed_values,
            rank_table,
            body,
            certificate,
        })
    }
}

/// Reads the values of the classes.
fn read_class_values(
    reader: &mut ByteReader<'_>,
    dtype: Dtype,
    flags: u8,
) -> Result<ClassValues, ReelError> {
    let usual = default_missing_value(dtype);
    let class_values = match flags & CLASS_VALUES {
        0 => ClassValues::new(&[usual]),
        _ => {
            let count = usize::from(reader.u8()?);
            let bits = (0..count.min(MAX_CLASS_VALUES)).map(|_| read_value(reader, dtype));
            let class_values = ClassValues::new(&bits.collect::<Result<Vec<_>, _>>()?);
            if count + usize::from(flags & LISTED_VALUES != 0) > MAX_CLASS_VALUES {
                return Err(ReelError::corrupt("the segment has too many classes"));
            }
            class_values
        }
    };
    Ok(match flags & LISTED_VALUES {
        0 => class_values,
        _ => class_values.with_list(),
    })
}
