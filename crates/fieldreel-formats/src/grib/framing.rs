//! Where messages begin and end, and the fields within them.
//!
//! ecCodes has a reader of its own, but on damaged messages with several fields it reads and frees
//! out of bounds. Here sections are walked within checked lengths, and ecCodes gets one whole
//! message of one field at a time. Layouts: WMO Manual on Codes, FM 92 GRIB, editions 1 and 2.

use std::collections::VecDeque;
use std::io::{self, BufRead, Read};

/// Why the next message could not be had.
#[derive(Debug)]
pub(super) enum Fault {
    Io(io::Error),
    Truncated { expected: u64, found: u64 },
    Damaged(&'static str),
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// The messages of a stream, each of one field.
pub(super) struct Framer<R> {
    source: R,
    /// Bytes taken from the source.
    position: u64,
    found_any: bool,
    /// Fields of the last message that are yet to be given.
    fields: VecDeque<Vec<u8>>,
    given: Location,
}

/// Where a field is in a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Location {
    /// Bytes before its message.
    pub(super) offset: u64,
    /// Fields before it in its message.
    pub(super) field: u32,
}

const END: &[u8; 4] = b"7777";

impl<R: BufRead> Framer<R> {
    pub(super) fn new(source: R) -> Self {
        Self {
            source,
            position: 0,
            found_any: false,
            fields: VecDeque::new(),
            given: Location::default(),
        }
    }

    /// Where the field that was given last is.
    pub(super) fn location(&self) -> Location {
        self.given
    }

    /// The next message, or `None` when no other begins.
    pub(super) fn next(&mut self) -> Result<Option<Vec<u8>>, Fault> {
        loop {
            if let Some(field) = self.fields.pop_front() {
                self.given.field += 1;
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
                    self.edition1(&mut message, start)?;
                    self.fields.push_back(message);
                }
                2 => {
                    self.extend(&mut message, 8, start)?;
                    let length = number(&message[8..16]);
                    self.complete(&mut message, length, start)?;
                    self.fields = fields(message).map_err(Fault::Damaged)?.into();
                }
                _ if self.found_any => return Err(Fault::Damaged("an edition other than 1 and 2")),
                // The four letters in what is no GRIB, or in a heading.
                _ => continue,
            }
            self.found_any = true;
            self.given = Location {
                offset: start,
                field: 0,
            };
            if let Some(field) = self.fields.pop_front() {
                return Ok(Some(field));
            }
        }
    }

    /// Skips to just after the next `GRIB`.
    fn find_start(&mut self) -> Result<bool, Fault> {
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

    /// Appends the next bytes: the buffer grows with what is there, not with what is claimed.
    fn extend(&mut self, message: &mut Vec<u8>, count: u64, start: u64) -> Result<(), Fault> {
        let read = self.source.by_ref().take(count).read_to_end(message)? as u64;
        self.position += read;
        if read < count {
            let expected = start
                .saturating_add(message.len() as u64 - read)
                .saturating_add(count);
            return Err(Fault::Truncated {
                expected,
                found: self.position,
            });
        }
        Ok(())
    }

    fn complete(&mut self, message: &mut Vec<u8>, length: u64, start: u64) -> Result<(), Fault> {
        let rest = length
            .checked_sub(message.len() as u64)
            .ok_or(Fault::Damaged("a message shorter than its sections"))?;
        self.extend(message, rest, start)?;
        if !message.ends_with(END) {
            return Err(Fault::Damaged("a message without its end mark"));
        }
        Ok(())
    }

    fn edition1(&mut self, message: &mut Vec<u8>, start: u64) -> Result<(), Fault> {
        let claimed = number(&message[4..7]);
        let identification = message.len();
        self.extend(message, 8, start)?;
        let flags = message[identification + 7];
        self.finish_section(message, identification, 28, start)?;
        for (flag, least) in [(0x80, 32), (0x40, 6)] {
            if flags & flag != 0 {
                let section = message.len();
                self.extend(message, 3, start)?;
                self.finish_section(message, section, least, start)?;
            }
        }
        let data = message.len();
        self.extend(message, 3, start)?;
        let data_length = number(&message[data..data + 3]);
        // ECMWF's way to exceed 24 bits: the length in units of 120, less the length of the data.
        let length = if claimed & 0x80_0000 != 0 && data_length < 120 {
            ((claimed & 0x7f_ffff) * 120 + 4)
                .checked_sub(data_length)
                .ok_or(Fault::Damaged("a message shorter than its sections"))?
        } else {
            if data_length < 11 || data as u64 + data_length + 4 > claimed {
                return Err(Fault::Damaged("a section that does not fit its message"));
            }
            claimed
        };
        self.complete(message, length, start)
    }

    /// Reads the rest of an edition 1 section, of which at least the length was read.
    fn finish_section(
        &mut self,
        message: &mut Vec<u8>,
        section: usize,
        least: u64,
        start: u64,
    ) -> Result<(), Fault> {
        let length = number(&message[section..section + 3]);
        if length < least {
            return Err(Fault::Damaged("a section shorter than its content"));
        }
        let read = (message.len() - section) as u64;
        self.extend(message, length.saturating_sub(read), start)
    }
}

/// Big-endian, up to eight bytes.
fn number(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0, |number, &byte| number << 8 | u64::from(byte))
}

