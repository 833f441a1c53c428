//! Coding of arrays of integers by `fieldreel_predict`: residuals, and temporal means.

mod decode;
mod encode;
mod word_width;

pub(crate) use decode::decode;
pub(crate) use encode::{encode, encode_words};
pub(crate) use word_width::WordWidth;

use fieldreel_predict::CorruptField;

use crate::ReelError;
use crate::wire::{ByteReader, ByteWriter};

/// An encoded array of integers. `B` is the type of bytes, owned or borrowed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct EncodedIntegers<B> {
    pub(crate) word: WordWidth,
    /// A step is `2^step_bits` units of the integers.
    pub(crate) step_bits: u8,
    pub(crate) bytes: B,
}

/// The largest valid number of bits of a step.
const MAX_STEP_BITS: u8 = 8;

impl<B: AsRef<[u8]>> EncodedIntegers<B> {
    /// Returns the same array with its bytes borrowed.
    pub(crate) fn borrowed(&self) -> EncodedIntegers<&[u8]> {
        EncodedIntegers {
            word: self.word,
            step_bits: self.step_bits,
            bytes: self.bytes.as_ref(),
        }
    }

    /// Returns the number of bytes.
    pub(crate) fn size(&self) -> usize {
        self.bytes.as_ref().len()
    }

    /// Returns the number that an integer of 1 stands for, on a grid of this step.
    pub(crate) fn unit(&self, step: f64) -> f64 {
        step / f64::from(1_u32 << self.step_bits)
    }
}

impl<'a> EncodedIntegers<&'a [u8]> {
    pub(crate) fn write(&self, writer: &mut ByteWriter) {
        writer.u8(self.word.id() | self.step_bits << 2);
        writer.block(self.bytes);
    }

    pub(crate) fn read(reader: &mut ByteReader<'a>) -> Result<Self, ReelError> {
        let first = reader.u8()?;
        let word = WordWidth::from_id(first & 3);
        let word = word.ok_or(ReelError::corrupt("the width of the integers is unknown"))?;
        let step_bits = first >> 2;
        if step_bits > MAX_STEP_BITS {
            return Err(ReelError::corrupt("the step of the integers is too large"));
        }
        Ok(Self {
            word,
            step_bits,
            bytes: reader.block()?,
        })
    }
}

impl From<CorruptField> for ReelError {
    fn from(_: CorruptField) -> Self {
        Self::corrupt("the integers cannot be decoded")
    }
}

#[cfg(test)]
mod tests {
    use ndarray::Array3;
    use proptest::prelude::*;

    use super::*;
    use crate::Effort;
    use crate::plan::PredictionPlan;

    proptest! {
        #[test]
        fn decoding_inverts_encoding_of_integers_of_any_size(
            (shape, numbers) in prop::array::uniform3(1_usize..6).prop_flat_map(|shape| {
                let any = any::<i64>().prop_flat_map(|k| (0_u32..64).prop_map(move |bits| k >> bits));
                (Just(shape), prop::collection::vec(any, shape.iter().product::<usize>()))
            }),
            effort in prop::sample::select(Effort::ALL.to_vec()),
        ) {
            let plan = PredictionPlan::for_effort(effort);
            let coded = encode(&numbers, None, shape, &plan).unwrap();
            let mut writer = ByteWriter::default();
            coded.borrowed().write(&mut writer);
            let bytes = writer.into_bytes();
            let read = EncodedIntegers::read(&mut ByteReader::new(&bytes)).unwrap();
            prop_assert_eq!(read, coded.borrowed());
            let expected = Array3::from_shape_vec(shape, numbers).unwrap();
            prop_assert_eq!(decode(&read, shape).unwrap(), expected);
        }
    }

    #[test]
    fn invalid_widths_and_steps_are_refused() {
        for first in [3, 9 << 2] {
            assert!(EncodedIntegers::read(&mut ByteReader::new(&[first, 0])).is_err());
        }
    }
}
