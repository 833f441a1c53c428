//! Attributes: conversion to and from JSON, which has fewer types than NetCDF.
//!
//! | in NetCDF | in JSON |
//! |---|---|
//! | `char` | a text |
//! | `string` | a list of texts |
//! | a number | a number; a text such as `NaN` if it is not finite |
//! | several numbers, or none | a list |
//! | `_FillValue` | as xarray writes it: in base64 for floating-point variables and texts |
//!
//! A reader infers the types of numbers: that of the variable for attributes that CF ties to it,
//! otherwise `int`, `int64` or `double`. The types of attributes for which this gives another value
//! are recorded in the attribute [`TYPES`], whose text is a JSON object. A `missing_value` that is
//! not finite is recorded there as a whole, `[type, value, position]`, because xarray compares all
//! values with the text that would stand for it. Truth values, objects and
//! mixed lists, which NetCDF lacks, are read as texts of JSON.

use fieldreel_core::{Dtype, Element, Scalar, with_element_type};
use serde_json::{Map, Value};

use super::data_type::{DataType, name_of_number, number_of_name};
use super::{fill, json};
use crate::{AttributeValue, Attributes, NumericArray};

/// The name of the attribute that records the types of other attributes.
const TYPES: &str = "_fieldreel_attribute_types";

/// The name in [`TYPES`] of a text.
const TEXT: &str = "char";

/// The name in [`TYPES`] of a list of texts.
const TEXTS: &str = "string";

/// The attributes that have the type of their variable (CF 1.12, appendix A).
const TYPED_AS_VARIABLE: [&str; 7] = [
    "_FillValue",
    "missing_value",
    "valid_min",
    "valid_max",
    "valid_range",
    "flag_values",
    "flag_masks",
];

/// Returns attributes as JSON. `kind` is the data type of their variable, `None` for those of a
/// group.
pub(super) fn to_json(attributes: &Attributes, kind: Option<DataType>) -> Map<String, Value> {
    let mut types = Map::new();
    let mut members = Map::new();
    for (position, (name, value)) in attributes.iter().enumerate() {
        let member = value_to_json(name, value, kind);
        if name == "missing_value" && is_not_finite(value) {
            let record = serde_json::json!([type_name(value), member, position]);
            types.insert(name.to_owned(), record);
            continue;
        }
        if !infer(name, &member, kind).is_some_and(|inferred| is_same(&inferred, value)) {
            types.insert(name.to_owned(), type_name(value).into());
        }
        members.insert(name.to_owned(), member);
    }
    if !types.is_empty() {
        members.insert(TYPES.to_owned(), Value::Object(types).to_string().into());
    }
    members
}

/// Returns attributes from JSON, or the reason why they are damaged.
pub(super) fn from_json(
    members: &Map<String, Value>,
    kind: Option<DataType>,
) -> Result<Attributes, &'static str> {
    let types = match members.get(TYPES).map(Value::as_str) {
        None => Map::new(),
        Some(text) => {
            let parsed = text.and_then(|text| serde_json::from_str(text).ok());
            parsed.ok_or("the attribute that records the types of others is damaged")?
        }
    };
    let others = members.iter().filter(|(name, _)| *name != TYPES);
    let attributes = others.map(|(name, member)| {
        let recorded = types.get(name).and_then(Value::as_str);
        let recorded = recorded.and_then(|recorded| restore(name, member, recorded, kind));
        let value = recorded.or_else(|| infer(name, member, kind));
        let value = value.unwrap_or_else(|| member.to_string().into());
        (name.clone(), value)
    });
    let mut attributes: Vec<_> = attributes.collect();
    for (name, record) in &types {
        let Some([Value::String(recorded), member, position]) =
            record.as_array().map(Vec::as_slice)
        else {
            continue;
        };
        let value = restore(name, member, recorded, kind);
        if let (Some(value), Some(position)) = (value, position.as_u64()) {
            let position = attributes.len().min(position as usize);
            attributes.insert(position, (name.clone(), value));
        }
    }
    Ok(attributes.into_iter().collect())
}

/// Returns true if a number is not finite.
fn is_not_finite(value: &AttributeValue) -> bool {
    value.to_numbers().iter().any(|number| !number.is_finite())
}

fn value_to_json(name: &str, value: &AttributeValue, kind: Option<DataType>) -> Value {
    let kind = kind.filter(|_| name == "_FillValue");
    if let Some(encoded) = kind.and_then(|kind| fill::encode_attribute(kind, value)) {
        return encoded;
    }
    match value {
        AttributeValue::Text(text) => text.as_str().into(),
        AttributeValue::Texts(texts) => texts.as_slice().into(),
        AttributeValue::Numbers(numbers) => match numbers.to_scalars().as_slice() {
            [number] => fill::number(*number),
            numbers => numbers.iter().map(|&number| fill::number(number)).collect(),
        },
    }
}