/// The fields of a whole edition 2 message, each as a message.
fn fields(message: Vec<u8>) -> Result<Vec<Vec<u8>>, &'static str> {
    /// The fewest bytes of sections 0 to 7.
    const LEAST: [usize; 8] = [16, 21, 5, 14, 9, 11, 6, 5];
    let mut sections: [Option<&[u8]>; 8] = [None; 8];
    let mut bitmap = None;
    let mut fields = Vec::new();
    let mut rest = &message[16..message.len() - END.len()];
    while !rest.is_empty() {
        let (length, kind) = match rest.get(..5) {
            Some(head) => (number(&head[..4]) as usize, usize::from(head[4])),
            None => return Err("bytes after the last section"),
        };
        let least = *LEAST
            .get(kind)
            .filter(|_| kind > 0)
            .ok_or("a section that is none")?;
        if length < least || length > rest.len() {
            return Err("a section that does not fit its message");
        }
        let (section, after) = rest.split_at(length);
        rest = after;
        sections[kind] = Some(section);
        match (kind, section.get(5)) {
            (6, Some(0)) => bitmap = Some(section),
            // "The bitmap of an earlier field of this message."
            (6, Some(254)) => sections[6] = Some(bitmap.ok_or("a bitmap that is none")?),
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
                    return Err("a field without all its sections");
                };
                let mut field = message[..16].to_vec();
                for section in [s1, s2.unwrap_or_default(), s3, s4, s5, s6, s7] {
                    field.extend_from_slice(section);
                }
                field.extend_from_slice(END);
                let length = field.len() as u64;
                field[8..16].copy_from_slice(&length.to_be_bytes());
                fields.push(field);
                // The next field has its own from section 4 on, unless it says otherwise.
                for own in &mut sections[4..] {
                    *own = None;
                }
            }
            _ => {}
        }
    }
    if sections[4..].iter().any(Option::is_some) || fields.is_empty() {
        return Err("a field without all its sections");
    }
    Ok(fields)
}

#[cfg(test)]
mod tests {
    use super::{Fault, Framer};

    fn section(kind: u8, length: usize, mark: u8) -> Vec<u8> {
        let mut section = (length as u32).to_be_bytes().to_vec();
        section.push(kind);
        section.resize(length, mark);
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

    fn two_fields() -> Vec<u8> {
        let field = |mark, bitmap: &[u8]| {
            let mut section6 = section(6, 6 + bitmap.len() - 1, 0);
            section6[5..].copy_from_slice(bitmap);
            [
                section(4, 9, mark),
                section(5, 11, mark),
                section6,
                section(7, 8, mark),
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

    fn all(bytes: &[u8]) -> Result<Vec<Vec<u8>>, Fault> {
        let mut framer = Framer::new(bytes);
        std::iter::from_fn(|| framer.next().transpose()).collect()
    }

    #[test]
    fn fields_of_a_message_share_their_bitmap() {
        let fields = all(&two_fields()).unwrap();
        assert_eq!(fields.len(), 2);
        assert_eq!(fields[0].len(), fields[1].len());
        assert!(fields[1].windows(7).any(|w| w == [0, 0, 0, 7, 6, 0, 0xf0]));
        for field in &fields {
            assert_eq!(all(field).unwrap(), std::slice::from_ref(field));
        }
    }

    #[test]
    fn junk_between_messages_is_skipped() {
        let message = two_fields();
        let bytes = [
            b"heading GRIB?".as_slice(),
            b"   \r\n",
            &message,
            b"junk",
            &message,
        ]
        .concat();
        assert_eq!(all(&bytes).unwrap().len(), 4);
        assert!(all(b"no GRIB here at all").unwrap().is_empty());
    }

    #[test]
    fn every_prefix_is_truncated() {
        let message = two_fields();
        for end in 4..message.len() {
            let fault = all(&message[..end]).unwrap_err();
            assert!(matches!(fault, Fault::Truncated { .. }), "{end}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(tail: Vec<u8>, edition in 0u8..4, at in 0usize..100, byte: u8) {
            let _ = all(&[b"GRIB\0\0\x40".as_slice(), &[edition], &tail, b"7777"].concat());
            let mut damaged = two_fields();
            damaged[at] = byte;
            let _ = all(&damaged);
        }
    }
}
