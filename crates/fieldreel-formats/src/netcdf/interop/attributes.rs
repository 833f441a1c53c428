//! Attributes of the `netcdf` crate, in and out.

use std::path::Path;

use ::netcdf::{Attribute, AttributeValue as Theirs, Error};

use super::refused;
use crate::{AttributeValue, Attributes, Numbers, Result};

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
        Theirs::Schar(value) => Numbers::I8(vec![value]).into(),
        Theirs::Schars(values) => Numbers::I8(values).into(),
        Theirs::Uchar(value) => Numbers::U8(vec![value]).into(),
        Theirs::Uchars(values) => Numbers::U8(values).into(),
        Theirs::Short(value) => Numbers::I16(vec![value]).into(),
        Theirs::Shorts(values) => Numbers::I16(values).into(),
        Theirs::Ushort(value) => Numbers::U16(vec![value]).into(),
        Theirs::Ushorts(values) => Numbers::U16(values).into(),
        Theirs::Int(value) => Numbers::I32(vec![value]).into(),
        Theirs::Ints(values) => Numbers::I32(values).into(),
        Theirs::Uint(value) => Numbers::U32(vec![value]).into(),
        Theirs::Uints(values) => Numbers::U32(values).into(),
        Theirs::Longlong(value) => Numbers::I64(vec![value]).into(),
        Theirs::Longlongs(values) => Numbers::I64(values).into(),
        Theirs::Ulonglong(value) => Numbers::U64(vec![value]).into(),
        Theirs::Ulonglongs(values) => Numbers::U64(values).into(),
        Theirs::Float(value) => Numbers::F32(vec![value]).into(),
        Theirs::Floats(values) => Numbers::F32(values).into(),
        Theirs::Double(value) => Numbers::F64(vec![value]).into(),
        Theirs::Doubles(values) => Numbers::F64(values).into(),
    }
}

/// An attribute's value as the crate writes it.
pub(super) fn theirs(value: &AttributeValue) -> Theirs {
    match value.clone() {
        AttributeValue::Text(text) => text.into(),
        AttributeValue::Texts(texts) => texts.into(),
        AttributeValue::Numbers(numbers) => match numbers {
            Numbers::I8(values) => values.into(),
            Numbers::U8(values) => values.into(),
            Numbers::I16(values) => values.into(),
            Numbers::U16(values) => values.into(),
            Numbers::I32(values) => values.into(),
            Numbers::U32(values) => values.into(),
            Numbers::I64(values) => values.into(),
            Numbers::U64(values) => values.into(),
            Numbers::F32(values) => values.into(),
            Numbers::F64(values) => values.into(),
        },
    }
}
