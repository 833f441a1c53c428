//! From the numbers in the file to the numbers they mean: CF packing and missing values.

use std::path::Path;

use fieldreel_core::{Dtype, Scalar};
use ndarray::{ArrayD, IxDyn};

use super::library::Number;
use crate::{
    AttributeValue, Attributes, FieldValues, FormatError, Missing, NumericArray, Packing, Result,
};

/// Everything about a variable but its values.
pub(super) struct Cells<'a> {
    pub(super) path: &'a Path,
    pub(super) name: &'a str,
    pub(super) shape: &'a [usize],
    pub(super) attributes: Attributes,
    /// Whether a 64-bit integer without an exact `f64` is an error.
    pub(super) exact: bool,
}

/// A variable in its own numbers; `attributes` without those that were used up.
pub(super) struct Unpacked {
    pub(super) values: FieldValues,
    pub(super) attributes: Attributes,
    pub(super) missing: Missing,
    pub(super) packing: Option<Packing>,
}

/// A number of the file's own type.
pub(super) trait Packed: Number {
    /// Whether every value has an exact `f32`.
    const FITS_F32: bool =
        !matches!(Self::DTYPE, Dtype::F64) && (Self::IS_FLOAT || Self::BYTES < 4);
    /// netcdf-c's fill value for unwritten data. Only floats: the integers' own are plausible values.
    const DEFAULT_FILL: Option<Self> = None;

    /// Returns the value that a number in an attribute stands for, if there is one: of floats the nearest, as a sentinel that is
    /// given as a double beside floats means the float nearest to it; of unsigned integers also that of the same bits, since
    /// the attributes of `_Unsigned` data are of the signed type.
    fn stated(number: Scalar) -> Option<Self> {
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

    /// Returns the integer that `to_f64` rounds, if it rounds.
    fn inexact(self) -> Option<i128> {
        match self.to_scalar() {
            Scalar::Integer(exact) => (self.to_f64() as i128 != exact).then_some(exact),
            Scalar::Float(_) => None,
        }
    }

    /// Returns the values of an attribute in this type, without those that it cannot hold.
    fn from_attribute(value: &AttributeValue) -> Vec<Self> {
        let numbers = value.to_scalars().into_iter();
        numbers.filter_map(Self::stated).collect()
    }
}

impl Packed for i8 {}
impl Packed for u8 {}
impl Packed for i16 {}
impl Packed for u16 {}
impl Packed for i32 {}
impl Packed for u32 {}
impl Packed for i64 {}
impl Packed for u64 {}

impl Packed for f32 {
    const DEFAULT_FILL: Option<Self> = Some(netcdf_sys::NC_FILL_FLOAT);
}

impl Packed for f64 {
    const DEFAULT_FILL: Option<Self> = Some(netcdf_sys::NC_FILL_DOUBLE);
}

/// Applies missing values, the valid range and packing.
pub(super) fn unpack<T: Packed>(packed: Vec<T>, cells: Cells<'_>) -> Result<Unpacked> {
    let Cells {
        path,
        name,
        shape,
        mut attributes,
        exact,
    } = cells;
    let scale = take_factor(&mut attributes, "scale_factor", path)?;
    let offset = take_factor(&mut attributes, "add_offset", path)?;
    attributes.remove("_Unsigned");
    let fill = attributes
        .remove("_FillValue")
        .map(|value| T::from_attribute(&value));
    let mut sentinels: Vec<T> = fill.clone().unwrap_or_default();
    let own_fill = sentinels.first().copied();
    let missing_values = attributes
        .remove("missing_value")
        .map_or_else(Vec::new, |v| T::from_attribute(&v));
    sentinels.extend(&missing_values);
    let kept = sentinels.clone();
    if fill.is_none() {
        sentinels.extend(T::DEFAULT_FILL);
    }
    let is_packed = scale.is_some() || offset.is_some();
    let range = ValidRange::take(&mut attributes, is_packed);
    let (factor, shift) = (
        scale.as_ref().map_or(1.0, |f| f.value),
        offset.as_ref().map_or(0.0, |f| f.value),
    );
    let single = match (&scale, &offset) {
        (None, None) => T::FITS_F32,
        (a, b) => T::FITS_F32 && [a, b].into_iter().flatten().all(|f| f.single),
    };
    if exact
        && let Some(value) = packed
            .iter()
            .filter(|value| !sentinels.contains(value))
            .find_map(|value| value.inexact())
    {
        return Err(FormatError::InexactInteger {
            path: path.to_path_buf(),
            variable: name.to_owned(),
            value,
        });
    }
    let value_of = |packed: T| {
        if sentinels.contains(&packed) {
            return f64::NAN;
        }
        let packed = packed.to_f64();
        let value = if is_packed {
            packed * factor + shift
        } else {
            packed
        };
        if range.holds(if range.unpacked { value } else { packed }) {
            value
        } else {
            f64::NAN
        }
    };
    let values = if single {
        array(
            packed.into_iter().map(|p| value_of(p) as f32).collect(),
            shape,
        )
        .map(FieldValues::F32)
    } else {
        array(packed.into_iter().map(value_of).collect(), shape).map(FieldValues::F64)
    }?;
    // NaN needs no sentinel, and is the default.
    let to_scalar = |value: T| Some(value.to_scalar()).filter(|_| !value.to_f64().is_nan());
    let (missing, packing) = if is_packed {
        let packing = Packing {
            scale_factor: factor,
            add_offset: shift,
            sentinels: kept.into_iter().map(T::to_f64).collect(),
        };
        (Missing::default(), Some(packing))
    } else {
        let missing = Missing {
            fill_value: own_fill.and_then(to_scalar),
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

fn array<V>(values: Vec<V>, shape: &[usize]) -> Result<ArrayD<V>> {
    let found = vec![values.len()];
    ArrayD::from_shape_vec(IxDyn(shape), values).map_err(|_| FormatError::ShapeMismatch {
        what: "a variable".to_owned(),
        expected: shape.to_vec(),
        found,
    })
}

struct Factor {
    value: f64,
    single: bool,
}

fn take_factor(
    attributes: &mut Attributes,
    key: &'static str,
    path: &Path,
) -> Result<Option<Factor>> {
    let Some(attribute) = attributes.remove(key) else {
        return Ok(None);
    };
    match attribute.as_number() {
        Some(value) if value.is_finite() => Ok(Some(Factor {
            value,
            single: !matches!(attribute, AttributeValue::Numbers(NumericArray::F64(_))),
        })),
        _ => Err(FormatError::Damaged {
            path: path.to_path_buf(),
            problem: "scale_factor or add_offset is not one finite number",
        }),
    }
}

/// The numbers that a variable may have.
struct ValidRange {
    min: f64,
    max: f64,
    /// In the numbers after unpacking: so says the
    /// [NUG](https://docs.unidata.ucar.edu/nug/current/attribute_conventions.html) of a floating
    /// range beside packed integers.
    unpacked: bool,
}

impl ValidRange {
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
            unpacked: is_packed && floating,
        }
    }

    /// Written so that a NaN limit excludes nothing.
    fn holds(&self, value: f64) -> bool {
        !(value < self.min || value > self.max)
    }
}

#[cfg(test)]
#[path = "unpack_tests.rs"]
mod tests;
