//! AV1's open bitstream units (OBUs), in the low-overhead format: every one with its size.
//!
//! Layout: AV1 Bitstream & Decoding Process Specification, sections 5.3 and 7.5.

use super::{StreamFormat, bad};
use crate::error::CodecError;

const SEQUENCE_HEADER: u8 = 1;
const TEMPORAL_DELIMITER: u8 = 2;

/// A temporal delimiter: its type, "has a size", and a size of 0.
const DELIMITER: [u8; 2] = [TEMPORAL_DELIMITER << 3 | 2, 0];

/// One unit of a stream.
struct Unit<'a> {
    /// Where it starts.
    start: usize,
    kind: u8,
    /// Header, size and content.
    bytes: &'a [u8],
}

/// The temporal units of a stream: what is decoded to one frame each.
///
/// # Errors
/// [`CodecError::InvalidStream`].
pub(super) fn temporal_units(bytes: &[u8]) -> Result<Vec<&[u8]>, CodecError> {
    let mut starts = Vec::new();
    for unit in units(bytes) {
        let unit = unit?;
        if unit.kind == TEMPORAL_DELIMITER {
            starts.push(unit.start);
        } else if starts.is_empty() {
            return Err(bad(
                StreamFormat::Av1,
                0,
                "no temporal delimiter comes first",
            ));
        }
    }
    let ends = starts.iter().copied().skip(1).chain([bytes.len()]);
    Ok(starts
        .iter()
        .zip(ends)
        .map(|(&start, end)| &bytes[start..end])
        .collect())
}

/// Appends an encoder's packet, which is one temporal unit.
///
/// # Errors
/// [`CodecError::InvalidStream`].
pub(super) fn write(packet: &[u8], out: &mut Vec<u8>) -> Result<(), CodecError> {
    out.extend(DELIMITER);
    for unit in units(packet) {
        let unit = unit?;
        // Where a container would not want it, encoders leave it out.
        if unit.kind != TEMPORAL_DELIMITER {
            out.extend(unit.bytes);
        }
    }
    Ok(())
}

/// The sequence header in a temporal unit; there is one where decoding can start.
///
/// # Errors
/// [`CodecError::InvalidStream`].
pub(super) fn sequence_header(bytes: &[u8]) -> Result<Option<&[u8]>, CodecError> {
    for unit in units(bytes) {
        let unit = unit?;
        if unit.kind == SEQUENCE_HEADER {
            return Ok(Some(unit.bytes));
        }
    }
    Ok(None)
}

fn units(bytes: &[u8]) -> impl Iterator<Item = Result<Unit<'_>, CodecError>> {
    let mut start = 0;
    std::iter::from_fn(move || {
        let rest = bytes.get(start..).filter(|rest| !rest.is_empty())?;
        let unit = unit(rest).map_err(|reason| bad(StreamFormat::Av1, start, reason));
        Some(unit.map(|(kind, length)| {
            let unit = Unit {
                start,
                kind,
                bytes: &rest[..length],
            };
            start += length;
            unit
        }))
        .inspect(|unit| {
            // Nothing can be told after damage.
            if unit.is_err() {
                start = bytes.len();
            }
        })
    })
}

/// Type and length of the unit that `bytes` start with.
fn unit(bytes: &[u8]) -> Result<(u8, usize), &'static str> {
    let header = bytes.first().copied().unwrap_or(0);
    if header & 0x80 != 0 {
        return Err("the forbidden bit of a unit is set");
    }
    if header & 2 == 0 {
        return Err("a unit has no size");
    }
    let header_length = 1 + usize::from(header >> 2 & 1);
    let mut size = 0_u64;
    // At most 8 bytes of 7 bits.
    for (index, &byte) in bytes.iter().skip(header_length).take(8).enumerate() {
        size |= u64::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            let length = usize::try_from(size)
                .ok()
                .and_then(|size| size.checked_add(header_length + index + 1))
                .filter(|&length| length <= bytes.len());
            return match length {
                Some(length) => Ok((header >> 3 & 15, length)),
                None => Err("a unit reaches past the end"),
            };
        }
    }
    Err("a unit's size is cut short")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn temporal_units_come_back() {
        let mut stream = Vec::new();
        // A sequence header of one byte and a frame of 130; then a frame alone, with an extension.
        let first = [b"\x0a\x01s\x32\x82\x01".to_vec(), vec![7; 130]].concat();
        let second = b"\x36\x00\x02ab";
        write(&[&DELIMITER, &first[..]].concat(), &mut stream).unwrap();
        write(second, &mut stream).unwrap();
        let units = temporal_units(&stream).unwrap();
        assert_eq!(units.len(), 2);
        assert_eq!(units[0], [&DELIMITER, &first[..]].concat());
        assert_eq!(units[1], [&DELIMITER, &second[..]].concat());
        assert_eq!(sequence_header(units[0]).unwrap(), Some(&b"\x0a\x01s"[..]));
        assert_eq!(sequence_header(units[1]).unwrap(), None);
    }

    #[test]
    fn damage_is_told_once_and_ends() {
        for damaged in [
            &b"\x8a\0"[..],
            b"\x08\0",
            b"\x0a",
            b"\x0a\x05abc",
            b"\x0a\xff\xff",
        ] {
            assert_eq!(units(damaged).count(), 1);
            assert!(temporal_units(damaged).is_err());
        }
        assert!(temporal_units(b"\x0a\0").is_err());
        assert!(temporal_units(b"").unwrap().is_empty());
    }
}
