//! The byte stream of HEVC: start codes, NAL units, and access units.
//!
//! Layout: ITU-T H.265, section 7.3.1 (NAL unit headers), 7.4.2.4.4 (the order of NAL units in an
//! access unit) and annex B (the byte stream).

use std::ops::RangeInclusive;

use super::{StreamFormat, invalid_stream};
use crate::error::CodecError;

/// The start code before each NAL unit. Start codes may have more zeros, but every decoder accepts
/// this one: the additional zeros of the standard only help to find byte boundaries.
const START_CODE: [u8; 3] = [0, 0, 1];

/// The NAL unit types of slices of pictures.
const VCL_TYPES: RangeInclusive<u8> = 0..=31;
/// The NAL unit types of intra random access point (IRAP) pictures, at which decoding can start.
const IRAP_TYPES: RangeInclusive<u8> = 16..=23;
const PARAMETER_SET_TYPES: RangeInclusive<u8> = 32..=34;
const ACCESS_UNIT_DELIMITER: u8 = 35;
const FILLER_DATA: u8 = 38;
const SEI_TYPES: RangeInclusive<u8> = 39..=40;

/// One NAL unit of a stream.
#[derive(Clone, Copy)]
struct NalUnit<'a> {
    /// The offset of the unit's start code, in bytes.
    start: usize,
    /// The header and the content, without the start code.
    bytes: &'a [u8],
}

impl NalUnit<'_> {
    /// Returns the type of the unit. Every unit has a header of two bytes.
    fn unit_type(&self) -> u8 {
        self.bytes[0] >> 1 & 0x3f
    }

    /// Returns true if the unit is the first slice of a picture.
    fn starts_picture(&self) -> bool {
        VCL_TYPES.contains(&self.unit_type())
            && self.bytes.get(2).is_some_and(|byte| byte & 0x80 != 0)
    }

    /// Returns true if the unit can only come before a picture: after a picture, it belongs to the
    /// next access unit.
    fn precedes_picture(&self) -> bool {
        // Parameter sets, access unit delimiters, prefix messages, and types reserved for such
        // units.
        self.starts_picture() || matches!(self.unit_type(), 32..=35 | 39 | 41..=44 | 48..=55)
    }
}

/// Splits a stream into access units, each of which holds one picture and the units that belong to
/// it.
///
/// # Errors
/// [`CodecError::InvalidStream`] if the stream is not a sequence of NAL units.
pub(super) fn access_units(bytes: &[u8]) -> Result<Vec<&[u8]>, CodecError> {
    let mut starts = Vec::new();
    let mut has_picture = true;
    for unit in nal_units(bytes)? {
        if has_picture && (starts.is_empty() || unit.precedes_picture()) {
            starts.push(unit.start);
            has_picture = false;
        }
        has_picture |= VCL_TYPES.contains(&unit.unit_type());
    }
    let ends = starts.iter().copied().skip(1).chain([bytes.len()]);
    Ok(starts
        .iter()
        .zip(ends)
        .map(|(&start, end)| &bytes[start..end])
        .collect())
}

/// The parameter sets that a stream already contains.
#[derive(Default)]
pub(super) struct ParameterSets {
    /// The set written last, of each type.
    written: Vec<Vec<u8>>,
}

impl ParameterSets {
    /// Appends a packet of an encoder to a stream, without the units that a decoder does not need:
    /// supplemental enhancement information (SEI), delimiters, filler data, and parameter sets
    /// that are already in force.
    ///
    /// # Errors
    /// [`CodecError::InvalidStream`] if the packet is not a sequence of NAL units.
    pub(super) fn append_packet(
        &mut self,
        packet: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<(), CodecError> {
        for unit in nal_units(packet)? {
            let unit_type = unit.unit_type();
            let is_needed = match unit_type {
                ACCESS_UNIT_DELIMITER | FILLER_DATA => false,
                _ if SEI_TYPES.contains(&unit_type) => false,
                _ if PARAMETER_SET_TYPES.contains(&unit_type) => self.is_new_or_changed(unit.bytes),
                _ => true,
            };
            if is_needed {
                out.extend(START_CODE);
                out.extend(unit.bytes);
            }
        }
        Ok(())
    }

    /// Returns true if the set differs from the last one of its type, and records it. (x265 writes
    /// one set of each type.)
    fn is_new_or_changed(&mut self, set: &[u8]) -> bool {
        match self.written.iter_mut().find(|known| known[0] == set[0]) {
            Some(known) if known == set => false,
            Some(known) => {
                *known = set.to_vec();
                true
            }
            None => {
                self.written.push(set.to_vec());
                true
            }
        }
    }
}

/// The parts of an access unit that a container stores separately.
pub(super) struct AccessUnitParts<'a> {
    /// The parameter sets, each with its type.
    pub(super) sets: Vec<(u8, &'a [u8])>,
    /// The other NAL units.
    pub(super) other_units: Vec<&'a [u8]>,
    /// True if decoding can start at this access unit.
    pub(super) is_random_access: bool,
}

/// Splits an access unit into its parameter sets and its other units.
///
/// # Errors
/// [`CodecError::InvalidStream`] if it is not a sequence of NAL units.
pub(super) fn split_access_unit(access_unit: &[u8]) -> Result<AccessUnitParts<'_>, CodecError> {
    let (sets, other_units): (Vec<_>, Vec<_>) = nal_units(access_unit)?
        .into_iter()
        .partition(|unit| PARAMETER_SET_TYPES.contains(&unit.unit_type()));
    Ok(AccessUnitParts {
        is_random_access: other_units
            .iter()
            .any(|unit| IRAP_TYPES.contains(&unit.unit_type())),
        sets: sets
            .iter()
            .map(|set| (set.unit_type(), set.bytes))
            .collect(),
        other_units: other_units.iter().map(|unit| unit.bytes).collect(),
    })
}

