//! The labels and options of a comparison.

/// The labels and options of a [`comparison`](super::comparison()).
///
/// Empty labels, the default, are omitted.
///
/// ```
/// use fieldreel_plot::{ComparisonLabels, CoordinateLabels, RowOrder};
///
/// let labels = ComparisonLabels::default()
///     .with_quantity("zonal wind")
///     .with_unit("m s⁻¹")
///     .with_y(CoordinateLabels::new("latitude (°)").with_ends(Some((-90.0, 90.0))))
///     .with_row_order(RowOrder::FirstAtBottom);
/// assert_eq!(labels.unit, "m s⁻¹");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[non_exhaustive]
pub struct ComparisonLabels<'a> {
    /// The title above the figure, such as the mode, the field and the time.
    pub title: &'a str,
    /// The quantity that the values represent, such as `zonal wind`.
    pub quantity: &'a str,
    /// The unit of the values, such as `m s⁻¹`.
    pub unit: &'a str,
    /// The coordinate along the columns.
    pub x: CoordinateLabels<'a>,
    /// The coordinate along the rows.
    pub y: CoordinateLabels<'a>,
    /// The order in which rows are drawn.
    pub row_order: RowOrder,
    /// The division of the map into original and reconstruction.
    pub split: Split,
}

impl<'a> ComparisonLabels<'a> {
    /// Sets the title.
    #[must_use]
    pub fn with_title(mut self, title: &'a str) -> Self {
        self.title = title;
        self
    }

    /// Sets the quantity.
    #[must_use]
    pub fn with_quantity(mut self, quantity: &'a str) -> Self {
        self.quantity = quantity;
        self
    }

    /// Sets the unit.
    #[must_use]
    pub fn with_unit(mut self, unit: &'a str) -> Self {
        self.unit = unit;
        self
    }

    /// Sets the coordinate along the columns.
    #[must_use]
    pub fn with_x(mut self, x: CoordinateLabels<'a>) -> Self {
        self.x = x;
        self
    }

    /// Sets the coordinate along the rows.
    #[must_use]
    pub fn with_y(mut self, y: CoordinateLabels<'a>) -> Self {
        self.y = y;
        self
    }

    /// Sets the order in which rows are drawn.
    #[must_use]
    pub fn with_row_order(mut self, row_order: RowOrder) -> Self {
        self.row_order = row_order;
        self
    }

    /// Sets the division of the map.
    #[must_use]
    pub fn with_split(mut self, split: Split) -> Self {
        self.split = split;
        self
    }
}

/// The label and the values of a coordinate of a frame.
///
/// See the example of [`ComparisonLabels`].
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[non_exhaustive]
pub struct CoordinateLabels<'a> {
    /// The name and the unit, such as `longitude (°)`. If it contains a degree sign and the range
    /// is wide, ticks are at multiples of 10°, 15°, 30°, 45°, 60° or 90°.
    pub label: &'a str,
    /// The coordinates of the centers of the first and the last cell, in either order. Cells are
    /// evenly spaced. With `None`, the default, or two numbers that are equal or not finite, the
    /// axis shows the indices of the cells.
    pub ends: Option<(f64, f64)>,
}

impl<'a> CoordinateLabels<'a> {
    /// Creates the labels of an axis that shows the indices of the cells.
    #[must_use]
    pub fn new(label: &'a str) -> Self {
        Self { label, ends: None }
    }

    /// Sets the coordinates of the centers of the first and the last cell.
    #[must_use]
    pub fn with_ends(mut self, ends: Option<(f64, f64)>) -> Self {
        self.ends = ends;
        self
    }
}

/// The order in which the rows of a frame are drawn.
///
/// See the example of [`ComparisonLabels`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum RowOrder {
    /// Row 0 is at the top, as in images and in most GRIB fields. This is the default.
    #[default]
    FirstAtTop,
    /// Row 0 is at the bottom, as for increasing latitudes in `NetCDF`.
    FirstAtBottom,
}

/// The division of a map between the original and the reconstruction.
///
/// See the example of [`comparison`](super::comparison()).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Split {
    /// The original is on the left, the reconstruction on the right. This is the default.
    #[default]
    Vertical,
    /// The original is at the upper left, the reconstruction at the lower right.
    Diagonal,
}
