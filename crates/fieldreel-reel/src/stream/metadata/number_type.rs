//! The types of numbers in a reel file: their ids, widths and bits.

use super::NumericArray;

/// The type's number in a file, from 2, in the order of the variants.
pub(super) const fn id(numbers: &NumericArray) -> u8 {
    match numbers {
        NumericArray::I8(_) => 2,
        NumericArray::U8(_) => 3,
        NumericArray::I16(_) => 4,
        NumericArray::U16(_) => 5,
        NumericArray::I32(_) => 6,
        NumericArray::U32(_) => 7,
        NumericArray::I64(_) => 8,
        NumericArray::U64(_) => 9,
        NumericArray::F32(_) => 10,
        NumericArray::F64(_) => 11,
    }
}

/// The bytes that one number of a type takes; `None` for no type's number.
pub(super) const fn width(id: u8) -> Option<usize> {
    match id {
        2 | 3 => Some(1),
        4 | 5 => Some(2),
        6 | 7 | 10 => Some(4),
        8 | 9 | 11 => Some(8),
        _ => None,
    }
}

/// The bits of each, as the lowest bits of 64.
pub(super) fn to_bits(numbers: &NumericArray) -> Vec<u64> {
    match numbers {
        NumericArray::I8(values) => values.iter().map(|&value| value as u8 as u64).collect(),
        NumericArray::U8(values) => values.iter().map(|&value| value as u64).collect(),
        NumericArray::I16(values) => values.iter().map(|&value| value as u16 as u64).collect(),
        NumericArray::U16(values) => values.iter().map(|&value| value as u64).collect(),
        NumericArray::I32(values) => values.iter().map(|&value| value as u32 as u64).collect(),
        NumericArray::U32(values) => values.iter().map(|&value| value as u64).collect(),
        NumericArray::I64(values) => values.iter().map(|&value| value as u64).collect(),
        NumericArray::U64(values) => values.clone(),
        NumericArray::F32(values) => values.iter().map(|value| value.to_bits() as u64).collect(),
        NumericArray::F64(values) => values.iter().map(|value| value.to_bits()).collect(),
    }
}

/// The inverse of [`to_bits`]; higher bits do not matter. `None` for no type's number.
pub(super) fn from_bits(id: u8, bits: &[u64]) -> Option<NumericArray> {
    let bits = bits.iter();
    Some(match id {
        2 => NumericArray::I8(bits.map(|&bits| bits as i8).collect()),
        3 => NumericArray::U8(bits.map(|&bits| bits as u8).collect()),
        4 => NumericArray::I16(bits.map(|&bits| bits as i16).collect()),
        5 => NumericArray::U16(bits.map(|&bits| bits as u16).collect()),
        6 => NumericArray::I32(bits.map(|&bits| bits as i32).collect()),
        7 => NumericArray::U32(bits.map(|&bits| bits as u32).collect()),
        8 => NumericArray::I64(bits.map(|&bits| bits as i64).collect()),
        9 => NumericArray::U64(bits.copied().collect()),
        10 => NumericArray::F32(bits.map(|&bits| f32::from_bits(bits as u32)).collect()),
        11 => NumericArray::F64(bits.map(|&bits| f64::from_bits(bits)).collect()),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_bits_are_those_of_the_format() {
        // `docs/reference/format.md`: i8, u8, i16, u16, i32, u32, i64, u64, f32, f64 are 2 to 11.
        let all: [(NumericArray, usize, u64); 10] = [
            ((-1_i8).into(), 1, 0xff),
            (1_u8.into(), 1, 1),
            ((-1_i16).into(), 2, 0xffff),
            (1_u16.into(), 2, 1),
            ((-1_i32).into(), 4, 0xffff_ffff),
            (1_u32.into(), 4, 1),
            ((-1_i64).into(), 8, u64::MAX),
            (1_u64.into(), 8, 1),
            (1_f32.into(), 4, 0x3f80_0000),
            (1_f64.into(), 8, 0x3ff0_0000_0000_0000),
        ];
        for ((numbers, bytes, bits), number) in all.into_iter().zip(2..) {
            assert_eq!((id(&numbers), width(number)), (number, Some(bytes)));
            assert_eq!(to_bits(&numbers), [bits], "{numbers:?}");
            assert_eq!(from_bits(number, &[bits]), Some(numbers));
        }
        for none in [0, 1, 12, u8::MAX] {
            assert_eq!((width(none), from_bits(none, &[1])), (None, None));
        }
    }
}
