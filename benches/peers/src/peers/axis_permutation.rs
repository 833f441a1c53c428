//! The axis orders in which peers encode a field.

use std::borrow::Cow;

use ndarray::{Array3, ArrayView3};

use crate::Result;

/// A permutation of the axes `(time, y, x)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct AxisPermutation([usize; 3]);

impl AxisPermutation {
    /// The order of the field.
    pub(super) const NATURAL: Self = Self([0, 1, 2]);
    /// All orders: the natural one, its two rotations, and the three odd permutations.
    pub(super) const ALL: [Self; 6] = [
        Self::NATURAL,
        Self([1, 2, 0]),
        Self([2, 0, 1]),
        Self([1, 0, 2]),
        Self([2, 1, 0]),
        Self([0, 2, 1]),
    ];

    /// Returns the values of the field in this order. They are copied only if necessary.
    pub(super) fn apply(self, field: ArrayView3<'_, f32>) -> Cow<'_, [f32]> {
        let ordered = field.permuted_axes(self.0);
        match ordered.to_slice() {
            Some(values) => Cow::Borrowed(values),
            None => {
                let ordered = ordered.as_standard_layout().into_owned();
                Cow::Owned(ordered.into_raw_vec_and_offset().0)
            }
        }
    }

    /// Returns the shape of a field in this order.
    pub(super) fn shape(self, shape: [usize; 3]) -> [usize; 3] {
        self.0.map(|axis| shape[axis])
    }

    /// Returns the field `(time, y, x)` from values in this order.
    pub(super) fn undo(self, values: Vec<f32>, shape: [usize; 3]) -> Result<Array3<f32>> {
        let ordered = Array3::from_shape_vec(self.shape(shape), values)?;
        if self == Self::NATURAL {
            return Ok(ordered);
        }
        let mut back = [0; 3];
        for (position, axis) in self.0.into_iter().enumerate() {
            back[axis] = position;
        }
        Ok(ordered
            .permuted_axes(back)
            .as_standard_layout()
            .into_owned())
    }

    /// Returns the names of the axes, such as `y x t`.
    pub(super) fn name(self) -> String {
        self.0.map(|axis| ["t", "y", "x"][axis]).join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_permutation_is_reversible() {
        let field = Array3::from_shape_fn((2, 3, 5), |(t, y, x)| (100 * t + 10 * y + x) as f32);
        for order in AxisPermutation::ALL {
            let ordered = order.apply(field.view()).into_owned();
            assert_eq!(order.undo(ordered, [2, 3, 5]).unwrap(), field);
        }
        assert_eq!(AxisPermutation::ALL[1].name(), "y x t");
    }
}
