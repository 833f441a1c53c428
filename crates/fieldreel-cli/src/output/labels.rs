//! Labels of figures.

use std::path::Path;

use fieldreel::formats::Field;
use fieldreel::plot::{ComparisonLabels, CoordinateLabels, RowOrder};

use super::units;

/// The labels of a field in figures and tables.
pub(crate) struct Labels {
    pub(crate) file: String,
    pub(crate) variable: String,
    /// The typeset unit for figures.
    pub(crate) unit: String,
    quantity: String,
    y: AxisLabel,
    x: AxisLabel,
}

/// The label of an axis, and the ends of its coordinate if it has one.
#[derive(Default)]
struct AxisLabel {
    label: String,
    ends: Option<(f64, f64)>,
}

impl Labels {
    /// Returns the labels of a field of a file.
    pub(crate) fn new(field: &Field, file: &Path) -> Self {
        let rank = field.dimensions.len();
        let axis = |from_last: usize| {
            let dimension = rank
                .checked_sub(from_last)
                .and_then(|i| field.dimensions.get(i));
            dimension.map_or_else(AxisLabel::default, |d| AxisLabel::new(field, &d.name))
        };
        Self {
            file: file
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
            variable: field.name.clone(),
            unit: units::typeset(field.units().unwrap_or_default()),
            quantity: field.long_name().unwrap_or(&field.name).to_lowercase(),
            y: axis(2),
            x: axis(1),
        }
    }

    /// Returns the name of the variable and of the file, and a suffix.
    pub(crate) fn title(&self, suffix: &str) -> String {
        format!("{} of {}{suffix}", self.variable, self.file)
    }

    /// Returns the labels of a figure of two frames.
    pub(crate) fn comparison<'a>(&'a self, title: &'a str) -> ComparisonLabels<'a> {
        let row_order = match self.y.is_ascending() {
            true => RowOrder::FirstAtBottom,
            false => RowOrder::FirstAtTop,
        };
        ComparisonLabels::default()
            .with_title(title)
            .with_quantity(&self.quantity)
            .with_unit(&self.unit)
            .with_x(self.x.coordinate())
            .with_y(self.y.coordinate())
            .with_row_order(row_order)
    }
}

impl AxisLabel {
    /// Returns the label and the ends of the coordinate along a dimension.
    fn new(field: &Field, dimension: &str) -> Self {
        let Some(coordinate) = field.coordinate(dimension) else {
            return Self::default();
        };
        let values = coordinate.values.to_f64();
        let unit = coordinate.attributes.text("units").unwrap_or_default();
        let name = match unit {
            "degrees_north" | "degree_north" | "degree_N" => "latitude (°)".to_owned(),
            "degrees_east" | "degree_east" | "degree_E" => "longitude (°)".to_owned(),
            "" | "1" => dimension.to_owned(),
            unit => format!("{dimension} ({unit})"),
        };
        let ends = values.first().copied().zip(values.last().copied());
        Self { label: name, ends }
    }

    fn coordinate(&self) -> CoordinateLabels<'_> {
        CoordinateLabels::new(&self.label).with_ends(self.ends)
    }

    fn is_ascending(&self) -> bool {
        self.ends.is_some_and(|(first, last)| first < last)
    }
}
