//! The values of a variable that its attributes say are missing or invalid.

use fieldreel_formats::dataset::Variable;
use fieldreel_reel::Options;

/// netcdf-c's fill value of either precision, where a variable has no `_FillValue`: `NC_FILL_FLOAT`, `NC_FILL_DOUBLE`.
const DEFAULT_FILL: f64 = 9.969_209_968_386_869e36;

/// Adds to options what a variable's attributes say of missing and invalid values: `_FillValue`, or else netcdf-c's default,
/// every `missing_value`, and `valid_min`, `valid_max` or `valid_range`.
pub(super) fn add_validity(options: &mut Options, variable: &Variable) {
    let numbers = |name| {
        let value = variable.attributes.get(name);
        value.map_or_else(Vec::new, |value| value.to_numbers())
    };
    let fills = numbers("_FillValue");
    if fills.is_empty() {
        options.fills.push(DEFAULT_FILL);
    }
    options.fills.extend(fills);
    options.fills.extend(numbers("missing_value"));
    let range = numbers("valid_range");
    let limit = |name, at: usize| numbers(name).first().or(range.get(at)).copied();
    let (min, max) = (limit("valid_min", 0), limit("valid_max", 1));
    if min.is_some() || max.is_some() {
        options.valid_range = Some([
            min.unwrap_or(f64::NEG_INFINITY),
            max.unwrap_or(f64::INFINITY),
        ]);
    }
}
