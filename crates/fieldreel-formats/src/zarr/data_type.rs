//! Data types of arrays.

use fieldreel_core::Dtype;
use serde_json::{Value, json};

use crate::dataset::VariableType;

/// The data type of an array.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DataType {
    /// Numbers.
    Number(Dtype),
    /// Truth values, which NetCDF lacks. They are read as 8-bit integers, as xarray stores them in
    /// NetCDF.
    Bool,
    /// Texts of a fixed number of bytes, padded with zeros. Those of one byte are NetCDF's `char`.
    Bytes(usize),
    /// Texts of a fixed number of code points of 4 bytes, padded with zeros.
    Utf32(usize),
    /// Texts of any length.
    Text,
}

/// The largest number of bytes of a text of a fixed length.
const MAX_TEXT_BYTES: usize = 1 << 20;

/// The data types of numbers, with their names in version 3 and in version 2.
const NUMBERS: [(Dtype, &str, &str); 12] = [
    (Dtype::I8, "int8", "i1"),
    (Dtype::U8, "uint8", "u1"),
    (Dtype::I16, "int16", "i2"),
    (Dtype::U16, "uint16", "u2"),
    (Dtype::I32, "int32", "i4"),
    (Dtype::U32, "uint32", "u4"),
    (Dtype::I64, "int64", "i8"),
    (Dtype::U64, "uint64", "u8"),
    (Dtype::F32, "float32", "f4"),
    (Dtype::F64, "float64", "f8"),
    (Dtype::F16, "float16", "f2"),
    (Dtype::Bf16, "bfloat16", ""),
];

impl DataType {
    /// Returns the data type with these metadata in version 3; `None` if it is not supported.
    pub(super) fn from_v3(metadata: &Value) -> Option<Self> {
        let configuration = |name| metadata.get("configuration")?.get(name);
        let name = match metadata {
            Value::String(name) => name,
            _ => metadata.get("name")?.as_str()?,
        };
        let length = || {
            let length = usize::try_from(configuration("length_bytes")?.as_u64()?).ok();
            length.filter(|len| (1..=MAX_TEXT_BYTES).contains(len))
        };
        match name {
            "bool" => Some(Self::Bool),
            "string" => Some(Self::Text),
            "null_terminated_bytes" => length().map(Self::Bytes),
            "fixed_length_utf32" => length()
                .filter(|len| len % 4 == 0)
                .map(|len| Self::Utf32(len / 4)),
            name => number_of_name(name).map(Self::Number),
        }
    }

    /// Returns the data type of this name in version 2, such as `<f4`, and true if it is
    /// big-endian; `None` if it is not supported. An object is a text if a filter says so.
    pub(super) fn from_v2(name: &str) -> Option<(Self, bool)> {
        let mut characters = name.chars();
        let is_big_endian = characters.next()? == '>';
        let name = characters.as_str();
        let found = NUMBERS
            .iter()
            .find(|number| !name.is_empty() && number.2 == name);
        if let Some(&(dtype, ..)) = found {
            return Some((Self::Number(dtype), is_big_endian));
        }
        let length = || {
            let length = name.get(1..)?.parse().ok();
            length.filter(|len| (1..=MAX_TEXT_BYTES / 4).contains(len))
        };
        let kind = match name.chars().next()? {
            'b' if name == "b1" => Self::Bool,
            'O' if name == "O" => Self::Text,
            'S' => Self::Bytes(length()?),
            'U' => Self::Utf32(length()?),
            _ => return None,
        };
        Some((kind, is_big_endian))
    }

    /// Returns the data type in which variables of a type are written; `None` for types that a file
    /// defines.
    pub(super) const fn of_variable(kind: VariableType) -> Option<Self> {
        match (kind, kind.dtype()) {
            (VariableType::Char, _) => Some(Self::Bytes(1)),
            (VariableType::Text, _) => Some(Self::Text),
            (_, Some(dtype)) => Some(Self::Number(dtype)),
            _ => None,
        }
    }

