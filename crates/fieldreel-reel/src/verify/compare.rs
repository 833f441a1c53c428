//! Decoded values against the bound.

use ndarray::Array3;

use super::errors::Errors;
use crate::prepare::{PreparedSegment, Tolerance};
use crate::value::ReelElement;

/// Values that are compared at once.
const PART: usize = 1 << 12;

/// What a comparison found.
pub(super) struct Compared<T> {
    /// The places and originals of values that were put right.
    pub(super) outliers: Vec<(usize, T)>,
    /// The errors that are left, of values that are coded.
    pub(super) errors: Errors,
}

/// Puts the original in place of decoded values that break the bound or are not valid, and says which.
///
/// Missing values must be in place: that they are not is an error of the program, and every
/// one is then outliers.
pub(super) fn replace_outliers<T: ReelElement>(
    prepared: &PreparedSegment<'_, T>,
    tolerance: &Tolerance<T>,
    decoded: &mut Array3<T>,
) -> Compared<T> {
    let originals = prepared.values.as_standard_layout();
    let mut compared = Compared {
        outliers: Vec::new(),
        errors: Errors::default(),
    };
    let (Some(originals), Some(decoded)) = (originals.as_slice(), decoded.as_slice_mut()) else {
        return compared;
    };
    let classes = prepared
        .classes
        .as_ref()
        .and_then(|classes| classes.as_slice());
    let parts = originals.chunks(PART).zip(decoded.chunks_mut(PART));
    for (part, (original, decoded)) in parts.enumerate() {
        let start = part * PART;
        let classes = classes.map(|classes| &classes[start..start + original.len()]);
        let errors = Errors::of(original, decoded, classes);
        // Equal to the bound, the exact difference decides.
        let always_holds = tolerance.check.always_holds::<T>(errors.max_abs)
            && match classes {
                None => prepared.validity.contains_all(decoded),
                Some(classes) => {
                    are_in_place(original, decoded, classes)
                        && prepared.validity.contains_coded(decoded, classes)
                }
            };
        if always_holds {
            compared.errors.add(errors);
            continue;
        }
        let before = compared.outliers.len();
        for (at, (&original, value)) in original.iter().zip(&mut *decoded).enumerate() {
            let holds = match classes.map_or(0, |classes| classes[at]) {
                0 => tolerance.check.holds(original, *value) && prepared.validity.contains(*value),
                _ => value.bits() == original.bits(),
            };
            if !holds {
                *value = original;
                compared.outliers.push((start + at, original));
            }
        }
        compared.errors.add(match compared.outliers.len() > before {
            true => Errors::of(original, decoded, classes),
            false => errors,
        });
    }
    compared
}

/// Returns whether all values that are not coded are the original ones.
fn are_in_place<T: ReelElement>(original: &[T], decoded: &[T], classes: &[u8]) -> bool {
    let all = original.iter().zip(decoded).zip(classes);
    all.fold(true, |all, ((original, value), &class)| {
        all & ((class == 0) | (value.bits() == original.bits()))
    })
}
