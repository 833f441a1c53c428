//! Decoding of arrays of integers.

use fieldreel_predict::{CorruptField, Word};
use ndarray::Array3;

use super::{EncodedIntegers, WordWidth};

/// Decodes an array of integers of this shape, none of which is masked. Integers of 128 bits are
/// truncated to their lowest 64 bits.
///
/// # Errors
/// [`CorruptField`] if the bytes are not those of an encoded array.
pub(crate) fn decode(
    integers: &EncodedIntegers<&[u8]>,
    shape: [usize; 3],
) -> Result<Array3<i64>, CorruptField> {
    match integers.word {
        WordWidth::Bits32 => decode_words::<i32>(integers.bytes, shape),
        WordWidth::Bits64 => decode_words::<i64>(integers.bytes, shape),
        WordWidth::Bits128 => decode_words::<i128>(integers.bytes, shape),
    }
}

fn decode_words<W: Word>(bytes: &[u8], shape: [usize; 3]) -> Result<Array3<i64>, CorruptField> {
    let words = fieldreel_predict::decode::<W>(bytes, shape, None)?;
    let mut integers = Vec::with_capacity(shape.iter().product());
    let mut buffer = Vec::new();
    for t in 0..shape[0] {
        for y in 0..shape[1] {
            let row = words.row(t, y, &mut buffer);
            integers.extend(row.iter().map(|word| word.to_i64()));
        }
    }
    Array3::from_shape_vec(shape, integers).map_err(|_| CorruptField)
}
