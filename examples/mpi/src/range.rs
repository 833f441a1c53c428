//! The range of the field, agreed by all processes.

use mpi::collective::SystemOperation;
use mpi::traits::{Communicator, CommunicatorCollectives};

use crate::Error;

/// Returns the smallest and the largest of the finite values.
pub fn extremes<'a>(values: impl IntoIterator<Item = &'a f32>) -> [f64; 2] {
    let finite = values.into_iter().filter(|value| value.is_finite());
    finite.fold([f64::INFINITY, f64::NEG_INFINITY], |[min, max], &value| {
        [min.min(value.into()), max.max(value.into())]
    })
}

/// Returns the range, max − min, of extremes.
///
/// # Errors
/// [`Error::Range`] if the range is 0, or if there was no finite value.
pub fn range([min, max]: [f64; 2]) -> Result<f64, Error> {
    match max - min {
        range if range > 0.0 && range.is_finite() => Ok(range),
        range => Err(Error::Range { range }),
    }
}

/// Returns the extremes of the values of all processes, given those of each. All processes must
/// call this function, and all get the same result.
pub fn all_extremes<C: Communicator>(world: &C, [min, max]: [f64; 2]) -> [f64; 2] {
    let mut all = [min, max];
    world.all_reduce_into(&min, &mut all[0], SystemOperation::min());
    world.all_reduce_into(&max, &mut all[1], SystemOperation::max());
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_are_not_finite_have_no_part_in_the_range() {
        let extremes = extremes(&[f32::NAN, 3.0, -1.0, f32::INFINITY]);
        assert_eq!(range(extremes).unwrap(), 4.0);
    }

    #[test]
    fn constant_and_missing_fields_have_no_range() {
        for values in [&[2.0_f32, 2.0][..], &[f32::NAN], &[]] {
            assert!(matches!(range(extremes(values)), Err(Error::Range { .. })));
        }
    }
}
