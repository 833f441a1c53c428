//! Fill values of arrays, and the attribute `_FillValue` as xarray writes it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use fieldreel_core::{Element, Scalar, with_element_type};
use serde_json::Value;

use super::data_type::DataType;
use super::json;
use crate::{AttributeValue, NumericArray};

/// A value that stands for chunks that are not stored.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum FillValue {
    /// The bytes of a value of a fixed size, in native order.
    Fixed(Vec<u8>),
    /// A text of any length.
    Text(String),
}

impl FillValue {
    /// Returns the fill value that the metadata of an array state; zeros or an empty text for
    /// `null`. `None` if the value does not have the data type.
    pub(super) fn parse(kind: DataType, value: &Value) -> Option<Self> {
        if kind == DataType::Text {
            return match value {
                // zarr-python 2 wrote 0 for texts.
                Value::Null | Value::Number(_) => Some(Self::Text(String::new())),
                value => Some(Self::Text(value.as_str()?.to_owned())),
            };
        }
        let mut bytes = match (kind, value) {
            (_, Value::Null) => Vec::new(),
            (DataType::Number(dtype), value) => with_element_type!(dtype, T => {
                let number = match value.as_str().and_then(|text| text.strip_prefix("0x")) {
                    Some(digits) => T::from_bit_pattern(u64::from_str_radix(digits, 16).ok()?),
                    None => element::<T>(value)?,
                };
                T::to_bytes(&[number], cfg!(target_endian = "big"))
            }),
            (DataType::Bool, value) => {
                let is_true = value
                    .as_bool()
                    .or(value.as_u64().map(|number| number != 0))?;
                vec![u8::from(is_true)]
            }
            // numpy's texts of bytes are in base64, except those that zarr-python 2 wrote as 0.
            (DataType::Bytes(_), Value::String(text)) => STANDARD.decode(text).ok()?,
            (DataType::Utf32(_), Value::String(text)) => {
                let units = text.chars().map(|c| u32::from(c).to_ne_bytes());
                units.flatten().collect()
            }
            (DataType::Bytes(_) | DataType::Utf32(_), value) if value.as_u64() == Some(0) => {
                Vec::new()
            }
            _ => return None,
        };
        if bytes.len() > kind.bytes() {
            return None;
        }
        bytes.resize(kind.bytes(), 0);
        Some(Self::Fixed(bytes))
    }

    /// Returns the metadata of the fill value of an array with this `_FillValue`: of the attribute,
    /// or without one NaN, 0 or an empty text.
    pub(super) fn to_metadata(kind: DataType, fill: Option<&AttributeValue>) -> Value {
        let scalar = fill.map(AttributeValue::to_scalars);
        let scalar = scalar.and_then(|scalars| scalars.first().copied());
        match kind {
            DataType::Number(dtype) => with_element_type!(dtype, T => {
                let value = scalar.and_then(T::from_scalar);
                // A NaN with other bits than those of the default is written with its bits.
                match value {
                    Some(value) if !value.is_finite() && value.to_f64().is_nan() => {
                        let width = 2 * dtype.bytes();
                        Value::String(format!("0x{:0width$x}", value.bits()))
                    }
                    Some(value) => number(value.to_scalar()),
                    None if T::IS_FLOAT => "NaN".into(),
                    None => 0.into(),
                }
            }),
            DataType::Bool => false.into(),
            DataType::Bytes(_) => {
                let text = fill.and_then(AttributeValue::as_text).unwrap_or_default();
                STANDARD.encode(text).into()
            }
            DataType::Utf32(_) | DataType::Text => fill
                .and_then(AttributeValue::as_text)
                .unwrap_or_default()
                .into(),
        }
    }

    /// Returns the `_FillValue` that a reader of version 2 infers from the fill value; `None` for
    /// texts and truth values.
    pub(super) fn to_attribute(&self, kind: DataType) -> Option<AttributeValue> {
        match (kind, self) {
            (DataType::Number(_), Self::Fixed(bytes)) => Some(numbers(kind, bytes)?.into()),
            (DataType::Bytes(1), Self::Fixed(bytes)) if bytes != &[0] => {
                let text = String::from_utf8(bytes.clone()).ok()?;
                Some(text.into())
            }
            _ => None,
        }
    }
}

/// Returns the values of a data type of numbers whose bytes are in native order; `None` for other
/// data types.
pub(super) fn numbers(kind: DataType, bytes: &[u8]) -> Option<NumericArray> {
    match kind {
        DataType::Number(dtype) => Some(with_element_type!(dtype, T => {
            T::into_numeric_array(T::from_bytes(bytes, cfg!(target_endian = "big")))
        })),
        DataType::Bool => Some(bytes.iter().map(|&byte| byte.cast_signed()).collect()),
        _ => None,
    }
}

/// Returns the metadata of an attribute `_FillValue`, as xarray writes them: integers as numbers,
/// floating-point numbers as the base64 of a little-endian binary64, and bytes as base64. `None` if
/// the attribute is not a single value of the data type.
pub(super) fn encode_attribute(kind: DataType, value: &AttributeValue) -> Option<Value> {
    match (kind, value) {
        (DataType::Number(dtype), AttributeValue::Numbers(numbers)) => {
            let [scalar] = numbers.to_scalars()[..] else {
                return None;
            };
            match (dtype.is_float(), scalar) {
                (true, Scalar::Float(number)) => Some(STANDARD.encode(number.to_le_bytes()).into()),
                (false, Scalar::Integer(_)) => Some(number(scalar)),
                _ => None,
            }
        }
        (DataType::Bytes(_), AttributeValue::Text(text)) => Some(STANDARD.encode(text).into()),
        _ => None,
    }
}

