//! HEVC's byte stream: start codes, NAL units, and access units.
//!
//! Layout: ITU-T H.265, section 7.3.1 (NAL unit headers), 7.4.2.4.4 (the order of NAL units in an
//! access unit) and annex B (the byte stream).

use std::ops::RangeInclusive;

use super::{StreamFormat, invalid_stream};
use crate::error::CodecError;

/// Of two to four bytes that may come before a NAL unit, these suffice for every decoder: the
/// zeros that the standard adds before some of them only help to find byte boundaries.
const START_CODE: [u8; 3] = [0, 0, 1];

/// Pictures; decoding can start at some of them.
const VCL_TYPES: RangeInclusive<u8> = 0..=31;
const IRAP_TYPES: RangeInclusive<u8> = 16..=23;
const PARAMETER_SET_TYPES: RangeInclusive<u8> = 32..=34;
const ACCESS_UNIT_DELIMITER: u8 = 35;
const FILLER_DATA: u8 = 38;
const SEI_TYPES: RangeInclusive<u8> = 39..=40;

/// One NAL unit of a stream.
#[derive(Clone, Copy)]
struct NalUnit<'a> {
    /// Where its start code starts.
    start: usize,
    /// Header and content, without the start code.
    bytes: &'a [u8],
}

impl NalUnit<'_> {
    /// The type. Every unit has a header of two bytes.
    fn unit_type(&self) -> u8 {
        self.bytes[0] >> 1 & 0x3f
    }

    /// Whether it is the first part of a picture.
    fn starts_picture(&self) -> bool {
        VCL_TYPES.contains(&self.unit_type())
            && self.bytes.get(2).is_some_and(|byte| byte & 0x80 != 0)
    }

    /// Whether it can only come before a picture: after one, it belongs to the next.
    fn precedes_picture(&self) -> bool {
        // Parameter sets, delimiter, prefix messages, and what is reserved for such.
        self.starts_picture() || matches!(self.unit_type(), 32..=35 | 39 | 41..=44 | 48..=55)
    }
}

/// The access units of a stream, each one picture with what belongs to it.
///
/// # Errors
/// [`CodecError::InvalidStream`].
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

/// Which parameter sets a stream holds already.
#[derive(Default)]
pub(super) struct ParameterSets {
    /// The set last written, of each type and number.
    written: Vec<Vec<u8>>,
}

impl ParameterSets {
    /// Appends an encoder's packet, without what a decoder does not need: messages (SEI),
    /// delimiters, filler, and parameter sets that are in force already.
    ///
    /// # Errors
    /// [`CodecError::InvalidStream`].
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

    /// Whether the set differs from the last one of its type. (x265 writes one of each type.)
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

/// An access unit in parts, for a container.
pub(super) struct AccessUnitParts<'a> {
    /// The parameter sets, each with its type.
    pub(super) sets: Vec<(u8, &'a [u8])>,
    /// The other NAL units.
    pub(super) other_units: Vec<&'a [u8]>,
    /// Whether decoding can start there.
    pub(super) is_random_access: bool,
}

/// Parts an access unit into its parameter sets and the rest.
///
/// # Errors
/// [`CodecError::InvalidStream`].
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

/// The NAL units of a byte stream.
fn nal_units(bytes: &[u8]) -> Result<Vec<NalUnit<'_>>, CodecError> {
    let mut units = Vec::new();
    let mut start = match next_start_code(bytes, 0) {
        // Zeros may come before the first start code, nothing else.
        Some(first) if bytes[..first].iter().all(|&byte| byte == 0) => first,
        _ => {
            return Err(invalid_stream(
                StreamFormat::Hevc,
                0,
                "no start code comes first",
            ));
        }
    };
    loop {
        let content = start + START_CODE.len();
        let next = next_start_code(bytes, content);
        let mut unit = &bytes[content..next.unwrap_or(bytes.len())];
        // A unit ends with a bit that is 1: zeros after it belong to the next start code.
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

    /// A NAL unit of this type; of a picture, its first part or a later one.
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
        // A suffix message belongs to the picture before it, a prefix message to the next.
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
