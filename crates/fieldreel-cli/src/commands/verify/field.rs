//! Comparison of a decoded field with its original.

use fieldreel::Criterion;
use fieldreel::formats::{Field, FieldValues};

use super::check::Check;
use super::outcome::VariableOutcome;
use super::tally::Tally;
use crate::input::{fill_values, valid_range};
use crate::output::shape::shape_text;

/// Compares all values of a decoded field with their originals. `certified` is the largest error
/// that the file records.
///
/// # Errors
/// The difference between the fields, if they differ in shape or type.
pub(super) fn compare_fields(
    original: &Field,
    decoded: &Field,
    criterion: Criterion,
    certified: Option<f64>,
) -> Result<VariableOutcome, String> {
    let name = &decoded.name;
    if original.shape() != decoded.shape() {
        let [found, expected] = [decoded, original].map(|field| shape_text(field.shape()));
        return Err(format!(
            "{name} has the shape {found} instead of {expected}"
        ));
    }
    let fill_values = fill_values(original);
    let range = valid_range(original, &fill_values);
    let check = Check::new(criterion, range, certified);
    let mut tally =
        Tally::new(name, original.shape(), criterion, check).with_fill_values(fill_values);
    match add_values(&mut tally, &original.values, &decoded.values) {
        true => Ok(tally.outcome),
        false => {
            let [found, expected] = [decoded, original].map(|field| field.values.dtype());
            Err(format!(
                "{name} has values of type {found} instead of {expected}"
            ))
        }
    }
}

/// Compares arrays of the same type; returns false if their types differ.
fn add_values(tally: &mut Tally, original: &FieldValues, decoded: &FieldValues) -> bool {
    macro_rules! add {
        ($($variant:ident)*) => {
            match (original, decoded) {
                $((FieldValues::$variant(x), FieldValues::$variant(y)) => {
                    let (x, y) = (x.as_standard_layout(), y.as_standard_layout());
                    let slices = x.as_slice().zip(y.as_slice());
                    let (x, y) = slices.unwrap_or_default();
                    tally.add(x, y);
                    true
                })*
                _ => false,
            }
        };
    }
    add!(F32 F64 I8 I16 I32 I64 U8 U16 U32 U64)
}
