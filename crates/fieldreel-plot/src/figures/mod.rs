//! The figures, each in its own module.

mod bytes;
mod comparison;
mod histogram;
#[cfg(test)]
mod overlaps;
mod report;
mod spectrum;

pub use bytes::{ByteLabels, byte_counts, byte_distribution};
pub use comparison::{ComparisonLabels, CoordinateLabels, RowOrder, Split, comparison};
pub use report::{ReportBar, ReportLabels, report};
pub use spectrum::{SpectrumLabels, error_spectrum};

use crate::picture::{Picture, Text};

const TITLE_SIZE: f64 = 10.0;
const MARGIN: f64 = 10.0;

/// Draws the title of a figure and returns the y coordinate of the space below.
fn draw_title(picture: &mut Picture, title: &str) -> f64 {
    if title.is_empty() {
        return MARGIN;
    }
    // A title wider than the figure is drawn in a smaller size.
    let room = picture.width - 2.0 * MARGIN;
    let width = picture.fonts.width(title, TITLE_SIZE, true);
    let size = TITLE_SIZE * (room / width).min(1.0);
    picture.text(Text::new(title).size(size).bold().top_at(MARGIN, MARGIN));
    MARGIN + TITLE_SIZE + 7.0
}

/// Returns `label (unit)`, or the label alone if the unit is empty.
fn with_unit(label: &str, unit: &str) -> String {
    if unit.is_empty() {
        label.to_owned()
    } else {
        format!("{label} ({unit})")
    }
}
