//! From the numbers in the file to the numbers they mean: CF packing and missing values.

use std::path::Path;

use ndarray::{ArrayD, IxDyn};

use super::library::Number;
use crate::{
    AttributeValue, Attributes, FieldValues, FormatError, Missing, Numbers, Packing, Result,
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
pub(super) trait Packed: Number + PartialEq {
    /// Whether every value has an exact `f32`.
    const FITS_F32: bool;
    /// netcdf-c's fill value for unwritten data. Only floats: the integers' own are plausible values.
    const DEFAULT_FILL: Option<Self> = None;
    fn to_f64(self) -> f64;
    /// The value that a number in an attribute stands for, when there is one.
    fn from_f64(number: f64) -> Option<Self>;
    /// The integer that `to_f64` rounds, when it rounds.
    fn inexact(self) -> Option<i128> {
        None
    }
    /// The values of an attribute in this type, without those that it cannot hold.
    fn from_attribute(value: &AttributeValue) -> Vec<Self> {
        value
            .to_numbers()
            .into_iter()
            .filter_map(Self::from_f64)
            .collect()
    }
}

/// `$signed`: the type that `_Unsigned` data have in the file, and in the attributes beside them.
macro_rules! small_integers {
    ($($t:ty, $fits:expr, $signed:ty;)*) => { $(impl Packed for $t {
        const FITS_F32: bool = $fits;
        fn to_f64(self) -> f64 {
            f64::from(self)
        }
        fn from_f64(number: f64) -> Option<Self> {
            let (as_self, as_signed) = (number as $t, number as $signed);
            if f64::from(as_self) == number {
                Some(as_self)
            } else {
                (f64::from(as_signed) == number).then_some(as_signed as $t)
            }
        }
    })* };
}
small_integers! {
    i8, true, i8; u8, true, i8; i16, true, i16; u16, true, i16; i32, false, i32; u32, false, i32;
}

macro_rules! large_integers {
    ($($t:ty),*) => { $(impl Packed for $t {
        const FITS_F32: bool = false;
        fn to_f64(self) -> f64 {
            self as f64
        }
        fn from_f64(number: f64) -> Option<Self> {
            let cast = number as $t;
            (cast as f64 == number).then_some(cast)
        }
        fn inexact(self) -> Option<i128> {
            let exact = i128::from(self);
            (self as f64 as i128 != exact).then_some(exact)
        }
        fn from_attribute(value: &AttributeValue) -> Vec<Self> {
            match value {
                AttributeValue::Numbers(Numbers::I64(values)) => {
                    values.iter().map(|&v| v as $t).collect()
                }
                AttributeValue::Numbers(Numbers::U64(values)) => {
                    values.iter().map(|&v| v as $t).collect()
                }
                other => other.to_numbers().into_iter().filter_map(Self::from_f64).collect(),
            }
        }
    })* };
}
large_integers!(i64, u64);

impl Packed for f32 {
    const FITS_F32: bool = true;
    const DEFAULT_FILL: Option<Self> = Some(netcdf_sys::NC_FILL_FLOAT);
    fn to_f64(self) -> f64 {
        f64::from(self)
    }
    fn from_f64(number: f64) -> Option<Self> {
        // A sentinel given as a double beside floats means the float nearest to it.
        Some(number as f32)
    }
}

impl Packed for f64 {
    const FITS_F32: bool = false;
    const DEFAULT_FILL: Option<Self> = Some(netcdf_sys::NC_FILL_DOUBLE);
    fn to_f64(self) -> f64 {
        self
    }
    fn from_f64(number: f64) -> Option<Self> {
        Some(number)
    }
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
        return Err(FormatError::Inexact {
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
    let to_f64 = |value: T| {
        Some(value.to_f64()).filter(|number| value.inexact().is_none() && !number.is_nan())
    };
    let (missing, packing) = if is_packed {
        let packing = Packing {
            scale_factor: factor,
            add_offset: shift,
            sentinels: kept.into_iter().map(T::to_f64).collect(),
        };
        (Missing::default(), Some(packing))
    } else {
        let missing = Missing {
            fill_value: own_fill.and_then(to_f64),
            missing_values: missing_values.into_iter().filter_map(to_f64).collect(),
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
            single: !matches!(attribute, AttributeValue::Numbers(Numbers::F64(_))),
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
                AttributeValue::Numbers(Numbers::F32(_) | Numbers::F64(_))
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
