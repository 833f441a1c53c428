//! Conversion of attributes from and to the `netcdf` crate.

use std::path::Path;

use ::netcdf::{Attribute, AttributeValue as CrateValue, Error};

use super::crate_error;
use crate::{AttributeValue, Attributes, NumericArray, Result};

/// Returns the attributes of a variable or a file in order, except those of user-defined types.
pub(super) fn read<'a>(
    attributes: impl Iterator<Item = Attribute<'a>>,
    path: &Path,
) -> Result<Attributes> {
    let mut found = Attributes::new();
    for attribute in attributes {
        match attribute.value() {
            Ok(value) => {
                found.insert(attribute.name(), from_crate_value(value));
            }
            Err(Error::TypeUnknown(_)) => {}
            Err(error) => return Err(crate_error(path, "read attributes")(error)),
        }
    }
    Ok(found)
}

fn from_crate_value(value: CrateValue) -> AttributeValue {
    match value {
        CrateValue::Str(text) => AttributeValue::Text(text),
        CrateValue::Strs(texts) => AttributeValue::Texts(texts),
        CrateValue::Schar(value) => NumericArray::I8(vec![value]).into(),
        CrateValue::Schars(values) => NumericArray::I8(values).into(),
        CrateValue::Uchar(value) => NumericArray::U8(vec![value]).into(),
        CrateValue::Uchars(values) => NumericArray::U8(values).into(),
        CrateValue::Short(value) => NumericArray::I16(vec![value]).into(),
        CrateValue::Shorts(values) => NumericArray::I16(values).into(),
        CrateValue::Ushort(value) => NumericArray::U16(vec![value]).into(),
        CrateValue::Ushorts(values) => NumericArray::U16(values).into(),
        CrateValue::Int(value) => NumericArray::I32(vec![value]).into(),
        CrateValue::Ints(values) => NumericArray::I32(values).into(),
        CrateValue::Uint(value) => NumericArray::U32(vec![value]).into(),
        CrateValue::Uints(values) => NumericArray::U32(values).into(),
        CrateValue::Longlong(value) => NumericArray::I64(vec![value]).into(),
        CrateValue::Longlongs(values) => NumericArray::I64(values).into(),
        CrateValue::Ulonglong(value) => NumericArray::U64(vec![value]).into(),
        CrateValue::Ulonglongs(values) => NumericArray::U64(values).into(),
        CrateValue::Float(value) => NumericArray::F32(vec![value]).into(),
        CrateValue::Floats(values) => NumericArray::F32(values).into(),
        CrateValue::Double(value) => NumericArray::F64(vec![value]).into(),
        CrateValue::Doubles(values) => NumericArray::F64(values).into(),
    }
}

/// Converts an attribute's value to the type of the `netcdf` crate.
pub(super) fn to_crate_value(value: &AttributeValue) -> CrateValue {
    match value.clone() {
        AttributeValue::Text(text) => text.into(),
        AttributeValue::Texts(texts) => texts.into(),
        AttributeValue::Numbers(numbers) => match numbers {
            NumericArray::I8(values) => values.into(),
            NumericArray::U8(values) => values.into(),
            NumericArray::I16(values) => values.into(),
            NumericArray::U16(values) => values.into(),
            NumericArray::I32(values) => values.into(),
            NumericArray::U32(values) => values.into(),
            NumericArray::I64(values) => values.into(),
            NumericArray::U64(values) => values.into(),
            NumericArray::F32(values) => values.into(),
            NumericArray::F64(values) => values.into(),
        },
    }
}
