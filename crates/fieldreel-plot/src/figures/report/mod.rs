//! The report: what each mode saves, and what it costs.

mod bars;
mod errors;
mod names;

use std::path::Path;

use fieldreel_metrics::ErrorMetrics;

use super::{MARGIN, draw_title};
use crate::PlotError;
use crate::output::{Format, write};
use crate::picture::{Picture, Rect, palette};

const GROUP_WIDTH: f64 = 42.0;
const ERRORS_HEIGHT: f64 = 150.0;
const BARS_HEIGHT: f64 = 130.0;
const LEGEND_HEIGHT: f64 = 14.0;

/// One mode of a [`report`].
#[derive(Debug, Clone, PartialEq)]
pub struct ReportBar {
    /// Name of the mode.
    pub name: String,
    /// Bytes of the array over bytes of the file. Under 1 the bar hangs from the line of 1; a value
    /// that is not positive and finite has its number but no bar.
    pub ratio: f64,
    /// Mean absolute error, in the field's unit. NaN leaves a point out; 0 is shown as exact.
    pub mean_abs: f64,
    /// Maximum absolute error, in the field's unit; as for `mean_abs`.
    pub max_abs: f64,
    /// Maximum absolute error over the field's range; as for `mean_abs`.
    pub rel_max: f64,
    /// Drawn in gray: something to compare with, rather than a mode of this tool.
    pub baseline: bool,
}

impl ReportBar {
    /// A mode's bar from its ratio and its measured errors.
    #[must_use]
    pub fn new(name: impl Into<String>, ratio: f64, metrics: &ErrorMetrics) -> Self {
        Self {
            name: name.into(),
            ratio,
            mean_abs: metrics.mean_abs,
            max_abs: metrics.max_abs,
            rel_max: metrics.rel_max(),
            baseline: false,
        }
    }

    /// The same as a baseline, drawn in gray.
    #[must_use]
    pub fn as_baseline(mut self) -> Self {
        self.baseline = true;
        self
    }
}

/// The words on a [`report`]. Empty ones are left out, which is the default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReportLabels<'a> {
    /// Above the figure, such as the field and its file.
    pub title: &'a str,
    /// The field's unit, such as `m s⁻¹`: that of the mean and maximum error.
    pub unit: &'a str,
    /// The type of the array that ratios refer to, such as `float32`.
    pub array_type: &'a str,
}

/// Draws the report: a bar per mode for its compression ratio, on the left axis, its number on it;
/// above them the maximum, mean and relative maximum error, on the right axis. Both axes are
/// logarithmic. An error of 0 or ∞ has no place on such an axis: it is marked in a row of its own,
/// labeled "exact" or "infinite".
///
/// # Errors
///
/// - [`PlotError::UnknownExtension`] when `path` ends in neither `.png` nor `.svg`;
/// - [`PlotError::Empty`] without bars;
/// - [`PlotError::Io`] when the file cannot be written;
/// - [`PlotError::Render`] when the renderer fails.
pub fn report(
    path: impl AsRef<Path>,
    bars: &[ReportBar],
    labels: &ReportLabels<'_>,
) -> Result<(), PlotError> {
    let path = path.as_ref();
    let format = Format::of(path)?;
    write(&draw(bars, labels)?, path, format)
}

fn draw(bars: &[ReportBar], labels: &ReportLabels<'_>) -> Result<Picture, PlotError> {
    if bars.is_empty() {
        return Err(PlotError::Empty { what: "modes" });
    }
    let mut picture = Picture::new(0.0, 0.0)?;
    let ratios = bars::axis(bars, labels);
    let errors = errors::Panel::new(bars, labels);
    let inner_width = (GROUP_WIDTH * bars.len() as f64).max(errors.legend_width(&picture));
    let names = names::Names::fit(&picture, bars, inner_width / bars.len() as f64);

    let left = MARGIN + ratios.thickness(&picture, crate::axis::Side::Left);
    let right = left + inner_width;
    picture.width = right + errors.thickness(&picture) + MARGIN;
    let top = draw_title(&mut picture, labels.title) + LEGEND_HEIGHT;
    let upper = Rect::new(left, top, right, top + ERRORS_HEIGHT);
    let lower = Rect::new(left, upper.bottom, right, upper.bottom + BARS_HEIGHT);
    picture.height = lower.bottom + names.height() + MARGIN;

    let legend_y = top - LEGEND_HEIGHT / 2.0 - 1.0;
    errors.draw_legend(&mut picture, &upper, legend_y);
    bars::draw(&mut picture, &lower, &ratios, bars);
    errors.draw(&mut picture, &upper, bars);
    let whole = Rect::new(left, upper.top, right, lower.bottom);
    picture.outline(whole, 0.7, palette::INK);
    names.draw(&mut picture, &lower);
    Ok(picture)
}

/// Center of a mode's group along the frame.
fn group_center(frame: &Rect, index: usize, count: usize) -> f64 {
    frame.left + frame.width() * (index as f64 + 0.5) / count as f64
}

#[cfg(test)]
mod tests;
