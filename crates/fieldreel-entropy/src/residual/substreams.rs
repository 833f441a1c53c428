//! Three byte streams in one: the lengths of the first two, and then the streams.

use crate::CorruptStream;

/// Appends the LEB128 lengths of all streams but the last, and then the streams.
pub(super) fn write(bytes: &mut Vec<u8>, streams: [Vec<u8>; 3]) {
    for stream in &streams[..2] {
        let mut length = stream.len() as u64;
        while length >= 0x80 {
            bytes.push(length as u8 | 0x80);
            length >>= 7;
        }
        bytes.push(length as u8);
    }
    streams.iter().for_each(|stream| bytes.extend(stream));
}

/// Returns the streams that [`write`] wrote.
///
/// # Errors
/// [`CorruptStream`] if a length is malformed, or larger than the rest of the bytes.
pub(super) fn read(bytes: &[u8]) -> Result<[&[u8]; 3], CorruptStream> {
    let mut rest = bytes;
    let mut lengths = [0_usize; 2];
    for length in &mut lengths {
        let mut shift = 0;
        loop {
            let (&byte, after) = rest.split_first().ok_or(CorruptStream)?;
            rest = after;
            // The length of a slice has fewer than 64 bits.
            if shift > 56 {
                return Err(CorruptStream);
            }
            *length |=
                usize::try_from(u64::from(byte & 0x7F) << shift).map_err(|_| CorruptStream)?;
            shift += 7;
            if byte & 0x80 == 0 {
                // A length in its shortest form does not end with a zero byte.
                if byte == 0 && shift > 7 {
                    return Err(CorruptStream);
                }
                break;
            }
        }
    }
    let (first, rest) = rest.split_at_checked(lengths[0]).ok_or(CorruptStream)?;
    let (second, third) = rest.split_at_checked(lengths[1]).ok_or(CorruptStream)?;
    Ok([first, second, third])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn streams_round_trip(streams: [Vec<u8>; 3], cut: usize) {
            let mut bytes = Vec::new();
            write(&mut bytes, streams.clone());
            prop_assert_eq!(read(&bytes).unwrap(), [&streams[0][..], &streams[1], &streams[2]]);
            let end = bytes.len() - streams[2].len();
            prop_assert_eq!(read(&bytes[..cut % end]), Err(CorruptStream));
        }
    }
}
