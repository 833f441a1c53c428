//! Conversion of attributes from and to the `netcdf` crate.

use std::path::Path;

use ::netcdf::{Attribute, AttributeValue as CrateValue, Error};

use super::crate_error;
use crate::{AttributeValue, Attributes, Numbers, Result};

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
        CrateValue::Schar(value) => Numbers::I8(vec![value]).into(),
        CrateValue::Schars(values) => Numbers::I8(values).into(),
        CrateValue::Uchar(value) => Numbers::U8(vec![value]).into(),
        CrateValue::Uchars(values) => Numbers::U8(values).into(),
        CrateValue::Short(value) => Numbers::I16(vec![value]).into(),
        CrateValue::Shorts(values) => Numbers::I16(values).into(),
        CrateValue::Ushort(value) => Numbers::U16(vec![value]).into(),
        CrateValue::Ushorts(values) => Numbers::U16(values).into(),
        CrateValue::Int(value) => Numbers::I32(vec![value]).into(),
        CrateValue::Ints(values) => Numbers::I32(values).into(),
        CrateValue::Uint(value) => Numbers::U32(vec![value]).into(),
        CrateValue::Uints(values) => Numbers::U32(values).into(),
        CrateValue::Longlong(value) => Numbers::I64(vec![value]).into(),
        CrateValue::Longlongs(values) => Numbers::I64(values).into(),
        CrateValue::Ulonglong(value) => Numbers::U64(vec![value]).into(),
        CrateValue::Ulonglongs(values) => Numbers::U64(values).into(),
        CrateValue::Float(value) => Numbers::F32(vec![value]).into(),
        CrateValue::Floats(values) => Numbers::F32(values).into(),
        CrateValue::Double(value) => Numbers::F64(vec![value]).into(),
        CrateValue::Doubles(values) => Numbers::F64(values).into(),
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
