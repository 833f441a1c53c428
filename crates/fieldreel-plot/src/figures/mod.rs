//! The figures, one to a file or folder.

mod bytes;
#[cfg(test)]
mod check;
mod comparison;
mod histogram;
mod report;
mod spectrum;

pub use bytes::{ByteLabels, byte_counts, byte_distribution};
pub use comparison::{ComparisonLabels, CoordinateLabels, RowOrder, Split, comparison};
pub use report::{ReportBar, ReportLabels, report};
pub use spectrum::{SpectrumLabels, error_spectrum};

use crate::picture::{Picture, Text};

const TITLE_SIZE: f64 = 10.0;
const MARGIN: f64 = 10.0;

/// Draws a figure's title, and gives the y below it where the rest may start.
fn draw_title(picture: &mut Picture, title: &str) -> f64 {
    if title.is_empty() {
        return MARGIN;
    }
    // A title longer than the figure is set smaller rather than cut.
    let room = picture.width - 2.0 * MARGIN;
    let width = picture.fonts.width(title, TITLE_SIZE, true);
    let size = TITLE_SIZE * (room / width).min(1.0);
    picture.text(Text::new(title).size(size).bold().below(MARGIN, MARGIN));
    MARGIN + TITLE_SIZE + 7.0
}

/// `label (unit)`, or the label alone.
fn with_unit(label: &str, unit: &str) -> String {
    if unit.is_empty() {
        label.to_owned()
    } else {
        format!("{label} ({unit})")
    }
}
