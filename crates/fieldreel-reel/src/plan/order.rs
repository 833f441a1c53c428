//! The axis order of a base layer.

use std::fmt;

use ndarray::ArrayView3;

/// The order in which a predictor or a codec goes through the axes of a field: planes, rows and
/// columns of the base layer.
///
/// ```
/// use fieldreel_reel::AxisOrder;
///
/// assert_eq!(AxisOrder::Yxt.axes(), [1, 2, 0]);
/// assert_eq!(AxisOrder::Yxt.to_string(), "yxt");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum AxisOrder {
    /// `(time, y, x)`: the planes are frames.
    #[default]
    Tyx,
    /// `(time, x, y)`: the planes are transposed frames.
    Txy,
    /// `(y, time, x)`.
    Ytx,
    /// `(y, x, time)`.
    Yxt,
    /// `(x, time, y)`.
    Xty,
    /// `(x, y, time)`.
    Xyt,
}

impl AxisOrder {
    /// All orders, in the order of their numbers in a file.
    pub const ALL: [Self; 6] = [
        Self::Tyx,
        Self::Txy,
        Self::Ytx,
        Self::Yxt,
        Self::Xty,
        Self::Xyt,
    ];

    /// Returns the axes of the field that are the axes of the base layer: 0 for time, 1 for y and
    /// 2 for x.
    #[must_use]
    pub const fn axes(self) -> [usize; 3] {
        match self {
            Self::Tyx => [0, 1, 2],
            Self::Txy => [0, 2, 1],
            Self::Ytx => [1, 0, 2],
            Self::Yxt => [1, 2, 0],
            Self::Xty => [2, 0, 1],
            Self::Xyt => [2, 1, 0],
        }
    }

    /// Returns the order with rows and columns swapped.
    #[cfg(feature = "video")]
    pub(crate) const fn transposed(self) -> Self {
        match self {
            Self::Tyx => Self::Txy,
            Self::Txy => Self::Tyx,
            Self::Ytx => Self::Yxt,
            Self::Yxt => Self::Ytx,
            Self::Xty => Self::Xyt,
            Self::Xyt => Self::Xty,
        }
    }

    /// Returns the number of the order in a file.
    pub(crate) fn id(self) -> u8 {
        Self::ALL
            .iter()
            .position(|&order| order == self)
            .map_or(0, |at| at as u8)
    }

    /// Returns the shape of a field in this order.
    pub(crate) fn shape(self, field: [usize; 3]) -> [usize; 3] {
        self.axes().map(|axis| field[axis])
    }

    /// Returns whether a prediction in this order is tried on a field of this shape. Its rows must
    /// be long, because short rows take long to code. Many planes of one row are excluded, because
    /// one plane of as many rows predicts as well, and the margins around planes would take most
    /// of the time and memory.
    pub(crate) fn is_suitable_for(self, field: [usize; 3]) -> bool {
        let [planes, rows, _] = self.shape(field);
        self.has_long_rows(field) && (planes == 1 || rows > 1)
    }

    /// Returns whether rows in this order are long, as far as the shape allows.
    pub(crate) fn has_long_rows(self, field: [usize; 3]) -> bool {
        const LONG: usize = 32;

        let [_, _, width] = self.shape(field);
        let longest = field.into_iter().max().unwrap_or(width);
        width >= LONG || width * 4 >= longest
    }

    /// Returns a view of a field in this order.
    pub(crate) fn permuted<T>(self, field: ArrayView3<'_, T>) -> ArrayView3<'_, T> {
        field.permuted_axes(self.axes())
    }
}

impl fmt::Display for AxisOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Tyx => "tyx",
            Self::Txy => "txy",
            Self::Ytx => "ytx",
            Self::Yxt => "yxt",
            Self::Xty => "xty",
            Self::Xyt => "xyt",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array3;

    #[test]
    fn every_order_permutes_the_axes_it_names() {
        let field = Array3::from_shape_fn((2, 3, 4), |(t, y, x)| 100 * t + 10 * y + x);
        for order in AxisOrder::ALL {
            let video = order.permuted(field.view()).to_owned();
            assert_eq!(order.shape([2, 3, 4]), <[usize; 3]>::from(video.dim()));
            let [a, b, c] = order.axes();
            let mut at = [0; 3];
            (at[a], at[b], at[c]) = (1, 2, 2);
            let inside = at.iter().zip([2, 3, 4]).all(|(at, side)| *at < side);
            assert!(!inside || video[[1, 2, 2]] == field[at]);
            assert_eq!(AxisOrder::ALL[usize::from(order.id())], order);
        }
    }
}
