//! Statistics of a segment's numbers, for estimates.

use ndarray::Array3;

use super::TransformedValues;
use super::lattice::Lattice;
use crate::arithmetic::Grid;
use crate::value::ReelElement;

/// The statistics of a segment's numbers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Statistics {
    /// The number of valid values.
    pub(crate) valid: u64,
    /// The number of numbers that are coded.
    pub(crate) coded: usize,
    /// The smallest and the largest number that is coded; the smallest is the larger if there is none.
    pub(crate) extremes: (f64, f64),
    /// The largest number that is coded minus the smallest, rounded once; 0 if there is none.
    pub(crate) range: f64,
    /// The lattice of all numbers that are coded, if these are integers.
    pub(crate) lattice: Lattice,
    /// The grid for a prediction without loss, if these are of a floating-point type.
    pub(crate) lossless_grid: Grid,
}

impl Statistics {
    /// The statistics of the numbers that are coded: those whose class is 0.
    pub(crate) fn new<T: ReelElement>(
        numbers: &TransformedValues<'_, T>,
        classes: Option<&Array3<u8>>,
        valid: u64,
    ) -> Self {
        let coded = match classes {
            None => numbers.shape().iter().product(),
            Some(classes) => classes.iter().filter(|&&class| class == 0).count(),
        };
        let (extremes, range) = numbers.extremes(classes);
        Self {
            valid,
            coded,
            extremes,
            range,
            lattice: numbers.lattice(classes),
            lossless_grid: Grid::Ulps,
        }
    }

    /// Returns whether there are different numbers.
    pub(crate) fn is_varying(&self) -> bool {
        self.range > 0.0
    }
}
