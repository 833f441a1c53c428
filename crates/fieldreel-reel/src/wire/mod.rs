//! Serialization of numbers: little-endian, or LEB128 if they are usually small.

mod reader;
mod writer;

pub(crate) use reader::ByteReader;
pub(crate) use writer::ByteWriter;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_round_trip(a: u64, b in 0_u64..300, c: u8, d in any::<f64>(), e: Vec<u8>) {
            let mut writer = ByteWriter::default();
            writer.varint(a);
            writer.varint(b);
            writer.u8(c);
            writer.f64(d);
            writer.block(&e);
            let bytes = writer.into_bytes();
            let mut reader = ByteReader::new(&bytes);
            prop_assert_eq!(reader.varint().unwrap(), a);
            prop_assert_eq!(reader.varint().unwrap(), b);
            prop_assert_eq!(reader.u8().unwrap(), c);
            prop_assert_eq!(reader.f64().unwrap().to_bits(), d.to_bits());
            prop_assert_eq!(reader.block().unwrap(), &e[..]);
            prop_assert!(reader.finish().is_ok());
            for end in 0..bytes.len() {
                let mut reader = ByteReader::new(&bytes[..end]);
                let outcome = reader.varint().and_then(|_| reader.varint()).and_then(|_| reader.u8());
                let outcome = outcome.and_then(|_| reader.f64()).and_then(|_| reader.block().map(<[u8]>::len));
                prop_assert!(outcome.is_err());
            }
        }
    }

    #[test]
    fn a_number_has_one_form_and_at_most_64_bits() {
        assert!(ByteReader::new(&[0x80, 0x00]).varint().is_err());
        assert!(ByteReader::new(&[0xff; 11]).varint().is_err());
        let mut widest = vec![0xff; 9];
        widest.push(0x01);
        assert_eq!(ByteReader::new(&widest).varint().unwrap(), u64::MAX);
        widest[9] = 0x02;
        assert!(ByteReader::new(&widest).varint().is_err());
    }
}
