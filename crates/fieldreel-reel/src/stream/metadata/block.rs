//! Serialization of metadata, compressed by DEFLATE.

use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::decompress_to_vec_with_limit;

use super::{
    AttributeValue, Attributes, Coordinate, Dimension, Metadata, NumericArray, number_type, predict,
};
use crate::wire::{ByteReader, ByteWriter};
use crate::{Limits, ReelError};

/// The largest number of dimensions, of coordinates, or of attributes of one object.
const MAX_ITEMS: usize = 4096;

/// The largest memory in bytes that an item takes besides its text or numbers.
const ITEM_BYTES: u64 = 256;

const TEXT: u8 = 0;
const TEXT_LIST: u8 = 1;

/// Serializes metadata; no bytes if they are empty.
///
/// # Errors
/// [`ReelError::InvalidMetadata`] if there are more items than a reader accepts.
pub(crate) fn encode(metadata: &Metadata) -> Result<Vec<u8>, ReelError> {
    if metadata.is_empty() {
        return Ok(Vec::new());
    }
    let mut plain = ByteWriter::default();
    write_text(&mut plain, &metadata.name);
    write_count(&mut plain, metadata.dimensions.len())?;
    for dimension in &metadata.dimensions {
        write_text(&mut plain, &dimension.name);
        plain.varint(match dimension.is_unlimited {
            true => 0,
            false => dimension.len as u64,
        });
    }
    write_attributes(&mut plain, &metadata.attributes)?;
    write_attributes(&mut plain, &metadata.file_attributes)?;
    write_count(&mut plain, metadata.coordinates.len())?;
    for coordinate in &metadata.coordinates {
        write_text(&mut plain, &coordinate.name);
        write_count(&mut plain, coordinate.dimensions.len())?;
        for (name, length) in &coordinate.dimensions {
            write_text(&mut plain, name);
            plain.varint(*length as u64);
        }
        write_numbers(&mut plain, &coordinate.values);
        write_attributes(&mut plain, &coordinate.attributes)?;
    }
    let plain = plain.into_bytes();
    let deflated = compress_to_vec(&plain, 9);
    let mut block = ByteWriter::default();
    block.varint(plain.len() as u64);
    // Compressed bytes of the full length would be read as uncompressed ones.
    block.raw(match deflated.len() < plain.len() {
        true => &deflated,
        false => &plain,
    });
    Ok(block.into_bytes())
}

/// Parses metadata that [`encode`] serialized.
///
/// # Errors
/// [`ReelError::Corrupt`]; [`ReelError::LimitExceeded`] before memory is allocated.
pub(crate) fn decode(block: &[u8], limits: &Limits) -> Result<Metadata, ReelError> {
    if block.is_empty() {
        return Ok(Metadata::default());
    }
    let mut block = ByteReader::new(block);
    let length = block.length()?;
    let stored = block.raw(block.len())?;
    let mut budget = MemoryBudget::new(limits);
    let inflated;
    let plain = if stored.len() == length {
        stored
    } else {
        // Inflating doubles its buffer until the output fits.
        budget.spend((length as u64).saturating_mul(2))?;
        inflated = decompress_to_vec_with_limit(stored, length)
            .map_err(|_| ReelError::corrupt("the metadata cannot be inflated"))?;
        &inflated
    };
    if plain.len() != length {
        return Err(ReelError::corrupt(
            "the inflated metadata do not have the expected length",
        ));
    }
    let mut plain = MetadataDecoder {
        reader: ByteReader::new(plain),
        budget,
    };
    let metadata = plain.metadata()?;
    plain.reader.finish()?;
    Ok(metadata)
}

fn write_text(writer: &mut ByteWriter, text: &str) {
    writer.block(text.as_bytes());
}

fn write_count(writer: &mut ByteWriter, count: usize) -> Result<(), ReelError> {
    if count > MAX_ITEMS {
        return Err(ReelError::InvalidMetadata {
            reason: "more than 4096 dimensions, coordinates, or attributes of one object",
        });
    }
    writer.varint(count as u64);
    Ok(())
}

fn write_numbers(writer: &mut ByteWriter, numbers: &NumericArray) {
    writer.u8(number_type::id(numbers));
    writer.varint(numbers.len() as u64);
    writer.raw(&predict::encode(numbers));
}