/// Returns the value of an attribute whose type is not recorded; `None` for JSON that is neither
/// text nor numbers.
fn infer(name: &str, member: &Value, kind: Option<DataType>) -> Option<AttributeValue> {
    let of_variable = kind.filter(|_| TYPED_AS_VARIABLE.contains(&name));
    if let Some(fill) = of_variable.filter(|_| name == "_FillValue")
        && let Some(value) = fill::decode_attribute(fill, member)
    {
        return Some(value);
    }
    let is_text = |value: &Value| match value {
        Value::String(text) => json::marked_number(text).is_none(),
        _ => false,
    };
    match member {
        Value::String(text) if is_text(member) => return Some(text.as_str().into()),
        Value::Array(items) if items.iter().all(is_text) => return texts(items),
        _ => {}
    }
    let numbers = scalars(member, |item| !is_text(item))?;
    let of_variable = of_variable.and_then(|kind| kind.variable_type().dtype());
    let typed = of_variable.and_then(|dtype| convert(&numbers, dtype));
    let inferred = || {
        let is_integer = |number: &Scalar| matches!(number, Scalar::Integer(_));
        if !numbers.iter().all(is_integer) {
            return convert(&numbers, Dtype::F64);
        }
        let mut types = [Dtype::I32, Dtype::I64, Dtype::U64, Dtype::F64].into_iter();
        types.find_map(|dtype| convert(&numbers, dtype))
    };
    typed.or_else(inferred).map(AttributeValue::Numbers)
}

/// Returns the value of an attribute of a recorded type; `None` if it does not have the type.
fn restore(
    name: &str,
    member: &Value,
    recorded: &str,
    kind: Option<DataType>,
) -> Option<AttributeValue> {
    match (recorded, member) {
        (TEXT, Value::String(text)) => Some(text.as_str().into()),
        (TEXTS, Value::Array(items)) => texts(items),
        _ => {
            let encoded = kind.filter(|_| name == "_FillValue");
            let encoded = encoded.and_then(|kind| fill::decode_attribute(kind, member));
            let numbers = match encoded {
                Some(value) => value.to_scalars(),
                None => scalars(member, |_| true)?,
            };
            convert(&numbers, number_of_name(recorded)?).map(AttributeValue::Numbers)
        }
    }
}

fn texts(items: &[Value]) -> Option<AttributeValue> {
    let texts = items.iter().map(|item| item.as_str().map(str::to_owned));
    texts.collect::<Option<Vec<_>>>().map(AttributeValue::Texts)
}

/// Returns a number or a list of numbers, of which every item meets a condition.
fn scalars(member: &Value, is_number: impl Fn(&Value) -> bool) -> Option<Vec<Scalar>> {
    let items = match member {
        Value::Array(items) => items.as_slice(),
        item => std::slice::from_ref(item),
    };
    let numbers = items
        .iter()
        .map(|item| fill::scalar(item).filter(|_| is_number(item)));
    numbers.collect()
}

/// Returns numbers in a type; `None` if an integer type does not hold one of them. Floating-point
/// numbers are rounded.
fn convert(numbers: &[Scalar], dtype: Dtype) -> Option<NumericArray> {
    fn element<T: Element>(number: Scalar) -> Option<T> {
        let converted = T::from_scalar(number);
        converted.or(T::IS_FLOAT.then(|| T::from_f64(number.to_f64())))
    }
    with_element_type!(dtype, T => {
        let converted = numbers.iter().map(|&number| match (number, T::IS_FLOAT) {
            (Scalar::Float(_), false) => None,
            _ => element::<T>(number),
        });
        converted.collect::<Option<Vec<T>>>().map(T::into_numeric_array)
    })
}

/// Returns true if two values are equal; NaN equals NaN.
fn is_same(a: &AttributeValue, b: &AttributeValue) -> bool {
    let equals = |(a, b): (&Scalar, &Scalar)| match (a, b) {
        (Scalar::Float(a), Scalar::Float(b)) => {
            a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan()
        }
        (a, b) => a == b,
    };
    match (a, b) {
        (AttributeValue::Numbers(a), AttributeValue::Numbers(b)) => {
            let (x, y) = (a.to_scalars(), b.to_scalars());
            type_of(a) == type_of(b) && x.len() == y.len() && x.iter().zip(&y).all(equals)
        }
        (a, b) => a == b,
    }
}

fn type_name(value: &AttributeValue) -> &'static str {
    match value {
        AttributeValue::Text(_) => TEXT,
        AttributeValue::Texts(_) => TEXTS,
        AttributeValue::Numbers(numbers) => name_of_number(type_of(numbers)),
    }
}

