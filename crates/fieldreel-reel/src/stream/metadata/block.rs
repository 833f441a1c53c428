//! Metadata in bytes: what it says, deflated.

use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::decompress_to_vec_with_limit;

use super::{
    AttributeValue, Attributes, Coordinate, Dimension, Metadata, NumericArray, number_type, predict,
};
use crate::wire::{Reader, Writer};
use crate::{Limits, ReelError};

/// The most dimensions, coordinates, or attributes of one thing.
const MOST_OF_A_KIND: usize = 4096;

/// What an item takes in memory besides its text or numbers, at most.
const ITEM_BYTES: u64 = 256;

const TEXT: u8 = 0;
const TEXTS: u8 = 1;

/// The bytes of metadata: none for none.
///
/// # Errors
/// [`ReelError::InvalidMetadata`] if there is more of a kind than a reader takes.
pub(crate) fn write(metadata: &Metadata) -> Result<Vec<u8>, ReelError> {
    if metadata.is_empty() {
        return Ok(Vec::new());
    }
    let mut plain = Writer::default();
    write_text(&mut plain, &metadata.name);
    write_count(&mut plain, metadata.dimensions.len())?;
    for dimension in &metadata.dimensions {
        write_text(&mut plain, &dimension.name);
        plain.varint(match dimension.unlimited {
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
    let mut block = Writer::default();
    block.varint(plain.len() as u64);
    // Of the same length would mean: as it is.
    block.raw(match deflated.len() < plain.len() {
        true => &deflated,
        false => &plain,
    });
    Ok(block.into_bytes())
}

/// The metadata that [`write`] wrote.
///
/// # Errors
/// [`ReelError::Corrupt`]; [`ReelError::LimitExceeded`] before that much is taken.
pub(crate) fn read(block: &[u8], limits: &Limits) -> Result<Metadata, ReelError> {
    if block.is_empty() {
        return Ok(Metadata::default());
    }
    let mut block = Reader::new(block);
    let length = block.length()?;
    let stored = block.raw(block.len())?;
    let mut budget = Budget::new(limits);
    let inflated;
    let plain = if stored.len() == length {
        stored
    } else {
        // Inflating doubles what it has until all fits.
        budget.spend((length as u64).saturating_mul(2))?;
        inflated = decompress_to_vec_with_limit(stored, length)
            .map_err(|_| ReelError::corrupt("metadata do not inflate"))?;
        &inflated
    };
    if plain.len() != length {
        return Err(ReelError::corrupt("the length of metadata"));
    }
    let mut plain = Plain {
        reader: Reader::new(plain),
        budget,
    };
    let metadata = plain.metadata()?;
    plain.reader.finish()?;
    Ok(metadata)
}

fn write_text(writer: &mut Writer, text: &str) {
    writer.block(text.as_bytes());
}

fn write_count(writer: &mut Writer, count: usize) -> Result<(), ReelError> {
    if count > MOST_OF_A_KIND {
        return Err(ReelError::InvalidMetadata {
            reason: "more than 4096 dimensions, coordinates, or attributes of one thing",
        });
    }
    writer.varint(count as u64);
    Ok(())
}

fn write_numbers(writer: &mut Writer, numbers: &NumericArray) {
    writer.u8(number_type::id(numbers));
    writer.varint(numbers.len() as u64);
    writer.raw(&predict::encode(numbers));
}

fn write_attributes(writer: &mut Writer, attributes: &Attributes) -> Result<(), ReelError> {
    write_count(writer, attributes.len())?;
    for (name, value) in attributes.iter() {
        write_text(writer, name);
        match value {
            AttributeValue::Text(text) => {
                writer.u8(TEXT);
                write_text(writer, text);
            }
            AttributeValue::Texts(texts) => {
                writer.u8(TEXTS);
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

/// Memory that may still be taken: many small items take more than their bytes in the file.
struct Budget {
    limit: u64,
    left: u64,
}

impl Budget {
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

/// Metadata, inflated.
struct Plain<'a> {
    reader: Reader<'a>,
    budget: Budget,
}

impl Plain<'_> {
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
                Ok(Coordinate {
                    name: plain.text()?,
                    dimensions: plain.list(|plain| Ok((plain.text()?, plain.reader.length()?)))?,
                    values: {
                        let id = plain.reader.u8()?;
                        plain.numbers(id)?
                    },
                    attributes: plain.attributes()?,
                })
            })?,
        })
    }

    fn list<T>(
        &mut self,
        item: impl Fn(&mut Self) -> Result<T, ReelError>,
    ) -> Result<Vec<T>, ReelError> {
        let count = self.reader.length()?;
        if count > MOST_OF_A_KIND {
            return Err(ReelError::corrupt("too many of a kind in metadata"));
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
        let text = std::str::from_utf8(bytes).map_err(|_| ReelError::corrupt("text not UTF-8"))?;
        Ok(text.to_owned())
    }

    fn numbers(&mut self, id: u8) -> Result<NumericArray, ReelError> {
        let count = self.reader.length()?;
        // Eight bytes each while they are put together, and eight at most when they are done.
        self.budget.spend((count as u64).saturating_mul(16))?;
        predict::decode(&mut self.reader, id, count)
    }

    fn attributes(&mut self) -> Result<Attributes, ReelError> {
        // Linear in their number, whatever their names.
        let pairs = self.list(|plain| {
            let name = plain.text()?;
            let value = match plain.reader.u8()? {
                TEXT => AttributeValue::Text(plain.text()?),
                TEXTS => AttributeValue::Texts(plain.texts()?),
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
            |(name, dimensions, values, attributes)| Coordinate {
                name,
                dimensions,
                values,
                attributes,
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
        fn metadata_comes_back(metadata in metadata()) {
            let block = write(&metadata).unwrap();
            let back = read(&block, &Limits::default()).unwrap();
            // By its text: NaN is not equal to itself.
            prop_assert_eq!(format!("{back:?}"), format!("{metadata:?}"));
            prop_assert_eq!(write(&back).unwrap(), block);
        }

        #[test]
        fn any_bytes_are_metadata_or_an_error(mut bytes: Vec<u8>) {
            let _ = read(&bytes, &Limits { max_bytes: 1 << 20 });
            bytes.insert(0, bytes.len() as u8 & 0x7f);
            let _ = read(&bytes, &Limits { max_bytes: 1 << 20 });
        }

        #[test]
        fn every_prefix_and_every_other_byte_is_read_or_an_error(
            metadata in metadata(), at: prop::sample::Index, byte: u8,
        ) {
            let mut block = write(&metadata).unwrap();
            prop_assume!(!block.is_empty());
            let at = at.index(block.len());
            let _ = read(&block[..at], &Limits::default());
            block[at] = byte;
            let _ = read(&block, &Limits::default());
        }
    }

    #[test]
    fn nothing_costs_nothing() {
        assert!(write(&Metadata::default()).unwrap().is_empty());
        assert!(read(&[], &Limits::default()).unwrap().is_empty());
    }

    #[test]
    fn of_attributes_of_one_name_the_last_counts() {
        // No name, no dimensions, three attributes, none of the data set, no coordinates.
        let plain = b"\0\0\x03\x01a\0\x011\x01b\0\x012\x01a\0\x013\0\0";
        let mut block = Writer::default();
        block.block(plain);
        let back = read(block.as_bytes(), &Limits::default()).unwrap();
        let expected = Attributes::from_iter([("a", "3"), ("b", "2")]);
        assert_eq!(back.attributes, expected);
    }

    #[test]
    fn a_claim_over_the_limit_takes_no_memory() {
        let limits = Limits::default();
        for length in [u64::MAX >> 2, 1 << 63, u64::MAX] {
            let mut claim = Writer::default();
            claim.varint(length);
            claim.raw(&[0; 8]);
            let claimed = read(claim.as_bytes(), &limits);
            assert!(matches!(claimed, Err(ReelError::LimitExceeded { .. })));
        }

        let mut metadata = Metadata::new("x");
        metadata
            .attributes
            .insert("many", AttributeValue::Texts(vec![String::new(); 100_000]));
        let block = write(&metadata).unwrap();
        assert!(read(&block, &limits).is_ok());
        let few = Limits { max_bytes: 1 << 20 };
        assert!(matches!(
            read(&block, &few),
            Err(ReelError::LimitExceeded { .. })
        ));
    }
}
