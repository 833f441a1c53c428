//! Framing: the boundaries of messages in a stream, and of fields within messages.
//!
//! ecCodes has its own reader, but on damaged messages with several fields that reader reads and
//! frees memory out of bounds. This module therefore parses the sections itself, checks their
//! lengths, and gives ecCodes one complete message with one field at a time. Layouts: WMO Manual
//! on Codes, FM 92 GRIB, editions 1 and 2.

use std::collections::VecDeque;
use std::io::{self, BufRead, Read};

/// The reason why the next message cannot be returned.
#[derive(Debug)]
pub(super) enum FramingError {
    Io(io::Error),
    Truncated { expected: u64, found: u64 },
    Damaged(&'static str),
}

impl From<io::Error> for FramingError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// A reader of the messages of a stream, which splits multi-field messages into single fields.
pub(super) struct Framer<R> {
    source: R,
    /// The number of bytes read from the source.
    position: u64,
    found_message: bool,
    /// Fields of the current message that are not yet returned.
    fields: VecDeque<Vec<u8>>,
    location: MessageLocation,
}

/// The location of a field in a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct MessageLocation {
    /// The byte offset of the message.
    pub(super) offset: u64,
    /// The index of the field in the message.
    pub(super) field: u32,
}

const END: &[u8; 4] = b"7777";

impl<R: BufRead> Framer<R> {
    pub(super) fn new(source: R) -> Self {
        Self {
            source,
            position: 0,
            found_message: false,
            fields: VecDeque::new(),
            location: MessageLocation::default(),
        }
    }

    /// Returns the location of the field that was returned last.
    pub(super) fn location(&self) -> MessageLocation {
        self.location
    }

    /// Returns the next message, or `None` if there is none.
    pub(super) fn next(&mut self) -> Result<Option<Vec<u8>>, FramingError> {
        loop {
            if let Some(field) = self.fields.pop_front() {
                self.location.field += 1;
                return Ok(Some(field));
            }
            if !self.find_start()? {
                return Ok(None);
            }
            let start = self.position - 4;
            let mut message = b"GRIB".to_vec();
            self.extend(&mut message, 4, start)?;
            match message[7] {
                1 => {
                    self.read_edition1(&mut message, start)?;
                    self.fields.push_back(message);
                }
                2 => {
                    self.extend(&mut message, 8, start)?;
                    let length = big_endian(&message[8..16]);
                    self.read_remainder(&mut message, length, start)?;
                    self.fields = split_fields(message).map_err(FramingError::Damaged)?.into();
                }
                _ if self.found_message => {
                    return Err(FramingError::Damaged(
                        "a message has an edition other than 1 and 2",
                    ));
                }
                // The letters occur in data that is not GRIB, or in a bulletin heading.
                _ => continue,
            }
            self.found_message = true;
            self.location = MessageLocation {
                offset: start,
                field: 0,
            };
            if let Some(field) = self.fields.pop_front() {
                return Ok(Some(field));
            }
        }
    }

