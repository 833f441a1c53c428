//! Attributes of the `netcdf` crate, in and out.

use std::path::Path;

use ::netcdf::{Attribute, AttributeValue as Theirs, Error};

use super::refused;
use crate::{AttributeValue, Attributes, NumericArray, Result};

/// All attributes of a variable or a file, in order, without those of user-defined types.
pub(super) fn read<'a>(
    attributes: impl Iterator<Item = Attribute<'a>>,
    path: &Path,
) -> Result<Attributes> {
    let mut found = Attributes::new();
    for attribute in attributes {
        match attribute.value() {
            Ok(value) => {
                found.insert(attribute.name(), ours(value));
            }
            Err(Error::TypeUnknown(_)) => {}
            Err(error) => return Err(refused(path, "read attributes")(error)),
        }
    }
    Ok(found)
}

fn ours(value: Theirs) -> AttributeValue {
    match value {
        Theirs::Str(text) => AttributeValue::Text(text),
        Theirs::Strs(texts) => AttributeValue::Texts(texts),
        Theirs::Schar(value) => NumericArray::I8(vec![value]).into(),
        Theirs::Schars(values) => NumericArray::I8(values).into(),
        Theirs::Uchar(value) => NumericArray::U8(vec![value]).into(),
        Theirs::Uchars(values) => NumericArray::U8(values).into(),
        Theirs::Short(value) => NumericArray::I16(vec![value]).into(),
        Theirs::Shorts(values) => NumericArray::I16(values).into(),
        Theirs::Ushort(value) => NumericArray::U16(vec![value]).into(),
        Theirs::Ushorts(values) => NumericArray::U16(values).into(),
        Theirs::Int(value) => NumericArray::I32(vec![value]).into(),
        Theirs::Ints(values) => NumericArray::I32(values).into(),
        Theirs::Uint(value) => NumericArray::U32(vec![value]).into(),
        Theirs::Uints(values) => NumericArray::U32(values).into(),
        Theirs::Longlong(value) => NumericArray::I64(vec![value]).into(),
        Theirs::Longlongs(values) => NumericArray::I64(values).into(),
        Theirs::Ulonglong(value) => NumericArray::U64(vec![value]).into(),
        Theirs::Ulonglongs(values) => NumericArray::U64(values).into(),
        Theirs::Float(value) => NumericArray::F32(vec![value]).into(),
        Theirs::Floats(values) => NumericArray::F32(values).into(),
        Theirs::Double(value) => NumericArray::F64(vec![value]).into(),
        Theirs::Doubles(values) => NumericArray::F64(values).into(),
    }
}

/// An attribute's value as the crate writes it.
pub(super) fn theirs(value: &AttributeValue) -> Theirs {
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
