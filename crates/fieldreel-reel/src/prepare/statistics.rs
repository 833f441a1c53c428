//! What estimates need to know of a segment's numbers.

use ndarray::Array3;

use super::Numbers;
use crate::value::Value;

/// What is known of a segment's numbers before anything is coded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Statistics {
    /// How many values are valid.
    pub(crate) valid: u64,
    /// How many numbers are coded.
    pub(crate) coded: usize,
    /// The smallest and the largest number that is coded; the smallest is the larger if there is none.
    pub(crate) extremes: (f64, f64),
}

impl Statistics {
    /// The statistics of the numbers that are coded: those whose class is 0.
    pub(crate) fn of<T: Value>(
        numbers: &Numbers<'_, T>,
        classes: Option<&Array3<u8>>,
        valid: u64,
    ) -> Self {
        let coded = match classes {
            None => numbers.shape().iter().product(),
            Some(classes) => classes.iter().filter(|&&class| class == 0).count(),
        };
        Self {
            valid,
            coded,
            extremes: numbers.extremes(None, classes),
        }
    }

    /// Returns whether there are different numbers.
    pub(crate) fn vary(&self) -> bool {
        self.extremes.0 < self.extremes.1
    }
}
