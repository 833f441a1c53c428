//! Values of a dataset from decoded chunks.

use crate::dataset::VariableValues;
use crate::zarr::codecs::RawValues;
use crate::zarr::data_type::DataType;
use crate::zarr::fill;

/// Returns decoded values as those of a variable; `None` if a text is not valid Unicode.
pub(super) fn to_variable(kind: DataType, values: RawValues) -> Option<VariableValues> {
    let bytes = match values {
        RawValues::Texts(texts) => return Some(VariableValues::Texts(texts)),
        RawValues::Fixed(bytes) => bytes,
    };
    match kind {
        DataType::Bytes(1) => Some(VariableValues::Chars(bytes)),
        DataType::Bytes(length) => {
            let texts = bytes.chunks_exact(length).map(|text| {
                let end = text
                    .iter()
                    .rposition(|&byte| byte != 0)
                    .map_or(0, |at| at + 1);
                String::from_utf8(text[..end].to_vec()).ok()
            });
            texts.collect::<Option<_>>().map(VariableValues::Texts)
        }
        DataType::Utf32(length) => {
            let texts = bytes.chunks_exact(4 * length).map(|text| {
                let (units, _) = text.as_chunks::<4>();
                let end = units
                    .iter()
                    .rposition(|unit| *unit != [0; 4])
                    .map_or(0, |at| at + 1);
                let characters = units[..end].iter().map(|&unit| u32::from_ne_bytes(unit));
                characters.map(char::from_u32).collect::<Option<String>>()
            });
            texts.collect::<Option<_>>().map(VariableValues::Texts)
        }
        kind => fill::numbers(kind, &bytes).map(VariableValues::Numbers),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fixed_texts_end_at_the_padding() {
        let read = |kind, bytes: &[u8]| to_variable(kind, RawValues::Fixed(bytes.to_vec()));
        let texts = |texts: &[&str]| {
            let texts = texts.iter().map(|&text| text.to_owned());
            Some(VariableValues::Texts(texts.collect()))
        };
        assert_eq!(read(DataType::Bytes(3), b"ab\0\0\0\0"), texts(&["ab", ""]));
        assert_eq!(read(DataType::Bytes(2), b"\xff\0"), None);
        let units: Vec<u8> = [0xe9_u32, 0, 0x110_000, 0]
            .into_iter()
            .flat_map(u32::to_ne_bytes)
            .collect();
        assert_eq!(read(DataType::Utf32(2), &units[..8]), texts(&["é"]));
        assert_eq!(read(DataType::Utf32(2), &units[8..]), None);
        assert_eq!(
            read(DataType::Bytes(1), b"a\0"),
            Some(VariableValues::Chars(b"a\0".to_vec()))
        );
    }
}