fn write_attributes(writer: &mut ByteWriter, attributes: &Attributes) -> Result<(), ReelError> {
    write_count(writer, attributes.len())?;
    for (name, value) in attributes.iter() {
        write_text(writer, name);
        match value {
            AttributeValue::Text(text) => {
                writer.u8(TEXT);
                write_text(writer, text);
            }
            AttributeValue::Texts(texts) => {
                writer.u8(TEXT_LIST);
                writer.varint(texts.len() as u64);
                for text in texts {
                    write_text(writer, text);
                }
            }
            AttributeValue::Numbers(numbers) => write_numbers(writer, numbers),
        }
    }
    Ok(())
}

/// The memory that may still be allocated. Many small items take more memory than bytes in the
/// file.
struct MemoryBudget {
    limit: u64,
    left: u64,
}

impl MemoryBudget {
    const fn new(limits: &Limits) -> Self {
        Self {
            limit: limits.max_bytes,
            left: limits.max_bytes,
        }
    }

    fn spend(&mut self, bytes: u64) -> Result<(), ReelError> {
        let spent = self.limit - self.left;
        self.left = self
            .left
            .checked_sub(bytes)
            .ok_or(ReelError::LimitExceeded {
                bytes: spent.saturating_add(bytes),
                limit: self.limit,
            })?;
        Ok(())
    }
}

/// A parser of inflated metadata.
struct MetadataDecoder<'a> {
    reader: ByteReader<'a>,
    budget: MemoryBudget,
}

