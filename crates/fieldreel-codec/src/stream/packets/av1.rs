//! AV1's open bitstream units (OBUs) in the low-overhead format, in which each unit states its
//! size.
//!
//! Layout: AV1 Bitstream & Decoding Process Specification, sections 5.3 and 7.5.

use super::{StreamFormat, invalid_stream};
use crate::error::CodecError;

const OBU_SEQUENCE_HEADER: u8 = 1;
const OBU_TEMPORAL_DELIMITER: u8 = 2;

/// A temporal delimiter: its type, the flag `obu_has_size_field`, and a size of 0.
const TEMPORAL_DELIMITER: [u8; 2] = [OBU_TEMPORAL_DELIMITER << 3 | 2, 0];

/// An open bitstream unit of a stream.
struct Obu<'a> {
    /// The offset of the unit in the stream, in bytes.
    start: usize,
    obu_type: u8,
    /// The header, the size and the content.
    bytes: &'a [u8],
}

/// Splits a stream into temporal units, each of which is decoded to one frame.
///
/// # Errors
/// [`CodecError::InvalidStream`] if a unit is damaged or the first one is not a temporal
/// delimiter.
pub(super) fn temporal_units(bytes: &[u8]) -> Result<Vec<&[u8]>, CodecError> {
    let mut starts = Vec::new();
    for obu in obus(bytes) {
        let obu = obu?;
        if obu.obu_type == OBU_TEMPORAL_DELIMITER {
            starts.push(obu.start);
        } else if starts.is_empty() {
            return Err(invalid_stream(
                StreamFormat::Av1,
                0,
                "the first unit is not a temporal delimiter",
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

/// Appends a packet of an encoder, which is one temporal unit, to a stream.
///
/// # Errors
/// [`CodecError::InvalidStream`] if a unit is damaged.
pub(super) fn append_packet(packet: &[u8], out: &mut Vec<u8>) -> Result<(), CodecError> {
    // An encoder may omit the delimiter, because containers do not store it.
    out.extend(TEMPORAL_DELIMITER);
    without_temporal_delimiters(packet, out)
}

/// Appends the units of a packet except temporal delimiters, which containers do not store.
///
/// # Errors
/// [`CodecError::InvalidStream`] if a unit is damaged.
pub(crate) fn without_temporal_delimiters(
    packet: &[u8],
    out: &mut Vec<u8>,
) -> Result<(), CodecError> {
    for obu in obus(packet) {
        let obu = obu?;
        if obu.obu_type != OBU_TEMPORAL_DELIMITER {
            out.extend(obu.bytes);
        }
    }
    Ok(())
}

/// Returns the sequence header of a temporal unit. A unit has one if decoding can start there.
///
/// # Errors
/// [`CodecError::InvalidStream`] if a unit is damaged.
pub(super) fn sequence_header(bytes: &[u8]) -> Result<Option<&[u8]>, CodecError> {
    for obu in obus(bytes) {
        let obu = obu?;
        if obu.obu_type == OBU_SEQUENCE_HEADER {
            return Ok(Some(obu.bytes));
        }
    }
    Ok(None)
}

/// Iterates over the units of a stream, up to and including the first damaged unit.
fn obus(bytes: &[u8]) -> impl Iterator<Item = Result<Obu<'_>, CodecError>> {
    let mut start = 0;
    std::iter::from_fn(move || {
        let rest = bytes.get(start..).filter(|rest| !rest.is_empty())?;
        let obu =
            parse_obu(rest).map_err(|reason| invalid_stream(StreamFormat::Av1, start, reason));
        Some(obu.map(|(obu_type, length)| {
            let obu = Obu {
                start,
                obu_type,
                bytes: &rest[..length],
            };
            start += length;
            obu
        }))
        .inspect(|obu| {
            // The units after a damaged unit cannot be found.
            if obu.is_err() {
                start = bytes.len();
            }
        })
    })
}

/// Returns the type and the length of the unit at the start of `bytes`.
///
/// # Errors
/// A description of the damage.
fn parse_obu(bytes: &[u8]) -> Result<(u8, usize), &'static str> {
    let header = bytes.first().copied().unwrap_or(0);
    if header & 0x80 != 0 {
        return Err("the forbidden bit of a unit is set");
    }
    if header & 2 == 0 {
        return Err("a unit has no size");
    }
    let header_length = 1 + usize::from(header >> 2 & 1);
    let mut size = 0_u64;
    // A size has at most 8 bytes of 7 bits.
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
    fn temporal_units_round_trip() {
        let mut stream = Vec::new();
        // A sequence header of 1 byte and a frame of 130 bytes; then a frame alone, with an
        // extension.
        let first = [b"\x0a\x01s\x32\x82\x01".to_vec(), vec![7; 130]].concat();
        let second = b"\x36\x00\x02ab";
        append_packet(&[&TEMPORAL_DELIMITER, &first[..]].concat(), &mut stream).unwrap();
        append_packet(second, &mut stream).unwrap();
        let units = temporal_units(&stream).unwrap();
        assert_eq!(units.len(), 2);
        assert_eq!(units[0], [&TEMPORAL_DELIMITER, &first[..]].concat());
        assert_eq!(units[1], [&TEMPORAL_DELIMITER, &second[..]].concat());
        assert_eq!(sequence_header(units[0]).unwrap(), Some(&b"\x0a\x01s"[..]));
        assert_eq!(sequence_header(units[1]).unwrap(), None);
    }

    #[test]
    fn a_damaged_unit_is_one_error_and_ends_the_iteration() {
        for damaged in [
            &b"\x8a\0"[..],
            b"\x08\0",
            b"\x0a",
            b"\x0a\x05abc",
            b"\x0a\xff\xff",
        ] {
            assert_eq!(obus(damaged).count(), 1);
            assert!(temporal_units(damaged).is_err());
        }
        assert!(temporal_units(b"\x0a\0").is_err());
        assert!(temporal_units(b"").unwrap().is_empty());
    }
}
