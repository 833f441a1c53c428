//! HEVC's byte stream: start codes, NAL units, and access units.
//!
//! Layout: ITU-T H.265, section 7.3.1 (NAL unit headers), 7.4.2.4.4 (the order of NAL units in an
//! access unit) and annex B (the byte stream).

use std::ops::RangeInclusive;

use super::{StreamFormat, bad};
use crate::error::CodecError;

/// Of two to four bytes that may come before a NAL unit, these suffice for every decoder: the
/// zeros that the standard adds before some of them only help to find byte boundaries.
const START_CODE: [u8; 3] = [0, 0, 1];

/// Pictures; decoding can start at some of them.
const VCL: RangeInclusive<u8> = 0..=31;
const RANDOM_ACCESS: RangeInclusive<u8> = 16..=23;
const PARAMETER_SETS: RangeInclusive<u8> = 32..=34;
const DELIMITER: u8 = 35;
const FILLER: u8 = 38;
const SEI: RangeInclusive<u8> = 39..=40;

/// One NAL unit of a stream.
#[derive(Clone, Copy)]
struct Unit<'a> {
    /// Where its start code starts.
    start: usize,
    /// Header and content, without the start code.
    bytes: &'a [u8],
}

impl Unit<'_> {
    /// The type. Every unit has a header of two bytes.
    fn kind(&self) -> u8 {
        self.bytes[0] >> 1 & 0x3f
    }

    /// Whether it is the first part of a picture.
    fn starts_picture(&self) -> bool {
        VCL.contains(&self.kind()) && self.bytes.get(2).is_some_and(|byte| byte & 0x80 != 0)
    }

    /// Whether it can only come before a picture: after one, it belongs to the next.
    fn precedes_picture(&self) -> bool {
        // Parameter sets, delimiter, prefix messages, and what is reserved for such.
        self.starts_picture() || matches!(self.kind(), 32..=35 | 39 | 41..=44 | 48..=55)
    }
}

/// The access units of a stream, each one picture with what belongs to it.
///
/// # Errors
/// [`CodecError::InvalidStream`].
pub(super) fn access_units(bytes: &[u8]) -> Result<Vec<&[u8]>, CodecError> {
    let mut starts = Vec::new();
    let mut has_picture = true;
    for unit in units(bytes)? {
        if has_picture && (starts.is_empty() || unit.precedes_picture()) {
            starts.push(unit.start);
            has_picture = false;
        }
        has_picture |= VCL.contains(&unit.kind());
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
    pub(super) fn write(&mut self, packet: &[u8], out: &mut Vec<u8>) -> Result<(), CodecError> {
        for unit in units(packet)? {
            let kind = unit.kind();
            let needed = match kind {
                DELIMITER | FILLER => false,
                _ if SEI.contains(&kind) => false,
                _ if PARAMETER_SETS.contains(&kind) => self.is_news(unit.bytes),
                _ => true,
            };
            if needed {
                out.extend(START_CODE);
                out.extend(unit.bytes);
            }
        }
        Ok(())
    }

    /// Whether the set differs from the last one of its type. (x265 writes one of each type.)
    fn is_news(&mut self, set: &[u8]) -> bool {
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
pub(super) struct Parts<'a> {
    /// The parameter sets, each with its type.
    pub(super) sets: Vec<(u8, &'a [u8])>,
    /// The other NAL units.
    pub(super) rest: Vec<&'a [u8]>,
    /// Whether decoding can start there.
    pub(super) random_access: bool,
}

/// Parts an access unit into its parameter sets and the rest.
///
/// # Errors
/// [`CodecError::InvalidStream`].
pub(super) fn parts(access_unit: &[u8]) -> Result<Parts<'_>, CodecError> {
    let (sets, rest): (Vec<_>, Vec<_>) = units(access_unit)?
        .into_iter()
        .partition(|unit| PARAMETER_SETS.contains(&unit.kind()));
    Ok(Parts {
        random_access: rest.iter().any(|unit| RANDOM_ACCESS.contains(&unit.kind())),
        sets: sets.iter().map(|set| (set.kind(), set.bytes)).collect(),
        rest: rest.iter().map(|unit| unit.bytes).collect(),
    })
}

/// The NAL units of a byte stream.
fn units(bytes: &[u8]) -> Result<Vec<Unit<'_>>, CodecError> {
    let mut units = Vec::new();
    let mut start = match next_start_code(bytes, 0) {
        // Zeros may come before the first start code, nothing else.
        Some(first) if bytes[..first].iter().all(|&byte| byte == 0) => first,
        _ => return Err(bad(StreamFormat::Hevc, 0, "no start code comes first")),
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
            return Err(bad(StreamFormat::Hevc, start, "a NAL unit is cut short"));
        }
        units.push(Unit { start, bytes: unit });
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
    fn unit(kind: u8, first: bool) -> Vec<u8> {
        vec![kind << 1, 1, u8::from(first) << 7 | 0x11, kind]
    }

    fn joined(units: &[Vec<u8>]) -> Vec<u8> {
        let coded = units.iter().map(|unit| [&START_CODE, &unit[..]].concat());
        coded.collect::<Vec<_>>().concat()
    }

    #[test]
    fn access_units_start_with_what_precedes_a_picture() {
        let first = joined(&[
            unit(32, false),
            unit(33, false),
            unit(20, true),
            unit(20, false),
        ]);
        let second = joined(&[unit(1, true)]);
        // A suffix message belongs to the picture before it, a prefix message to the next.
        let third = joined(&[unit(0, true), unit(40, false)]);
        let fourth = joined(&[unit(39, false), unit(0, true), unit(36, false)]);
        let units = [&first[..], &second, &third, &fourth];
        assert_eq!(access_units(&units.concat()).unwrap(), units);
    }

    #[test]
    fn start_codes_may_have_more_zeros() {
        let (first, second) = (unit(20, true), unit(1, true));
        let stream = [b"\0\0\0\x01", &first[..], b"\0\0\0\x01", &second, b"\0\0"].concat();
        let found: Vec<_> = units(&stream)
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
        sets.write(&joined(&key), &mut out).unwrap();
        sets.write(&joined(&key), &mut out).unwrap();
        let other = [
            unit(33, true),
            unit(20, true),
            unit(38, true),
            unit(40, true),
        ];
        sets.write(&joined(&other), &mut out).unwrap();
        let [_, set, _, picture] = key;
        let [other, ..] = other;
        let expected = [set, picture.clone(), picture.clone(), other, picture];
        assert_eq!(out, joined(&expected));
    }

    #[test]
    fn damage_is_told() {
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
