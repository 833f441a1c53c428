//! Numbers in the type that a file gave them.

/// Numbers of one type.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Numbers {
    /// Signed bytes.
    I8(Vec<i8>),
    /// Unsigned bytes.
    U8(Vec<u8>),
    /// 16-bit integers.
    I16(Vec<i16>),
    /// Unsigned 16-bit integers.
    U16(Vec<u16>),
    /// 32-bit integers.
    I32(Vec<i32>),
    /// Unsigned 32-bit integers.
    U32(Vec<u32>),
    /// 64-bit integers.
    I64(Vec<i64>),
    /// Unsigned 64-bit integers.
    U64(Vec<u64>),
    /// Single-precision numbers.
    F32(Vec<f32>),
    /// Double-precision numbers.
    F64(Vec<f64>),
}

impl Numbers {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::I8(values) => values.len(),
            Self::U8(values) => values.len(),
            Self::I16(values) => values.len(),
            Self::U16(values) => values.len(),
            Self::I32(values) => values.len(),
            Self::U32(values) => values.len(),
            Self::I64(values) => values.len(),
            Self::U64(values) => values.len(),
            Self::F32(values) => values.len(),
            Self::F64(values) => values.len(),
        }
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// As `f64`, nearest where a 64-bit integer has no exact one.
    #[must_use]
    pub fn to_f64(&self) -> Vec<f64> {
        fn cast<T: Copy + Into<f64>>(values: &[T]) -> Vec<f64> {
            values.iter().map(|&value| value.into()).collect()
        }
        match self {
            Self::I64(values) => values.iter().map(|&value| value as f64).collect(),
            Self::U64(values) => values.iter().map(|&value| value as f64).collect(),
            Self::I8(values) => cast(values),
            Self::U8(values) => cast(values),
            Self::I16(values) => cast(values),
            Self::U16(values) => cast(values),
            Self::I32(values) => cast(values),
            Self::U32(values) => cast(values),
            Self::F32(values) => cast(values),
            Self::F64(values) => cast(values),
        }
    }

    /// The type's number in a file, from 2, in the order of the variants.
    pub(super) const fn id(&self) -> u8 {
        match self {
            Self::I8(_) => 2,
            Self::U8(_) => 3,
            Self::I16(_) => 4,
            Self::U16(_) => 5,
            Self::I32(_) => 6,
            Self::U32(_) => 7,
            Self::I64(_) => 8,
            Self::U64(_) => 9,
            Self::F32(_) => 10,
            Self::F64(_) => 11,
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
    pub(super) fn to_bits(&self) -> Vec<u64> {
        match self {
            Self::I8(values) => values.iter().map(|&value| value as u8 as u64).collect(),
            Self::U8(values) => values.iter().map(|&value| value as u64).collect(),
            Self::I16(values) => values.iter().map(|&value| value as u16 as u64).collect(),
            Self::U16(values) => values.iter().map(|&value| value as u64).collect(),
            Self::I32(values) => values.iter().map(|&value| value as u32 as u64).collect(),
            Self::U32(values) => values.iter().map(|&value| value as u64).collect(),
            Self::I64(values) => values.iter().map(|&value| value as u64).collect(),
            Self::U64(values) => values.clone(),
            Self::F32(values) => values.iter().map(|value| value.to_bits() as u64).collect(),
            Self::F64(values) => values.iter().map(|value| value.to_bits()).collect(),
        }
    }

    /// The inverse of [`to_bits`](Self::to_bits); higher bits do not matter. `None` for no type's number.
    pub(super) fn from_bits(id: u8, bits: &[u64]) -> Option<Self> {
        let bits = bits.iter();
        Some(match id {
            2 => Self::I8(bits.map(|&bits| bits as i8).collect()),
            3 => Self::U8(bits.map(|&bits| bits as u8).collect()),
            4 => Self::I16(bits.map(|&bits| bits as i16).collect()),
            5 => Self::U16(bits.map(|&bits| bits as u16).collect()),
            6 => Self::I32(bits.map(|&bits| bits as i32).collect()),
            7 => Self::U32(bits.map(|&bits| bits as u32).collect()),
            8 => Self::I64(bits.map(|&bits| bits as i64).collect()),
            9 => Self::U64(bits.copied().collect()),
            10 => Self::F32(bits.map(|&bits| f32::from_bits(bits as u32)).collect()),
            11 => Self::F64(bits.map(|&bits| f64::from_bits(bits)).collect()),
            _ => return None,
        })
    }
}

macro_rules! from {
    ($($variant:ident $type:ty),*) => {$(
        impl From<Vec<$type>> for Numbers {
            fn from(values: Vec<$type>) -> Self {
                Self::$variant(values)
            }
        }

        impl From<$type> for Numbers {
            fn from(value: $type) -> Self {
                Self::$variant(vec![value])
            }
        }
    )*};
}

from!(I8 i8, U8 u8, I16 i16, U16 u16, I32 i32, U32 u32, I64 i64, U64 u64, F32 f32, F64 f64);