/// Splits a byte stream into NAL units.
///
/// # Errors
/// [`CodecError::InvalidStream`] if the stream does not begin with a start code, or if a unit is
/// truncated.
fn nal_units(bytes: &[u8]) -> Result<Vec<NalUnit<'_>>, CodecError> {
    let mut units = Vec::new();
    let mut start = match next_start_code(bytes, 0) {
        // Only zeros may precede the first start code.
        Some(first) if bytes[..first].iter().all(|&byte| byte == 0) => first,
        _ => {
            return Err(invalid_stream(
                StreamFormat::Hevc,
                0,
                "the stream does not begin with a start code",
            ));
        }
    };
    loop {
        let content = start + START_CODE.len();
        let next = next_start_code(bytes, content);
        let mut unit = &bytes[content..next.unwrap_or(bytes.len())];
        // A unit ends with a bit of 1, so zeros after it belong to the next start code.
        while let [shorter @ .., 0] = unit {
            unit = shorter;
        }
        if unit.len() < 2 {
            return Err(invalid_stream(
                StreamFormat::Hevc,
                start,
                "a NAL unit is cut short",
            ));
        }
        units.push(NalUnit { start, bytes: unit });
        match next {
            Some(next) => start = next,
            None => return Ok(units),
        }
    }
}

fn next_start_code(bytes: &[u8], from: usize) -> Option<usize> {
    let found = bytes
        .get(from..)?
        .windows(3)
        .position(|at| at == START_CODE);
    found.map(|position| from + position)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns a NAL unit of the given type. If it belongs to a picture, `first` makes it the
    /// first slice.
    fn unit(unit_type: u8, first: bool) -> Vec<u8> {
        vec![unit_type << 1, 1, u8::from(first) << 7 | 0x11, unit_type]
    }

    fn byte_stream(units: &[Vec<u8>]) -> Vec<u8> {
        let coded = units.iter().map(|unit| [&START_CODE, &unit[..]].concat());
        coded.collect::<Vec<_>>().concat()
    }

    #[test]
    fn units_that_precede_a_picture_start_its_access_unit() {
        let first = byte_stream(&[
            unit(32, false),
            unit(33, false),
            unit(20, true),
            unit(20, false),
        ]);
        let second = byte_stream(&[unit(1, true)]);
        // A suffix message belongs to the picture before it, a prefix message to the picture after
        // it.
        let third = byte_stream(&[unit(0, true), unit(40, false)]);
        let fourth = byte_stream(&[unit(39, false), unit(0, true), unit(36, false)]);
        let units = [&first[..], &second, &third, &fourth];
        assert_eq!(access_units(&units.concat()).unwrap(), units);
    }

    #[test]
    fn start_codes_may_have_extra_zeros() {
        let (first, second) = (unit(20, true), unit(1, true));
        let stream = [b"\0\0\0\x01", &first[..], b"\0\0\0\x01", &second, b"\0\0"].concat();
        let found: Vec<_> = nal_units(&stream)
            .unwrap()
            .iter()
            .map(|unit| unit.bytes)
            .collect();
        assert_eq!(found, [first, second]);
        assert_eq!(access_units(&stream).unwrap().len(), 2);
    }

    #[test]
    fn only_what_a_decoder_needs_is_written() {
        let mut sets = ParameterSets::default();
        let mut out = Vec::new();
        let key = [
            unit(35, true),
            unit(33, false),
            unit(39, true),
            unit(20, true),
        ];
        sets.append_packet(&byte_stream(&key), &mut out).unwrap();
        sets.append_packet(&byte_stream(&key), &mut out).unwrap();
        let other = [
            unit(33, true),
            unit(20, true),
            unit(38, true),
            unit(40, true),
        ];
        sets.append_packet(&byte_stream(&other), &mut out).unwrap();
        let [_, set, _, picture] = key;
        let [other, ..] = other;
        let expected = [set, picture.clone(), picture.clone(), other, picture];
        assert_eq!(out, byte_stream(&expected));
    }

    #[test]
    fn damaged_streams_are_errors() {
        for damaged in [
            &b""[..],
            b"\0\0",
            b"a\0\0\x01bcd",
            b"\0\0\x01",
            b"\0\0\x01a\0\0\x01bc",
        ] {
            assert!(access_units(damaged).is_err(), "{damaged:?}");
        }
    }
}
