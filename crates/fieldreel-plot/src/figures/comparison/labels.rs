//! What the caller says about the frames.

/// Words and choices for a [`comparison`](super::comparison()). Empty words are left out, which is the
/// default.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ComparisonLabels<'a> {
    /// Above the figure, such as the mode, the field and the time.
    pub title: &'a str,
    /// What the values are, such as `zonal wind`.
    pub quantity: &'a str,
    /// Their unit, such as `m s⁻¹`.
    pub unit: &'a str,
    /// Along the columns.
    pub x: CoordinateLabels<'a>,
    /// Along the rows.
    pub y: CoordinateLabels<'a>,
    /// Where row 0 is drawn.
    pub row_order: RowOrder,
    /// How the frame is divided.
    pub split: Split,
}

/// A coordinate of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct CoordinateLabels<'a> {
    /// With its unit, such as `longitude (°)`. A degree sign asks for ticks at 30°, 45°, 60°, 90°.
    pub label: &'a str,
    /// Coordinates of the first and last cell's centers, evenly spaced between, rising or falling.
    /// The cells' indices by default, or when these two are not finite or equal.
    pub ends: Option<(f64, f64)>,
}

/// Which row is on top.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RowOrder {
    /// Row 0 on top, as in images and in most GRIB fields. The default.
    #[default]
    FirstAtTop,
    /// Row 0 at the bottom, as for rising latitudes in `NetCDF`.
    FirstAtBottom,
}

/// Which part of the map shows the original.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Split {
    /// The left half; the reconstruction is on the right. The default.
    #[default]
    Vertical,
    /// The upper left; the reconstruction is at the lower right.
    Diagonal,
}
