//! The report: the compression ratio and the errors of each mode.

mod bars;
mod error_panel;
mod mode_names;

use std::path::Path;

use fieldreel_metrics::ErrorMetrics;

use super::{MARGIN, draw_title};
use crate::PlotError;
use crate::output::{FigureFormat, write};
use crate::picture::{Picture, Rect, palette};

const BAR_SPACING: f64 = 42.0;
const ERRORS_HEIGHT: f64 = 150.0;
const BARS_HEIGHT: f64 = 130.0;
const LEGEND_HEIGHT: f64 = 14.0;

/// One mode of a [`report`].
///
/// ```
/// use fieldreel_metrics::ErrorMetrics;
/// use fieldreel_plot::ReportBar;
/// use ndarray::array;
///
/// let (original, reconstruction) = (array![[[1.0, 3.0]]], array![[[1.0, 2.5]]]);
/// let metrics = ErrorMetrics::between(original.view(), reconstruction.view())?;
/// let bar = ReportBar::new("avg", 31.2, &metrics);
/// assert_eq!((bar.mean_abs, bar.max_abs, bar.rel_max), (0.25, 0.5, 0.25));
/// # Ok::<(), fieldreel_metrics::MetricsError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ReportBar {
    /// The name of the mode.
    pub name: String,
    /// The compression ratio: bytes of the array divided by bytes of the file. The bar of a ratio
    /// less than 1 extends downward from the line of 1. A ratio that is not positive and finite is
    /// shown as a number without a bar.
    pub ratio: f64,
    /// The mean absolute error, in the unit of the field. NaN is omitted; 0 is shown as "exact"
    /// and infinity as "infinite".
    pub mean_abs: f64,
    /// The maximum absolute error, in the unit of the field. NaN, 0 and infinity are treated as in
    /// `mean_abs`.
    pub max_abs: f64,
    /// The maximum absolute error divided by the range of the field. NaN, 0 and infinity are
    /// treated as in `mean_abs`.
    pub rel_max: f64,
    /// True if the mode is a baseline for comparison. Its bar is drawn in gray.
    pub is_baseline: bool,
}

impl ReportBar {
    /// Creates the bar of a mode from its compression ratio and its measured errors.
    #[must_use]
    pub fn new(name: impl Into<String>, ratio: f64, metrics: &ErrorMetrics) -> Self {
        Self {
            name: name.into(),
            ratio,
            mean_abs: metrics.mean_abs,
            max_abs: metrics.max_abs,
            rel_max: metrics.rel_max(),
            is_baseline: false,
        }
    }

    /// Sets whether the bar is a baseline, which is drawn in gray.
    #[must_use]
    pub fn with_baseline(mut self, is_baseline: bool) -> Self {
        self.is_baseline = is_baseline;
        self
    }
}

/// The labels of a [`report`]. Empty labels, the default, are omitted.
///
/// See the example of [`report`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ReportLabels<'a> {
    /// The title above the figure, such as the field and its file.
    pub title: &'a str,
    /// The unit of the field and of its mean and maximum errors, such as `m s⁻¹`.
    pub unit: &'a str,
    /// The element type of the array to which the compression ratios refer, such as `float32`.
    pub array_type: &'a str,
}

impl<'a> ReportLabels<'a> {
    /// Sets the title.
    #[must_use]
    pub fn with_title(mut self, title: &'a str) -> Self {
        self.title = title;
        self
    }

    /// Sets the unit.
    #[must_use]
    pub fn with_unit(mut self, unit: &'a str) -> Self {
        self.unit = unit;
        self
    }

    /// Sets the element type of the array.
    #[must_use]
    pub fn with_array_type(mut self, array_type: &'a str) -> Self {
        self.array_type = array_type;
        self
    }
}

/// Draws the compression ratios and the errors of several modes.
///
/// The lower panel has one bar per mode for its compression ratio, labeled with its number, on the
/// left axis. The upper panel shows the maximum, the mean and the range-relative maximum error on
/// the right axis. Both axes are logarithmic. Errors of 0 and ∞, which a logarithmic axis cannot
/// show, are in separate rows labeled "exact" and "infinite".
///
/// ```
/// use fieldreel_metrics::ErrorMetrics;
/// use fieldreel_plot::{ReportBar, ReportLabels, report};
/// # use ndarray::array;
///
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("report.svg");
/// # let (original, reconstruction) = (array![[[1.0, 3.0]]], array![[[1.0, 2.5]]]);
/// let lossy = ErrorMetrics::between(original.view(), reconstruction.view())?;
/// let exact = ErrorMetrics::between(original.view(), original.view())?;
/// let gzip = ReportBar::new("gzip", 1.3, &exact).with_baseline(true);
/// let labels = ReportLabels::default().with_unit("K").with_array_type("float32");
/// report(&path, &[ReportBar::new("avg", 31.2, &lossy), gzip], &labels)?;
/// assert!(std::fs::read_to_string(&path)?.contains("31.2"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// - [`PlotError::UnknownExtension`] if `path` ends in neither `.png` nor `.svg`;
/// - [`PlotError::Empty`] if `bars` is empty;
/// - [`PlotError::Io`] if the file cannot be written;
/// - [`PlotError::Render`] if the renderer fails.
pub fn report(
    path: impl AsRef<Path>,
    bars: &[ReportBar],
    labels: &ReportLabels<'_>,
) -> Result<(), PlotError> {
    let path = path.as_ref();
    let format = FigureFormat::from_path(path)?;
    write(&draw(bars, labels)?, path, format)
}

fn draw(bars: &[ReportBar], labels: &ReportLabels<'_>) -> Result<Picture, PlotError> {
    if bars.is_empty() {
        return Err(PlotError::Empty { item: "modes" });
    }
    let mut picture = Picture::new(0.0, 0.0)?;
    let ratios = bars::axis(bars, labels);
    let errors = error_panel::ErrorPanel::new(bars, labels);
    let inner_width = (BAR_SPACING * bars.len() as f64).max(errors.legend_width(&picture));
    let names = mode_names::ModeNames::fit(&picture, bars, inner_width / bars.len() as f64);

    let left = MARGIN + ratios.thickness(&picture, crate::axis::AxisSide::Left);
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
    let outline = Rect::new(left, upper.top, right, lower.bottom);
    picture.outline(outline, 0.7, palette::INK);
    names.draw(&mut picture, &lower);
    Ok(picture)
}

/// Returns the x coordinate of the center of a bar in the plot area.
fn bar_center(area: &Rect, index: usize, count: usize) -> f64 {
    area.left + area.width() * (index as f64 + 0.5) / count as f64
}

#[cfg(test)]
mod tests;