    /// Skips to the byte after the next `GRIB`. Returns false at the end of the stream.
    fn find_start(&mut self) -> Result<bool, FramingError> {
        let mut window = [0; 4];
        for byte in self.source.by_ref().bytes() {
            window.rotate_left(1);
            window[3] = byte?;
            self.position += 1;
            if &window == b"GRIB" {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Appends the next `count` bytes. The buffer grows with the bytes that exist, not with the
    /// length that the message declares.
    fn extend(
        &mut self,
        message: &mut Vec<u8>,
        count: u64,
        start: u64,
    ) -> Result<(), FramingError> {
        let read = self.source.by_ref().take(count).read_to_end(message)? as u64;
        self.position += read;
        if read < count {
            let expected = start
                .saturating_add(message.len() as u64 - read)
                .saturating_add(count);
            return Err(FramingError::Truncated {
                expected,
                found: self.position,
            });
        }
        Ok(())
    }

    /// Reads the rest of a message of `length` bytes, and checks its end marker.
    fn read_remainder(
        &mut self,
        message: &mut Vec<u8>,
        length: u64,
        start: u64,
    ) -> Result<(), FramingError> {
        let rest = length
            .checked_sub(message.len() as u64)
            .ok_or(FramingError::Damaged(
                "a message is shorter than its sections",
            ))?;
        self.extend(message, rest, start)?;
        if !message.ends_with(END) {
            return Err(FramingError::Damaged("a message has no end marker"));
        }
        Ok(())
    }

    /// Reads the rest of an edition 1 message, section by section.
    fn read_edition1(&mut self, message: &mut Vec<u8>, start: u64) -> Result<(), FramingError> {
        let declared_length = big_endian(&message[4..7]);
        let identification = message.len();
        self.extend(message, 8, start)?;
        let flags = message[identification + 7];
        self.finish_section(message, identification, 28, start)?;
        for (flag, min_length) in [(0x80, 32), (0x40, 6)] {
            if flags & flag != 0 {
                let section = message.len();
                self.extend(message, 3, start)?;
                self.finish_section(message, section, min_length, start)?;
            }
        }
        let data = message.len();
        self.extend(message, 3, start)?;
        let data_length = big_endian(&message[data..data + 3]);
        // ECMWF's convention for lengths of more than 24 bits: the declared length is in units of
        // 120 bytes, from which the declared data length is subtracted.
        let length = if declared_length & 0x80_0000 != 0 && data_length < 120 {
            ((declared_length & 0x7f_ffff) * 120 + 4)
                .checked_sub(data_length)
                .ok_or(FramingError::Damaged(
                    "a message is shorter than its sections",
                ))?
        } else {
            if data_length < 11 || data as u64 + data_length + 4 > declared_length {
                return Err(FramingError::Damaged(
                    "a section does not fit into its message",
                ));
            }
            declared_length
        };
        self.read_remainder(message, length, start)
    }

    /// Reads the rest of an edition 1 section, of which at least the length is already read.
    fn finish_section(
        &mut self,
        message: &mut Vec<u8>,
        section: usize,
        min_length: u64,
        start: u64,
    ) -> Result<(), FramingError> {
        let length = big_endian(&message[section..section + 3]);
        if length < min_length {
            return Err(FramingError::Damaged(
                "a section is shorter than its content",
            ));
        }
        let read = (message.len() - section) as u64;
        self.extend(message, length.saturating_sub(read), start)
    }
}

/// Decodes a big-endian integer of up to eight bytes.
fn big_endian(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0, |value, &byte| value << 8 | u64::from(byte))
}

/// Splits a complete edition 2 message into messages of one field each.
fn split_fields(message: Vec<u8>) -> Result<Vec<Vec<u8>>, &'static str> {
    /// The minimum lengths of sections 0 to 7.
    const MIN_LENGTHS: [usize; 8] = [16, 21, 5, 14, 9, 11, 6, 5];
    let mut sections: [Option<&[u8]>; 8] = [None; 8];
    let mut bitmap = None;
    let mut fields = Vec::new();
    let mut rest = &message[16..message.len() - END.len()];
    while !rest.is_empty() {
        let (length, number) = match rest.get(..5) {
            Some(head) => (big_endian(&head[..4]) as usize, usize::from(head[4])),
            None => return Err("a message has bytes after its last section"),
        };
        let min_length = *MIN_LENGTHS
            .get(number)
            .filter(|_| number > 0)
            .ok_or("a section has an invalid number")?;
        if length < min_length || length > rest.len() {
            return Err("a section does not fit into its message");
        }
        let (section, remainder) = rest.split_at(length);
        rest = remainder;
        sections[number] = Some(section);
        match (number, section.get(5)) {
            (6, Some(0)) => bitmap = Some(section),
            // Bitmap indicator 254: the bitmap of an earlier field of this message applies.
            (6, Some(254)) => {
                sections[6] =
                    Some(bitmap.ok_or("a field refers to an earlier bitmap that does not exist")?);
            }
            (7, _) => {
                let [
                    _,
                    Some(s1),
                    s2,
                    Some(s3),
                    Some(s4),
                    Some(s5),
                    Some(s6),
                    Some(s7),
                ] = sections
                else {
                    return Err("a field lacks a section");
                };
                let mut field = message[..16].to_vec();
                for section in [s1, s2.unwrap_or_default(), s3, s4, s5, s6, s7] {
                    field.extend_from_slice(section);
                }
                field.extend_from_slice(END);
                let length = field.len() as u64;
                field[8..16].copy_from_slice(&length.to_be_bytes());
                fields.push(field);
                // The next field has its own sections 4 to 7; its section 6 may refer to a bitmap.
                for section in &mut sections[4..] {
                    *section = None;
                }
            }
            _ => {}
        }
    }
    if sections[4..].iter().any(Option::is_some) || fields.is_empty() {
        return Err("a field lacks a section");
    }
    Ok(fields)
}

#[cfg(test)]
mod tests {
    use super::{Framer, FramingError};

