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
use value::{default_special, read_value, write_value};

const MAGIC: &[u8] = b"FRS";
/// The version of the segment format that this library writes and reads.
pub const SEGMENT_VERSION: u8 = 1;

const CLASSES: u8 = 1;
const SIGNS: u8 = 1 << 1;
/// The flag of a segment that lists the values of one class.
const LIST: u8 = 1 << 2;
/// The flag of a segment that stores the values of its classes, because they are not the default
/// alone.
const SPECIAL: u8 = 1 << 3;
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
    pub(crate) special: ClassValues,
    /// The bits of the smallest and the largest value to which decoded values are clamped.
    pub(crate) clamp: Option<[u64; 2]>,
    pub(crate) classes: Option<&'a [u8]>,
    /// The signs of the values, if the numbers are logarithms.
    pub(crate) signs: Option<&'a [u8]>,
    /// The bits of each value of the class whose values are listed.
    pub(crate) list: Option<&'a [u8]>,
    /// The sorted table of all distinct values, if the numbers are ranks.
    pub(crate) table: Option<&'a [u8]>,
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
        let is_usual = self.special.bits() == [default_special(self.dtype)];
        let special = (!is_usual && self.classes.is_some()).then(|| self.special.bits());
        writer.u8(flag(CLASSES, self.classes.is_some())
            | flag(SIGNS, self.signs.is_some())
            | flag(LIST, self.list.is_some())
            | flag(SPECIAL, special.is_some())
            | flag(LOG2, self.domain == Domain::Log2)
            | flag(CLAMP, self.clamp.is_some())
            | flag(RANKS, self.table.is_some()));
        for side in self.shape {
            writer.varint(side as u64);
        }
        write_criterion(&mut writer, self.dtype, self.criterion);
        if let Some(special) = special {
            writer.u8(special.len() as u8);
        }
        let values = special.unwrap_or_default().iter();
        for &bits in values.chain(self.clamp.iter().flatten()) {
            write_value(&mut writer, self.dtype, bits);
        }
        for part in [self.classes, self.signs, self.list, self.table]
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
        let special = read_special(&mut reader, dtype, flags)?;
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
        let table = part(RANKS)?;
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
            special,
            clamp,
            classes,
            signs,
            list,
            table,
            body,
            certificate,
        })
    }
}

/// Reads the values of the classes.
fn read_special(
    reader: &mut ByteReader<'_>,
    dtype: Dtype,
    flags: u8,
) -> Result<ClassValues, ReelError> {
    let usual = default_special(dtype);
    let special = match flags & SPECIAL {
        0 => ClassValues::new(&[usual]),
        _ => {
            let count = usize::from(reader.u8()?);
            let bits = (0..count.min(MAX_CLASS_VALUES)).map(|_| read_value(reader, dtype));
            let special = ClassValues::new(&bits.collect::<Result<Vec<_>, _>>()?);
            if count + usize::from(flags & LIST != 0) > MAX_CLASS_VALUES {
                return Err(ReelError::corrupt("the segment has too many classes"));
            }
            special
        }
    };
    Ok(match flags & LIST {
        0 => special,
        _ => special.with_list(),
    })
}
