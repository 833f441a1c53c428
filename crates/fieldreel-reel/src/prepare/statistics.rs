//! Statistics of the numbers of a segment.

use ndarray::Array3;

use super::CodedNumbers;
use super::lattice::Lattice;
use crate::arithmetic::Grid;
use crate::value::ReelElement;

/// The statistics of the numbers of a segment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Statistics {
    /// The number of valid values.
    pub(crate) valid: u64,
    /// The number of coded values.
    pub(crate) coded: usize,
    /// The smallest and the largest coded number; infinity and negative infinity if there is none.
    pub(crate) extremes: (f64, f64),
    /// The largest coded number minus the smallest, rounded once; 0 if there is none.
    pub(crate) range: f64,
    /// The lattice of the coded numbers, if these are integers.
    pub(crate) lattice: Lattice,
    /// The grid of a lossless prediction, if the values are of a floating-point type.
    pub(crate) lossless_grid: Grid,
}

impl Statistics {
    /// Computes the statistics of the numbers of class 0, of which there are `coded`, except for
    /// the grid of a lossless prediction.
    pub(crate) fn new<T: ReelElement>(
        numbers: &CodedNumbers<'_, T>,
        classes: Option<&Array3<u8>>,
        coded: usize,
        valid: u64,
    ) -> Self {
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

    /// Returns whether the numbers differ.
    pub(crate) fn is_varying(&self) -> bool {
        self.range > 0.0
    }
}