const fn type_of(numbers: &NumericArray) -> Dtype {
    match numbers {
        NumericArray::I8(_) => Dtype::I8,
        NumericArray::U8(_) => Dtype::U8,
        NumericArray::I16(_) => Dtype::I16,
        NumericArray::U16(_) => Dtype::U16,
        NumericArray::I32(_) => Dtype::I32,
        NumericArray::U32(_) => Dtype::U32,
        NumericArray::I64(_) => Dtype::I64,
        NumericArray::U64(_) => Dtype::U64,
        NumericArray::F32(_) => Dtype::F32,
        NumericArray::F64(_) => Dtype::F64,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn value() -> impl Strategy<Value = AttributeValue> {
        prop_oneof![
            "[a-zN=\u{e9}]{0,8}".prop_map(AttributeValue::from),
            Just(AttributeValue::from("NaN")),
            prop::collection::vec("[a-z]{0,3}", 0..3).prop_map(AttributeValue::from),
            any::<Vec<i8>>().prop_map(AttributeValue::from),
            any::<u16>().prop_map(AttributeValue::from),
            any::<Vec<i32>>().prop_map(AttributeValue::from),
            any::<u64>().prop_map(AttributeValue::from),
            any::<Vec<i64>>().prop_map(AttributeValue::from),
            any::<f32>().prop_map(AttributeValue::from),
            Just(AttributeValue::from(f32::NAN)),
            Just(AttributeValue::from([f64::NEG_INFINITY, 0.0])),
            any::<Vec<f64>>().prop_map(AttributeValue::from),
        ]
    }

    fn kind() -> impl Strategy<Value = Option<DataType>> {
        let numbers = Dtype::ALL.map(|dtype| Some(DataType::Number(dtype)));
        let others = [None, Some(DataType::Bytes(1)), Some(DataType::Text)];
        prop::sample::select([&numbers[..], &others].concat())
    }

    proptest! {
        #[test]
        fn attributes_come_back_in_their_types(
            values in prop::collection::vec(value(), 0..5),
            names in Just(["_FillValue", "missing_value", "flag_values", "units", "é \""]).prop_shuffle(),
            kind in kind(),
        ) {
            let attributes: Attributes = names.into_iter().zip(values).collect();
            let members = to_json(&attributes, kind);
            // Through the text of a file.
            let text = Value::Object(members).to_string();
            let Value::Object(members) = json::parse(text.as_bytes()).unwrap() else { panic!() };
            let read = from_json(&members, kind).unwrap();
            prop_assert_eq!(read.len(), attributes.len());
            for ((name, read), (expected_name, expected)) in read.iter().zip(attributes.iter()) {
                prop_assert_eq!(name, expected_name);
                prop_assert!(is_same(read, expected), "{}: {:?} {:?}", name, read, expected);
            }
        }
    }

    #[test]
    fn common_attributes_need_no_record() {
        let attributes = Attributes::from([
            ("_FillValue", AttributeValue::from(-999.0_f32)),
            ("units", "K".into()),
            ("valid_range", [150.0_f32, 350.5].into()),
            ("levels", 7_i32.into()),
            ("scale", 0.1.into()),
        ]);
        let members = to_json(&attributes, Some(DataType::Number(Dtype::F32)));
        let expected = serde_json::json!({
            "_FillValue": "AAAAAAA4j8A=",
            "units": "K",
            "valid_range": [150.0, 350.5],
            "levels": 7,
            "scale": 0.1,
        });
        assert_eq!(Value::Object(members), expected);
    }

    #[test]
    fn what_netcdf_lacks_is_read_as_text() {
        let json = br#"{"a": true, "b": {"c": [1]}, "d": null, "e": [1, "x"], "f": NaN}"#;
        let Value::Object(members) = json::parse(json).unwrap() else {
            panic!()
        };
        let attributes = from_json(&members, None).unwrap();
        assert_eq!(attributes.text("a"), Some("true"));
        assert_eq!(attributes.text("b"), Some(r#"{"c":[1]}"#));
        assert_eq!(attributes.text("d"), Some("null"));
        assert_eq!(attributes.text("e"), Some(r#"[1,"x"]"#));
        assert!(attributes.number("f").unwrap().is_nan());
    }

    #[test]
    fn a_damaged_record_is_an_error() {
        for record in [
            serde_json::json!("{"),
            serde_json::json!(1),
            serde_json::json!("[]"),
        ] {
            let members = Map::from_iter([(TYPES.to_owned(), record)]);
            assert!(from_json(&members, None).is_err());
        }
    }
}
