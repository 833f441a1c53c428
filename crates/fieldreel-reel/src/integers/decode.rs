//! Bytes into all integers of a field at once.

use fieldreel_predict::{CorruptField, Word};
use ndarray::Array3;

use super::{EncodedIntegers, WordKind};

/// Decodes the integers of a field of this shape, all of which are coded, or their lowest 64 bits.
///
/// # Errors
/// [`CorruptField`] if the bytes are not those of an encoded field.
pub(crate) fn decode(
    integers: &EncodedIntegers<&[u8]>,
    shape: [usize; 3],
) -> Result<Array3<i64>, CorruptField> {
    match integers.word {
        WordKind::Narrow => decode_words::<i32>(integers.bytes, shape),
        WordKind::Wide => decode_words::<i64>(integers.bytes, shape),
        WordKind::Widest => decode_words::<i128>(integers.bytes, shape),
    }
}

fn decode_words<W: Word>(bytes: &[u8], shape: [usize; 3]) -> Result<Array3<i64>, CorruptField> {
    let words = fieldreel_predict::decode::<W>(bytes, shape, None)?;
    let mut all = Vec::with_capacity(shape.iter().product());
    for t in 0..shape[0] {
        for y in 0..shape[1] {
            all.extend(words.row(t, y).iter().map(|word| word.to_i64()));
        }
    }
    Array3::from_shape_vec(shape, all).map_err(|_| CorruptField)
}
