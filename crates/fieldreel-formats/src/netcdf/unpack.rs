//! Conversion of stored values to a field's values: CF packing and missing values.

use std::path::Path;

use fieldreel_core::{Dtype, Scalar};
use ndarray::{ArrayD, IxDyn};

use super::library::NcNumber;
use crate::{
    AttributeValue, Attributes, FieldValues, FormatError, Missing, NumericArray, Packing, Result,
};

/// The metadata of a variable to be unpacked.
pub(super) struct VariableDescription<'a> {
    pub(super) path: &'a Path,
    pub(super) name: &'a str,
    pub(super) shape: &'a [usize],
    pub(super) attributes: Attributes,
    /// True if a 64-bit integer without an exact `f64` is an error.
    pub(super) require_exact: bool,
}

/// A variable after unpacking, without the attributes that described how it was stored.
pub(super) struct Unpacked {
    pub(super) values: FieldValues,
    pub(super) attributes: Attributes,
    pub(super) missing: Missing,
    pub(super) packing: Option<Packing>,
}

/// A number type in which a file stores values.
pub(super) trait StoredNumber: NcNumber {
    /// True if `f32` represents every value exactly.
    const FITS_F32: bool =
        !matches!(Self::DTYPE, Dtype::F64) && (Self::IS_FLOAT || Self::BYTES < 4);
    /// netcdf-c's fill value for values that were never written. It applies to floating-point
    /// types only, because the fill values of integer types are plausible values.
    const DEFAULT_FILL: Option<Self> = None;

    /// Returns the value that a number in an attribute denotes, if this type has one. For
    /// floating-point types it is the nearest value, so that a fill value given as a double
    /// denotes the nearest float. For unsigned integers it may also be the value with the same
    /// bits, because the attributes of `_Unsigned` data are of the signed type.
    fn from_attribute_scalar(number: Scalar) -> Option<Self> {
        let unsigned = |number: i128| {
            let bits = 8 * Self::BYTES as u32;
            let is_signed = -(1_i128 << (bits - 1)) <= number && number < 0;
            is_signed.then(|| Self::from_bit_pattern(number as u64))
        };
        Self::from_scalar(number).or_else(|| match number {
            Scalar::Integer(number) => unsigned(number),
            Scalar::Float(number) if number.fract() == 0.0 => unsigned(number as i128),
            Scalar::Float(_) => None,
        })
    }

    /// Returns the integer if its conversion to `f64` is inexact.
    fn inexact_integer(self) -> Option<i128> {
        match self.to_scalar() {
            Scalar::Integer(exact) => (self.to_f64() as i128 != exact).then_some(exact),
            Scalar::Float(_) => None,
        }
    }

    /// Returns the values of an attribute in this type, except values that the type cannot
    /// represent.
    fn from_attribute(value: &AttributeValue) -> Vec<Self> {
        let numbers = value.to_scalars().into_iter();
        numbers.filter_map(Self::from_attribute_scalar).collect()
    }
}

impl StoredNumber for i8 {}
impl StoredNumber for u8 {}
impl StoredNumber for i16 {}
impl StoredNumber for u16 {}
impl StoredNumber for i32 {}
impl StoredNumber for u32 {}
impl StoredNumber for i64 {}
impl StoredNumber for u64 {}

impl StoredNumber for f32 {
    const DEFAULT_FILL: Option<Self> = Some(netcdf_sys::NC_FILL_FLOAT);
}

impl StoredNumber for f64 {
    const DEFAULT_FILL: Option<Self> = Some(netcdf_sys::NC_FILL_DOUBLE);
}