    /// Returns the metadata of version 3.
    pub(super) fn to_v3(self) -> Value {
        match self {
            Self::Number(dtype) => name_of_number(dtype).into(),
            Self::Bool => "bool".into(),
            Self::Text => "string".into(),
            Self::Bytes(length) => json!({
                "name": "null_terminated_bytes",
                "configuration": { "length_bytes": length },
            }),
            Self::Utf32(length) => json!({
                "name": "fixed_length_utf32",
                "configuration": { "length_bytes": 4 * length },
            }),
        }
    }

    /// Returns the metadata of the data type by which `zarrs` decodes the values.
    pub(super) fn to_zarrs(self) -> Value {
        match self {
            Self::Bytes(length) => format!("r{}", 8 * length).into(),
            other => other.to_v3(),
        }
    }

    /// Returns the type of a variable with these values.
    pub(super) const fn variable_type(self) -> VariableType {
        match self {
            Self::Number(Dtype::I8) | Self::Bool => VariableType::I8,
            Self::Number(Dtype::U8) => VariableType::U8,
            Self::Number(Dtype::I16) => VariableType::I16,
            Self::Number(Dtype::U16) => VariableType::U16,
            Self::Number(Dtype::I32) => VariableType::I32,
            Self::Number(Dtype::U32) => VariableType::U32,
            Self::Number(Dtype::I64) => VariableType::I64,
            Self::Number(Dtype::U64) => VariableType::U64,
            // Single precision has every number of half precision.
            Self::Number(Dtype::F16 | Dtype::Bf16 | Dtype::F32) => VariableType::F32,
            Self::Number(Dtype::F64) => VariableType::F64,
            Self::Bytes(1) => VariableType::Char,
            Self::Bytes(_) | Self::Utf32(_) | Self::Text => VariableType::Text,
        }
    }

    /// Returns the number of bytes of a value in a decoded chunk; for texts of any length, that of
    /// the text in memory without its characters.
    pub(super) const fn bytes(self) -> usize {
        match self {
            Self::Number(dtype) => dtype.bytes(),
            Self::Bool => 1,
            Self::Bytes(length) => length,
            Self::Utf32(length) => 4 * length,
            Self::Text => size_of::<String>(),
        }
    }

    /// Returns true if values consist of several bytes, whose order the codec `bytes` needs.
    pub(super) const fn has_byte_order(self) -> bool {
        matches!(self, Self::Utf32(_)) || matches!(self, Self::Number(dtype) if dtype.bytes() > 1)
    }
}

/// Returns the name of a type of numbers in version 3.
pub(super) fn name_of_number(dtype: Dtype) -> &'static str {
    let found = NUMBERS.iter().find(|number| number.0 == dtype);
    found.map_or("", |number| number.1)
}

/// Returns the type of numbers of a name in version 3.
pub(super) fn number_of_name(name: &str) -> Option<Dtype> {
    let found = NUMBERS.iter().find(|number| number.1 == name);
    found.map(|number| number.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_types_are_read_in_both_versions() {
        let types = Dtype::ALL.map(DataType::Number);
        let texts = [
            DataType::Bool,
            DataType::Text,
            DataType::Bytes(3),
            DataType::Utf32(3),
        ];
        for kind in types.into_iter().chain(texts) {
            assert_eq!(DataType::from_v3(&kind.to_v3()), Some(kind));
        }
        let v2 = DataType::from_v2;
        assert_eq!(v2("<f4"), Some((DataType::Number(Dtype::F32), false)));
        assert_eq!(v2(">i2"), Some((DataType::Number(Dtype::I16), true)));
        assert_eq!(v2("|S1"), Some((DataType::Bytes(1), false)));
        assert_eq!(v2(">U12"), Some((DataType::Utf32(12), true)));
        assert_eq!(v2("|O"), Some((DataType::Text, false)));
        for name in [
            "",
            "<",
            "<f3",
            "<M8[ns]",
            "|S",
            "|S0",
            "|S-1",
            "<c8",
            "é",
            "|S99999999999",
        ] {
            assert_eq!(v2(name), None, "{name}");
        }
        for metadata in [
            json!("complex64"),
            json!(null),
            json!({ "name": "null_terminated_bytes" }),
            json!({ "name": "fixed_length_utf32", "configuration": { "length_bytes": 6 } }),
        ] {
            assert_eq!(DataType::from_v3(&metadata), None, "{metadata}");
        }
    }
}