impl MetadataDecoder<'_> {
    fn metadata(&mut self) -> Result<Metadata, ReelError> {
        Ok(Metadata {
            name: self.text()?,
            dimensions: self.list(|plain| {
                let name = plain.text()?;
                Ok(match plain.reader.length()? {
                    0 => Dimension::unlimited(name),
                    length => Dimension::new(name, length),
                })
            })?,
            attributes: self.attributes()?,
            file_attributes: self.attributes()?,
            coordinates: self.list(|plain| {
                let name = plain.text()?;
                let dimensions = plain.list(|plain| Ok((plain.text()?, plain.reader.length()?)))?;
                let id = plain.reader.u8()?;
                let mut coordinate = Coordinate::new(name, &[], plain.numbers(id)?);
                coordinate.dimensions = dimensions;
                coordinate.attributes = plain.attributes()?;
                Ok(coordinate)
            })?,
        })
    }

    fn list<T>(
        &mut self,
        item: impl Fn(&mut Self) -> Result<T, ReelError>,
    ) -> Result<Vec<T>, ReelError> {
        let count = self.reader.length()?;
        if count > MAX_ITEMS {
            return Err(ReelError::corrupt(
                "the metadata have too many items in a list",
            ));
        }
        let mut items = Vec::new();
        for _ in 0..count {
            self.budget.spend(ITEM_BYTES)?;
            items.push(item(self)?);
        }
        Ok(items)
    }

    fn text(&mut self) -> Result<String, ReelError> {
        let bytes = self.reader.block()?;
        self.budget.spend(bytes.len() as u64)?;
        let text = std::str::from_utf8(bytes)
            .map_err(|_| ReelError::corrupt("a text in the metadata is not UTF-8"))?;
        Ok(text.to_owned())
    }

    fn numbers(&mut self, id: u8) -> Result<NumericArray, ReelError> {
        let count = self.reader.length()?;
        // Each number takes eight bytes while it is assembled, and at most eight bytes in the
        // result.
        self.budget.spend((count as u64).saturating_mul(16))?;
        predict::decode(&mut self.reader, id, count)
    }

    fn attributes(&mut self) -> Result<Attributes, ReelError> {
        // The time is linear in the number of attributes, whatever their names.
        let pairs = self.list(|plain| {
            let name = plain.text()?;
            let value = match plain.reader.u8()? {
                TEXT => AttributeValue::Text(plain.text()?),
                TEXT_LIST => AttributeValue::Texts(plain.texts()?),
                id => AttributeValue::Numbers(plain.numbers(id)?),
            };
            Ok((name, value))
        })?;
        Ok(pairs.into_iter().collect())
    }

    fn texts(&mut self) -> Result<Vec<String>, ReelError> {
        let count = self.reader.length()?;
        let mut texts = Vec::new();
        for _ in 0..count {
            self.budget.spend(ITEM_BYTES)?;
            texts.push(self.text()?);
        }
        Ok(texts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn numbers() -> impl Strategy<Value = NumericArray> {
        (2_u8..12, any::<Vec<u64>>())
            .prop_map(|(id, bits)| number_type::from_bits(id, &bits).unwrap())
    }

    fn attributes() -> impl Strategy<Value = Attributes> {
        let value = prop_oneof![
            ".*".prop_map(AttributeValue::Text),
            prop::collection::vec(".*", 0..4).prop_map(AttributeValue::Texts),
            numbers().prop_map(AttributeValue::Numbers),
        ];
        prop::collection::vec(("[a-z]{0,4}", value), 0..4).prop_map(Attributes::from_iter)
    }

    fn metadata() -> impl Strategy<Value = Metadata> {
        let dimension = (".*", prop::option::of(1_usize..9));
        let dimension = dimension.prop_map(|(name, length)| match length {
            Some(length) => Dimension::new(name, length),
            None => Dimension::unlimited(name),
        });
        let sides = prop::collection::vec((".*", any::<usize>()), 0..3);
        let coordinate = (".*", sides, numbers(), attributes()).prop_map(
            |(name, dimensions, values, attributes)| {
                let mut coordinate = Coordinate::new(name, &[], values);
                coordinate.dimensions = dimensions;
                coordinate.attributes = attributes;
                coordinate
            },
        );
        (
            ".*",
            prop::collection::vec(dimension, 0..5),
            attributes(),
            attributes(),
            prop::collection::vec(coordinate, 0..3),
        )
            .prop_map(
                |(name, dimensions, attributes, file_attributes, coordinates)| Metadata {
                    name,
                    dimensions,
                    attributes,
                    file_attributes,
                    coordinates,
                },
            )
    }

    proptest! {
        #[test]
        fn metadata_round_trip(metadata in metadata()) {
            let block = encode(&metadata).unwrap();
            let back = decode(&block, &Limits::default()).unwrap();
            // Compare the text, as NaN is not equal to itself.
            prop_assert_eq!(format!("{back:?}"), format!("{metadata:?}"));
            prop_assert_eq!(encode(&back).unwrap(), block);
        }

        #[test]
        fn any_bytes_are_metadata_or_an_error(mut bytes: Vec<u8>) {
            let _ = decode(&bytes, &Limits::new(1 << 20));
            bytes.insert(0, bytes.len() as u8 & 0x7f);
            let _ = decode(&bytes, &Limits::new(1 << 20));
        }

        #[test]
        fn truncated_or_changed_metadata_are_read_or_an_error(
            metadata in metadata(), at: prop::sample::Index, byte: u8,
        ) {
            let mut block = encode(&metadata).unwrap();
            prop_assume!(!block.is_empty());
            let at = at.index(block.len());
            let _ = decode(&block[..at], &Limits::default());
            block[at] = byte;
            let _ = decode(&block, &Limits::default());
        }
    }

    #[test]
    fn empty_metadata_take_no_bytes() {
        assert!(encode(&Metadata::default()).unwrap().is_empty());
        assert!(decode(&[], &Limits::default()).unwrap().is_empty());
    }

    #[test]
    fn the_last_attribute_of_a_name_is_read() {
        // No name, no dimensions, three attributes, no attributes of the file, no coordinates.
        let plain = b"\0\0\x03\x01a\0\x011\x01b\0\x012\x01a\0\x013\0\0";
        let mut block = ByteWriter::default();
        block.block(plain);
        let back = decode(block.as_bytes(), &Limits::default()).unwrap();
        let expected = Attributes::from_iter([("a", "3"), ("b", "2")]);
        assert_eq!(back.attributes, expected);
    }

    #[test]
    fn a_length_above_the_limit_is_rejected_before_allocation() {
        let limits = Limits::default();
        for length in [u64::MAX >> 2, 1 << 63, u64::MAX] {
            let mut claim = ByteWriter::default();
            claim.varint(length);
            claim.raw(&[0; 8]);
            let claimed = decode(claim.as_bytes(), &limits);
            assert!(matches!(claimed, Err(ReelError::LimitExceeded { .. })));
        }

        let mut metadata = Metadata::new("x");
        metadata
            .attributes
            .insert("many", AttributeValue::Texts(vec![String::new(); 100_000]));
        let block = encode(&metadata).unwrap();
        assert!(decode(&block, &limits).is_ok());
        let few = Limits::new(1 << 20);
        assert!(matches!(
            decode(&block, &few),
            Err(ReelError::LimitExceeded { .. })
        ));
    }
}