/// Returns the attribute that [`encode_attribute`] encoded; `None` if it is in another form.
pub(super) fn decode_attribute(kind: DataType, value: &Value) -> Option<AttributeValue> {
    match (kind, value) {
        (DataType::Number(dtype), Value::String(text)) if dtype.is_float() => {
            let bytes = STANDARD.decode(text).ok()?;
            let number = f64::from_le_bytes(bytes.try_into().ok()?);
            Some(match kind.variable_type().bytes() {
                4 => (number as f32).into(),
                _ => number.into(),
            })
        }
        (DataType::Bytes(_), Value::String(text)) => {
            let bytes = STANDARD.decode(text).ok()?;
            Some(String::from_utf8(bytes).ok()?.into())
        }
        _ => None,
    }
}

/// Returns a number as JSON, and the name of a number that is not finite.
pub(super) fn number(number: Scalar) -> Value {
    match number {
        Scalar::Float(number) => match serde_json::Number::from_f64(number) {
            Some(number) => Value::Number(number),
            None => json::number_name(number).into(),
        },
        Scalar::Integer(integer) => match (u64::try_from(integer), i64::try_from(integer)) {
            (Ok(integer), _) => integer.into(),
            (_, Ok(integer)) => integer.into(),
            // No element type can hold the number.
            _ => (integer as f64).into(),
        },
    }
}

/// Returns a number of JSON, or the name of a number that is not finite.
pub(super) fn scalar(value: &Value) -> Option<Scalar> {
    match value {
        Value::Number(number) => {
            let integer = number.as_i64().map(Scalar::from);
            let integer = integer.or(number.as_u64().map(Scalar::from));
            integer.or(number.as_f64().map(Scalar::Float))
        }
        Value::String(text) => {
            let number = json::number(text).or(json::marked_number(text));
            number.map(Scalar::Float)
        }
        _ => None,
    }
}

/// Returns a number of JSON as an element. A floating-point number is rounded, and a float without
/// a fraction is an integer.
fn element<T: Element>(value: &Value) -> Option<T> {
    let scalar = scalar(value)?;
    match T::from_scalar(scalar) {
        None if T::IS_FLOAT => Some(T::from_f64(scalar.to_f64())),
        None => {
            let number = scalar.to_f64();
            let is_integer = number.fract() == 0.0 && number.abs() < 2_f64.powi(53);
            T::from_scalar(Scalar::Integer(number as i128)).filter(|_| is_integer)
        }
        found => found,
    }
}

#[cfg(test)]
mod tests {
    use fieldreel_core::Dtype;
    use serde_json::json;

    use super::*;

    fn parse(dtype: Dtype, value: &Value) -> Option<NumericArray> {
        let kind = DataType::Number(dtype);
        match FillValue::parse(kind, value)? {
            FillValue::Fixed(bytes) => numbers(kind, &bytes),
            FillValue::Text(_) => None,
        }
    }

    #[test]
    fn fill_values_are_parsed() {
        assert_eq!(parse(Dtype::I16, &json!(-1)), Some((-1_i16).into()));
        assert_eq!(parse(Dtype::I16, &json!(-1.0)), Some((-1_i16).into()));
        assert_eq!(parse(Dtype::U64, &json!(u64::MAX)), Some(u64::MAX.into()));
        assert_eq!(parse(Dtype::F32, &json!(0.1)), Some(0.1_f32.into()));
        assert_eq!(
            parse(Dtype::F32, &json!("-Infinity")),
            Some(f32::NEG_INFINITY.into())
        );
        assert_eq!(
            parse(Dtype::F32, &json!("0x3f800000")),
            Some(1.0_f32.into())
        );
        assert_eq!(parse(Dtype::F64, &Value::Null), Some(0.0.into()));
        assert_eq!(parse(Dtype::F64, &json!("NaN")).unwrap().missing_count(), 1);
        for wrong in [json!(70_000), json!(0.5), json!("x"), json!([1]), json!({})] {
            assert_eq!(parse(Dtype::I16, &wrong), None, "{wrong}");
        }
        let text = FillValue::parse(DataType::Utf32(2), &json!("é")).unwrap();
        assert_eq!(text, FillValue::Fixed([[0xe9, 0, 0, 0], [0; 4]].concat()));
        assert_eq!(FillValue::parse(DataType::Bytes(1), &json!("AAAA")), None);
        assert_eq!(
            FillValue::parse(DataType::Text, &json!(0)),
            Some(FillValue::Text(String::new()))
        );
    }

    #[test]
    fn the_attribute_is_that_of_xarray() {
        let float = DataType::Number(Dtype::F32);
        // struct.pack("<d", np.float32(-999)) in base64.
        let encoded = encode_attribute(float, &(-999.0_f32).into()).unwrap();
        assert_eq!(encoded, "AAAAAAA4j8A=");
        assert_eq!(decode_attribute(float, &encoded), Some((-999.0_f32).into()));
        let integer = DataType::Number(Dtype::I16);
        assert_eq!(encode_attribute(integer, &(-1_i16).into()), Some(json!(-1)));
        assert_eq!(encode_attribute(integer, &1.5.into()), None);
        assert_eq!(decode_attribute(float, &json!("no base64")), None);
    }

    #[test]
    fn a_fill_value_is_that_of_the_attribute() {
        for dtype in Dtype::ALL {
            let kind = DataType::Number(dtype);
            with_element_type!(dtype, T => {
                let fill = T::into_numeric_array(vec![T::from_f64(99.0)]).into();
                let metadata = FillValue::to_metadata(kind, Some(&fill));
                let parsed = FillValue::parse(kind, &metadata).unwrap();
                assert_eq!(parsed.to_attribute(kind), Some(fill));
                let default = FillValue::to_metadata(kind, None);
                assert!(FillValue::parse(kind, &default).is_some());
            });
        }
    }
}