    fn section(number: u8, length: usize, fill: u8) -> Vec<u8> {
        let mut section = (length as u32).to_be_bytes().to_vec();
        section.push(number);
        section.resize(length, fill);
        section
    }

    fn edition2(sections: &[Vec<u8>]) -> Vec<u8> {
        let body = sections.concat();
        let length = (16 + body.len() + 4) as u64;
        [
            b"GRIB\0\0\0\x02".as_slice(),
            &length.to_be_bytes(),
            &body,
            b"7777",
        ]
        .concat()
    }

    fn message_with_two_fields() -> Vec<u8> {
        let field = |fill, bitmap: &[u8]| {
            let mut section6 = section(6, 6 + bitmap.len() - 1, 0);
            section6[5..].copy_from_slice(bitmap);
            [
                section(4, 9, fill),
                section(5, 11, fill),
                section6,
                section(7, 8, fill),
            ]
            .concat()
        };
        edition2(&[
            section(1, 21, 0),
            section(3, 14, 0),
            field(1, &[0, 0xf0]),
            field(2, &[254]),
        ])
    }

    fn split(bytes: &[u8]) -> Result<Vec<Vec<u8>>, FramingError> {
        let mut framer = Framer::new(bytes);
        std::iter::from_fn(|| framer.next().transpose()).collect()
    }

    #[test]
    fn fields_of_a_message_share_its_bitmap() {
        let fields = split(&message_with_two_fields()).unwrap();
        assert_eq!(fields.len(), 2);
        assert_eq!(fields[0].len(), fields[1].len());
        assert!(fields[1].windows(7).any(|w| w == [0, 0, 0, 7, 6, 0, 0xf0]));
        for field in &fields {
            assert_eq!(split(field).unwrap(), std::slice::from_ref(field));
        }
    }

    #[test]
    fn bytes_between_messages_are_skipped() {
        let message = message_with_two_fields();
        let bytes = [
            b"heading GRIB?".as_slice(),
            b"   \r\n",
            &message,
            b"junk",
            &message,
        ]
        .concat();
        assert_eq!(split(&bytes).unwrap().len(), 4);
        assert!(split(b"no GRIB here at all").unwrap().is_empty());
    }

    #[test]
    fn every_prefix_of_a_message_is_truncated() {
        let message = message_with_two_fields();
        for end in 4..message.len() {
            let error = split(&message[..end]).unwrap_err();
            assert!(matches!(error, FramingError::Truncated { .. }), "{end}");
        }
    }

    proptest::proptest! {
        #[test]
        fn arbitrary_bytes_do_not_panic(tail: Vec<u8>, edition in 0u8..4, at in 0usize..100, byte: u8) {
            let _ = split(&[b"GRIB\0\0\x40".as_slice(), &[edition], &tail, b"7777"].concat());
            let mut damaged = message_with_two_fields();
            damaged[at] = byte;
            let _ = split(&damaged);
        }
    }
}
