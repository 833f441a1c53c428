//! Comparison of decoded values with the bound.

use ndarray::Array3;

use super::decoded_errors::DecodedErrors;
use crate::prepare::{PreparedSegment, Tolerance};
use crate::value::ReelElement;

/// The number of values that are compared together.
const CHUNK_VALUES: usize = 1 << 12;

/// The result of a comparison.
pub(super) struct Comparison<T> {
    /// The indices and originals of the outliers.
    pub(super) outliers: Vec<(usize, T)>,
    /// The remaining errors of coded values, with outliers replaced.
    pub(super) errors: DecodedErrors,
}

/// Replaces decoded values that exceed the bound or are not valid by their originals, and returns
/// these outliers.
///
/// The values that are not coded must already have been restored. If one has not, it is returned
/// as an outlier too.
pub(super) fn replace_outliers<T: ReelElement>(
    prepared: &PreparedSegment<'_, T>,
    tolerance: &Tolerance<T>,
    decoded: &mut Array3<T>,
) -> Comparison<T> {
    let originals = prepared.values.as_standard_layout();
    let mut comparison = Comparison {
        outliers: Vec::new(),
        errors: DecodedErrors::default(),
    };
    let (Some(originals), Some(decoded)) = (originals.as_slice(), decoded.as_slice_mut()) else {
        return comparison;
    };
    let classes = prepared
        .classes
        .as_ref()
        .and_then(|classes| classes.as_slice());
    let chunks = originals
        .chunks(CHUNK_VALUES)
        .zip(decoded.chunks_mut(CHUNK_VALUES));
    for (chunk, (original, decoded)) in chunks.enumerate() {
        let start = chunk * CHUNK_VALUES;
        let classes = classes.map(|classes| &classes[start..start + original.len()]);
        let errors = DecodedErrors::new(original, decoded, classes);
        // At the bound itself, rounding may matter: the exact comparison of each value decides.
        let always_holds = tolerance.check.always_holds::<T>(errors.max_abs)
            && match classes {
                None => prepared.validity.contains_all(decoded),
                Some(classes) => {
                    are_masked_values_exact(original, decoded, classes)
                        && prepared.validity.contains_coded(decoded, classes)
                }
            };
        if always_holds {
            comparison.errors.add(errors);
            continue;
        }
        let before = comparison.outliers.len();
        for (at, (&original, value)) in original.iter().zip(&mut *decoded).enumerate() {
            let holds = match classes.map_or(0, |classes| classes[at]) {
                0 => tolerance.check.holds(original, *value) && prepared.validity.contains(*value),
                _ => value.bits() == original.bits(),
            };
            if !holds {
                *value = original;
                comparison.outliers.push((start + at, original));
            }
        }
        comparison
            .errors
            .add(match comparison.outliers.len() > before {
                true => DecodedErrors::new(original, decoded, classes),
                false => errors,
            });
    }
    comparison
}

/// Returns whether all values that are not coded equal their originals.
fn are_masked_values_exact<T: ReelElement>(original: &[T], decoded: &[T], classes: &[u8]) -> bool {
    let pairs = original.iter().zip(decoded).zip(classes);
    pairs.fold(true, |exact, ((original, value), &class)| {
        exact & ((class == 0) | (value.bits() == original.bits()))
    })
}
