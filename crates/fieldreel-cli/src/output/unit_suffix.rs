//! Units after numbers.

/// Returns a unit with a space before it, or nothing if there is no unit.
pub(crate) fn unit_suffix(unit: &str) -> String {
    match unit {
        "" => String::new(),
        unit => format!(" {unit}"),
    }
}
