//! Decoded values against the bound.

use ndarray::Array3;

use crate::prepare::{Goal, Prepared};
use crate::value::Value;

/// Puts the original in place of decoded values that break the bound or are not valid, and says which.
///
/// Missing values must be in place: that they are not is an error of the program, and every
/// one is then mended.
pub(super) fn mend<T: Value>(
    prepared: &Prepared<'_, T>,
    goal: &Goal<T>,
    decoded: &mut Array3<T>,
) -> Vec<(usize, T)> {
    let mut mended = Vec::new();
    let classes = prepared.classes.as_ref();
    for (index, ((t, y, x), &original)) in prepared.values.indexed_iter().enumerate() {
        let value = &mut decoded[[t, y, x]];
        let holds = match classes.map_or(0, |classes| classes[[t, y, x]]) {
            0 => goal.check.holds(original, *value) && prepared.validity.contains(*value),
            _ => value.bits() == original.bits(),
        };
        if !holds {
            *value = original;
            mended.push((index, original));
        }
    }
    mended
}
