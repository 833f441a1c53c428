//! The order of a field's axes.

use std::borrow::Cow;

use ndarray::{Array3, ArrayView3};

use crate::Outcome;

/// Which axes of `(time, y, x)` come first, second and last.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Order([usize; 3]);

impl Order {
    /// As the field is.
    pub(super) const NATURAL: Self = Self([0, 1, 2]);
    /// The natural one first, then its two rotations, then those that mirror.
    pub(super) const ALL: [Self; 6] = [
        Self::NATURAL,
        Self([1, 2, 0]),
        Self([2, 0, 1]),
        Self([1, 0, 2]),
        Self([2, 1, 0]),
        Self([0, 2, 1]),
    ];

    /// The values of the field with its axes in this order; not copied where they are so already.
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

    /// The shape of a field with its axes in this order.
    pub(super) fn shape(self, shape: [usize; 3]) -> [usize; 3] {
        self.0.map(|axis| shape[axis])
    }

    /// The field `(time, y, x)` of these values.
    pub(super) fn undo(self, values: Vec<f32>, shape: [usize; 3]) -> Outcome<Array3<f32>> {
        let ordered = Array3::from_shape_vec(self.shape(shape), values)?;
        if self == Self::NATURAL {
            return Ok(ordered);
        }
        let mut back = [0; 3];
        for (place, axis) in self.0.into_iter().enumerate() {
            back[axis] = place;
        }
        Ok(ordered
            .permuted_axes(back)
            .as_standard_layout()
            .into_owned())
    }

    /// Such as `y x t`.
    pub(super) fn name(self) -> String {
        self.0.map(|axis| ["t", "y", "x"][axis]).join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_order_is_undone() {
        let field = Array3::from_shape_fn((2, 3, 5), |(t, y, x)| (100 * t + 10 * y + x) as f32);
        for order in Order::ALL {
            let ordered = order.apply(field.view()).into_owned();
            assert_eq!(order.undo(ordered, [2, 3, 5]).unwrap(), field);
        }
        assert_eq!(Order::ALL[1].name(), "y x t");
    }
}
