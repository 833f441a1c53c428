//! Texts of any length: the codec `vlen-utf8`.
//!
//! The number of texts, then each text as its length and its bytes. All numbers are little-endian
//! and have 32 bits.

use super::ChunkError;

/// Decodes `count` texts.
pub(super) fn decode_texts(bytes: &[u8], count: usize) -> Result<Vec<String>, ChunkError> {
    let mut rest = bytes;
    let mut take = |len: usize| -> Result<&[u8], ChunkError> {
        let (taken, after) = rest
            .split_at_checked(len)
            .ok_or_else(|| ChunkError::damaged("the texts are truncated"))?;
        rest = after;
        Ok(taken)
    };
    let number = |bytes: &[u8]| bytes.try_into().map_or(0, u32::from_le_bytes) as usize;
    let found = number(take(4)?);
    if found != count {
        let problem = format!("the chunk has {found} texts instead of {count}");
        return Err(ChunkError::Damaged(problem));
    }
    // Each text takes at least four bytes.
    let mut texts = Vec::with_capacity(count.min(bytes.len() / 4));
    for _ in 0..count {
        let len = number(take(4)?);
        let text = std::str::from_utf8(take(len)?).map_err(ChunkError::damaged)?;
        texts.push(text.to_owned());
    }
    Ok(texts)
}

/// Encodes texts; `None` if there are more than 2³² − 1 of them, or a text has more bytes.
pub(in crate::zarr) fn encode_texts(texts: &[String]) -> Option<Vec<u8>> {
    let mut bytes = u32::try_from(texts.len()).ok()?.to_le_bytes().to_vec();
    for text in texts {
        bytes.extend(u32::try_from(text.len()).ok()?.to_le_bytes());
        bytes.extend(text.as_bytes());
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn texts_round_trip_and_prefixes_are_errors(texts in prop::collection::vec(".{0,5}", 0..9)) {
            let bytes = encode_texts(&texts).unwrap();
            prop_assert_eq!(decode_texts(&bytes, texts.len()).unwrap(), texts.clone());
            prop_assert!(decode_texts(&bytes, texts.len() + 1).is_err());
            for len in 0..bytes.len() {
                prop_assert!(decode_texts(&bytes[..len], texts.len()).is_err());
            }
        }

        #[test]
        fn any_bytes_are_texts_or_an_error(
            bytes in prop::collection::vec(any::<u8>(), 0..40),
            count in 0_usize..5,
        ) {
            let _ = decode_texts(&bytes, count);
        }
    }
}
