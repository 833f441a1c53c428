//! Missing values and valid ranges from the attributes of a variable.

use fieldreel_formats::dataset::{VariableSchema, VariableType};
use fieldreel_formats::{AttributeValue, NumericArray};
use fieldreel_reel::{Scalar, SegmentOptions};

use super::packing::{ScaleOffset, logical_dtype};

/// Returns the default fill value of a type in netcdf-c, such as `NC_FILL_FLOAT`; `None` for types
/// of one byte, in which every value may be valid, and for types that are not numeric.
const fn default_fill(kind: VariableType) -> Option<Scalar> {
    Some(match kind {
        VariableType::F32 | VariableType::F64 => Scalar::Float(9.969_209_968_386_869e36),
        VariableType::I16 => Scalar::Integer(-32_767),
        VariableType::U16 => Scalar::Integer(65_535),
        VariableType::I32 => Scalar::Integer(-2_147_483_647),
        VariableType::U32 => Scalar::Integer(4_294_967_295),
        VariableType::I64 => Scalar::Integer(-9_223_372_036_854_775_806),
        VariableType::U64 => Scalar::Integer(18_446_744_073_709_551_614),
        _ => return None,
    })
}

/// Adds the fill values and the valid range of a variable to options. They are its `_FillValue` or
/// the default of netcdf-c, every `missing_value`, and `valid_min`, `valid_max` or `valid_range`.
pub(super) fn add_validity(options: &mut SegmentOptions, variable: &VariableSchema) {
    let numbers = |name| {
        let value = variable.attributes.get(name);
        let numbers = value.map_or_else(Vec::new, |value| value.to_scalars());
        let numbers = numbers
            .into_iter()
            .map(|number| logical_value(number, variable));
        numbers.collect::<Vec<_>>()
    };
    let fill_values = numbers("_FillValue");
    if fill_values.is_empty() {
        let default = default_fill(variable.kind);
        options
            .fill_values
            .extend(default.map(|fill| logical_value(fill, variable)));
    }
    options.fill_values.extend(fill_values);
    options.fill_values.extend(numbers("missing_value"));
    let range = numbers("valid_range");
    let limit = |name, at: usize| numbers(name).first().or(range.get(at)).copied();
    let (min, max) = (limit("valid_min", 0), limit("valid_max", 1));
    if min.is_none() && max.is_none() {
        return;
    }
    let limits = [
        min.unwrap_or(Scalar::Float(f64::NEG_INFINITY)),
        max.unwrap_or(Scalar::Float(f64::INFINITY)),
    ];
    options.valid_range = Some(match ScaleOffset::from_variable(variable) {
        // Floating-point limits of packed integers are unpacked values (NetCDF Users Guide,
        // appendix A).
        Some(packing) if !variable.kind.is_float() && has_float_limits(variable) => packing
            .to_stored_limits(limits.map(Scalar::to_f64))
            .map(Scalar::Float),
        _ => limits,
    });
}

/// Returns a number from an attribute as a value of a variable. A negative number becomes the
/// unsigned integer with the same bits if the values are unsigned.
fn logical_value(number: Scalar, variable: &VariableSchema) -> Scalar {
    match (number, variable.kind.dtype(), logical_dtype(variable)) {
        (Scalar::Integer(number), Some(stored), Some(logical))
            if stored != logical && number < 0 =>
        {
            Scalar::Integer(number + (1 << (8 * stored.bytes())))
        }
        _ => number,
    }
}

/// Returns whether the limits of valid values are floating-point numbers.
fn has_float_limits(variable: &VariableSchema) -> bool {
    let limits = ["valid_min", "valid_max", "valid_range"];
    let mut limits = limits
        .iter()
        .filter_map(|name| variable.attributes.get(name));
    limits.any(|value| {
        matches!(
            value,
            AttributeValue::Numbers(NumericArray::F32(_) | NumericArray::F64(_))
        )
    })
}