/// Applies fill values, the valid range and packing.
pub(super) fn unpack<T: StoredNumber>(
    packed: Vec<T>,
    description: VariableDescription<'_>,
) -> Result<Unpacked> {
    let VariableDescription {
        path,
        name,
        shape,
        mut attributes,
        require_exact,
    } = description;
    let scale = take_factor(&mut attributes, "scale_factor", path)?;
    let offset = take_factor(&mut attributes, "add_offset", path)?;
    attributes.remove("_Unsigned");
    let fill = attributes
        .remove("_FillValue")
        .map(|value| T::from_attribute(&value));
    let mut fill_values: Vec<T> = fill.clone().unwrap_or_default();
    let first_fill_value = fill_values.first().copied();
    let missing_values = attributes
        .remove("missing_value")
        .map_or_else(Vec::new, |v| T::from_attribute(&v));
    fill_values.extend(&missing_values);
    let attribute_fill_values = fill_values.clone();
    if fill.is_none() {
        fill_values.extend(T::DEFAULT_FILL);
    }
    let is_packed = scale.is_some() || offset.is_some();
    let range = ValidRange::take(&mut attributes, is_packed);
    let (scale_factor, add_offset) = (
        scale.as_ref().map_or(1.0, |f| f.value),
        offset.as_ref().map_or(0.0, |f| f.value),
    );
    let is_single_precision = match (&scale, &offset) {
        (None, None) => T::FITS_F32,
        (a, b) => T::FITS_F32 && [a, b].into_iter().flatten().all(|f| f.is_single_precision),
    };
    if require_exact
        && let Some(value) = packed
            .iter()
            .filter(|value| !fill_values.contains(value))
            .find_map(|value| value.inexact_integer())
    {
        return Err(FormatError::InexactInteger {
            path: path.to_path_buf(),
            variable: name.to_owned(),
            value,
        });
    }
    let value_of = |packed: T| {
        if fill_values.contains(&packed) {
            return f64::NAN;
        }
        let packed = packed.to_f64();
        let value = if is_packed {
            packed * scale_factor + add_offset
        } else {
            packed
        };
        if range.contains(if range.applies_to_unpacked {
            value
        } else {
            packed
        }) {
            value
        } else {
            f64::NAN
        }
    };
    let values = if is_single_precision {
        to_array(
            packed.into_iter().map(|p| value_of(p) as f32).collect(),
            shape,
        )
        .map(FieldValues::F32)
    } else {
        to_array(packed.into_iter().map(value_of).collect(), shape).map(FieldValues::F64)
    }?;
    // NaN needs no fill value, because it is the default.
    let to_scalar = |value: T| Some(value.to_scalar()).filter(|_| !value.to_f64().is_nan());
    let (missing, packing) = if is_packed {
        let packing = Packing {
            scale_factor,
            add_offset,
            fill_values: attribute_fill_values.into_iter().map(T::to_f64).collect(),
        };
        (Missing::default(), Some(packing))
    } else {
        let missing = Missing {
            fill_value: first_fill_value.and_then(to_scalar),
            missing_values: missing_values.into_iter().filter_map(to_scalar).collect(),
        };
        (missing, None)
    };
    Ok(Unpacked {
        values,
        attributes,
        missing,
        packing,
    })
}

fn to_array<V>(values: Vec<V>, shape: &[usize]) -> Result<ArrayD<V>> {
    let found = vec![values.len()];
    ArrayD::from_shape_vec(IxDyn(shape), values).map_err(|_| FormatError::ShapeMismatch {
        item: "a variable".to_owned(),
        expected: shape.to_vec(),
        found,
    })
}

/// The value of `scale_factor` or `add_offset`.
struct PackingFactor {
    value: f64,
    /// True if the attribute is not of type `f64`.
    is_single_precision: bool,
}

/// Removes a packing factor from the attributes, and returns it.
fn take_factor(
    attributes: &mut Attributes,
    key: &'static str,
    path: &Path,
) -> Result<Option<PackingFactor>> {
    let Some(attribute) = attributes.remove(key) else {
        return Ok(None);
    };
    match attribute.as_number() {
        Some(value) if value.is_finite() => Ok(Some(PackingFactor {
            value,
            is_single_precision: !matches!(
                attribute,
                AttributeValue::Numbers(NumericArray::F64(_))
            ),
        })),
        _ => Err(FormatError::Damaged {
            path: path.to_path_buf(),
            problem: "scale_factor or add_offset is not one finite number",
        }),
    }
}

/// The valid range of a variable.
struct ValidRange {
    min: f64,
    max: f64,
    /// True if the range applies to unpacked values. According to the
    /// [NUG](https://docs.unidata.ucar.edu/nug/current/attribute_conventions.html), this is so if
    /// the range is floating-point and the packed values are integers.
    applies_to_unpacked: bool,
}

impl ValidRange {
    /// Removes the valid range from the attributes, and returns it.
    fn take(attributes: &mut Attributes, is_packed: bool) -> Self {
        let [min, max, range] =
            ["valid_min", "valid_max", "valid_range"].map(|key| attributes.remove(key));
        let floating = [&min, &max, &range].into_iter().flatten().any(|value| {
            matches!(
                value,
                AttributeValue::Numbers(NumericArray::F32(_) | NumericArray::F64(_))
            )
        });
        let one = |value: Option<AttributeValue>| value.and_then(|value| value.as_number());
        let (mut low, mut high) = (one(min), one(max));
        if let Some(&[a, b]) = range.map(|range| range.to_numbers()).as_deref() {
            (low, high) = (Some(a), Some(b));
        }
        Self {
            min: low.unwrap_or(f64::NEG_INFINITY),
            max: high.unwrap_or(f64::INFINITY),
            applies_to_unpacked: is_packed && floating,
        }
    }

    /// Returns true if a value is in the range. A NaN limit excludes nothing.
    fn contains(&self, value: f64) -> bool {
        !(value < self.min || value > self.max)
    }
}

#[cfg(test)]
#[path = "unpack_tests.rs"]
mod tests;
