//! The labels and options of a comparison.

/// The labels and options of a [`comparison`](super::comparison()).
///
/// Empty labels, the default, are omitted.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
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

/// The label and the values of a coordinate of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct CoordinateLabels<'a> {
    /// The name and the unit, such as `longitude (°)`. If it contains a degree sign, ticks are at
    /// multiples of 30°, 45°, 60° or 90° where possible.
    pub label: &'a str,
    /// The coordinates of the centers of the first and the last cell, in either order. Cells are
    /// evenly spaced. `None`, the default, and two numbers that are equal or not finite select the
    /// indices of the cells.
    pub ends: Option<(f64, f64)>,
}

/// The order in which the rows of a frame are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RowOrder {
    /// Row 0 is at the top, as in images and in most GRIB fields. This is the default.
    #[default]
    FirstAtTop,
    /// Row 0 is at the bottom, as for increasing latitudes in `NetCDF`.
    FirstAtBottom,
}

/// The division of a map between the original and the reconstruction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Split {
    /// The original is on the left, the reconstruction on the right. This is the default.
    #[default]
    Vertical,
    /// The original is at the upper left, the reconstruction at the lower right.
    Diagonal,
}
