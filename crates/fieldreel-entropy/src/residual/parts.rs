//! The bytes of several parts, the last of which needs no length.

use crate::CorruptStream;

/// Appends the lengths of all parts but the last, then the parts.
pub(super) fn write(bytes: &mut Vec<u8>, parts: [Vec<u8>; 3]) {
    for part in &parts[..2] {
        let mut length = part.len() as u64;
        while length >= 0x80 {
            bytes.push(length as u8 | 0x80);
            length >>= 7;
        }
        bytes.push(length as u8);
    }
    parts.iter().for_each(|part| bytes.extend(part));
}

/// Returns the parts of what [`write`] wrote.
///
/// # Errors
/// [`CorruptStream`] if the bytes end before the parts whose lengths they state.
pub(super) fn read(bytes: &[u8]) -> Result<[&[u8]; 3], CorruptStream> {
    let mut rest = bytes;
    let mut lengths = [0_usize; 2];
    for length in &mut lengths {
        let mut shift = 0;
        loop {
            let (&byte, after) = rest.split_first().ok_or(CorruptStream)?;
            rest = after;
            // No length of a slice has more bits.
            if shift > 56 {
                return Err(CorruptStream);
            }
            *length |=
                usize::try_from(u64::from(byte & 0x7F) << shift).map_err(|_| CorruptStream)?;
            shift += 7;
            if byte & 0x80 == 0 {
                // The shortest form has no zero on top.
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
        fn parts_come_back(parts: [Vec<u8>; 3], cut: usize) {
            let mut bytes = Vec::new();
            write(&mut bytes, parts.clone());
            prop_assert_eq!(read(&bytes).unwrap(), [&parts[0][..], &parts[1], &parts[2]]);
            let end = bytes.len() - parts[2].len();
            prop_assert_eq!(read(&bytes[..cut % end]), Err(CorruptStream));
        }
    }
}
