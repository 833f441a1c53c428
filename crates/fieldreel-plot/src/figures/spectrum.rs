//! The error spectrum: a histogram of the maximum errors of the frames.

use std::path::Path;

use super::histogram::Histogram;
use super::{MARGIN, draw_title, with_unit};
use crate::PlotError;
use crate::axis::{AxisScale, AxisSide, PlotAxis, Ticks, format_number};
use crate::output::{FigureFormat, write};
use crate::picture::{Picture, Point, Rect, Rgb, Text, palette};

const WIDTH: f64 = 380.0;
const PLOT_HEIGHT: f64 = 180.0;
const LEGEND_HEIGHT: f64 = 14.0;
const LEGEND_SIZE: f64 = 7.5;
/// The width of the sample line of a legend entry and of the gap before its text.
const LEGEND_LINE: f64 = 20.0;
const LEGEND_GAP: f64 = 16.0;
const MAX_BINS: usize = 61;

/// The labels of an [`error_spectrum`]. Empty labels, the default, are omitted.
///
/// See the example of [`error_spectrum`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct SpectrumLabels<'a> {
    /// The title above the figure.
    pub title: &'a str,
    /// The unit of the field, such as `m s⁻¹`.
    pub unit: &'a str,
}

impl<'a> SpectrumLabels<'a> {
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
}

/// Draws the histogram of the maximum absolute errors of the frames.
///
/// `frame_max` contains the errors in the order of time and in the unit of the field, as returned
/// by [`fieldreel_metrics::frame_errors`]. Two lines mark their mean and their maximum. The legend
/// gives the index of the worst frame unless all errors are equal. NaN and infinite errors, such
/// as those of frames without valid values, are omitted.
///
/// ```
/// use fieldreel_plot::{SpectrumLabels, error_spectrum};
///
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("errors.svg");
/// let labels = SpectrumLabels::default().with_title("Zonal wind").with_unit("m s⁻¹");
/// error_spectrum(&path, &[0.31, 0.28, 0.35, 0.3], &labels)?;
/// let figure = std::fs::read_to_string(&path)?;
/// assert!(figure.contains("worst 0.350 m s⁻¹, frame 2 counted from 0"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// - [`PlotError::UnknownExtension`] if `path` ends in neither `.png` nor `.svg`;
/// - [`PlotError::Empty`] if no frame has a finite error;
/// - [`PlotError::Io`] if the file cannot be written;
/// - [`PlotError::Render`] if the renderer fails.
pub fn error_spectrum(
    path: impl AsRef<Path>,
    frame_max: &[f64],
    labels: &SpectrumLabels<'_>,
) -> Result<(), PlotError> {
    let path = path.as_ref();
    let format = FigureFormat::from_path(path)?;
    write(&draw(frame_max, labels)?, path, format)
}

fn draw(frame_max: &[f64], labels: &SpectrumLabels<'_>) -> Result<Picture, PlotError> {
    let errors: Vec<f64> = frame_max
        .iter()
        .copied()
        .filter(|e| e.is_finite())
        .collect();
    let worst = (0..frame_max.len())
        .filter(|&t| frame_max[t].is_finite())
        .reduce(|best, t| {
            if frame_max[t] > frame_max[best] {
                t
            } else {
                best
            }
        })
        .ok_or(PlotError::Empty {
            item: "frames with a finite error",
        })?;
    let count = errors.len() as f64;
    // Divide before summing, so that the sum of very large values cannot overflow.
    let mean: f64 = errors.iter().map(|e| e / count).sum();
    let (min, max) = value_range(&errors);
    // The number of bins is odd, so that a single value is in the middle of its bin.
    let bins = ((2.0 * count.sqrt()) as usize).clamp(8, MAX_BINS) | 1;
    let histogram = Histogram::new(errors.iter().copied(), min, max, bins);

    let mut picture = Picture::new(WIDTH, 0.0)?;
    let top = draw_title(&mut picture, labels.title) + LEGEND_HEIGHT;
    let max_count = (histogram.max_count() as f64 * 1.06).max(1.06);
    let y = PlotAxis::new(
        AxisScale::Linear {
            min: 0.0,
            max: max_count,
        },
        Ticks::integers(0.0, max_count, 6),
        "Frames",
    )
    .with_grid();
    let left = MARGIN + y.thickness(&picture, AxisSide::Left);
    let area = Rect::new(left, top, WIDTH - MARGIN - 6.0, top + PLOT_HEIGHT);
    let label = with_unit("Maximum |error| of a frame", labels.unit);
    // The margins separate bars and marks from the edges of the plot area.
    let margin = (max - min) * 0.04;
    let (first, last) = (min - margin, max + margin);
    let scale = AxisScale::Linear {
        min: first,
        max: last,
    };
    let x = PlotAxis::with_fitting_ticks(
        &picture,
        scale,
        AxisSide::Bottom,
        area.width(),
        label,
        |count| Ticks::linear(first, last, count),
    );
    picture.height = area.bottom + x.thickness(&picture, AxisSide::Bottom) + MARGIN;

    y.draw_grid(&mut picture, &area, AxisSide::Left);
    histogram.draw(&mut picture, &area, &x, &y, palette::BAR);
    let with_value = |name: &str, value: f64| {
        let text = format!("{name} {} {}", format_number(value), labels.unit);
        text.trim_end().to_owned()
    };
    let largest = frame_max[worst];
    // Name the worst frame only if errors differ. They are all 0 for a lossless mode.
    let frame_note = match errors.iter().any(|&error| error < largest) {
        true => format!(", frame {worst} counted from 0"),
        false => String::new(),
    };
    let marks = [
        (mean, palette::BLUE, true, with_value("mean", mean)),
        (
            largest,
            palette::VERMILION,
            false,
            with_value("worst", largest) + &frame_note,
        ),
    ];
    let texts: String = marks.iter().map(|mark| mark.3.as_str()).collect();
    let room = area.width() - 2.0 * LEGEND_LINE - LEGEND_GAP;
    let size = picture.fonts.size_to_fit(&texts, LEGEND_SIZE, room);
    let mut legend_x = area.left;
    let legend_y = top - LEGEND_HEIGHT / 2.0 - 1.0;
    for (value, color, dashes, text) in marks {
        let position = x.position(&area, AxisSide::Bottom, value);
        draw_mark(
            &mut picture,
            [(position, area.top), (position, area.bottom)],
            dashes,
            color,
        );
        let ends = [(legend_x, legend_y), (legend_x + 16.0, legend_y)];
        draw_mark(&mut picture, ends, dashes, color);
        legend_x += LEGEND_LINE;
        let width = picture.fonts.width(&text, size, false);
        picture.text(Text::new(text).size(size).centered_at(legend_x, legend_y));
        legend_x += width + LEGEND_GAP;
    }
    picture.outline(area, 0.7, palette::INK);
    x.draw(&mut picture, &area, AxisSide::Bottom);
    y.draw(&mut picture, &area, AxisSide::Left);
    Ok(picture)
}

/// Returns the range of the values, widened if all values are equal.
fn value_range(values: &[f64]) -> (f64, f64) {
    let min = values.iter().copied().fold(f64::INFINITY, f64::min);
    let max = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if max > min {
        (min, max)
    } else if max == 0.0 {
        (0.0, 1.0)
    } else {
        (0.9 * max, 1.1 * max)
    }
}

fn draw_mark(picture: &mut Picture, ends: [(f64, f64); 2], dashes: bool, color: Rgb) {
    let [from, to] = ends.map(|(x, y)| Point { x, y });
    if dashes {
        picture.dashed_line(from, to, 3.2, 1.2, color);
    } else {
        picture.line(&[from, to], 1.2, color);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::overlaps::assert_no_texts_overlap;
    use crate::picture::Shape;

    const LABELS: SpectrumLabels<'_> = SpectrumLabels {
        title: "avg",
        unit: "m s⁻¹",
    };

    #[test]
    fn texts_do_not_overlap() {
        let many: Vec<f64> = (0..1301)
            .map(|t| 1.0 + (f64::from(t) * 0.37).sin())
            .collect();
        for errors in [
            &many[..],
            &[0.0],
            &[3e-9, f64::NAN, 3e-9],
            &[0.0, 0.0],
            &[1e300, 2e300],
            &[5.0, 1e9],
        ] {
            assert_no_texts_overlap(&draw(errors, &LABELS).unwrap());
            let long = SpectrumLabels {
                unit: "kg m⁻² s⁻¹ of something that has a long name",
                ..LABELS
            };
            assert_no_texts_overlap(&draw(errors, &long).unwrap());
        }
    }

    #[test]
    fn the_worst_frame_is_named_only_if_errors_differ() {
        let named = |errors: &[f64]| {
            let picture = draw(errors, &LABELS).unwrap();
            let shapes = picture.shapes.iter();
            let mut texts = shapes.filter_map(|shape| match shape {
                Shape::Text(text) => Some(text.content.as_str()),
                _ => None,
            });
            texts.any(|text| text.contains("frame ") && text.ends_with("counted from 0"))
        };
        assert!(named(&[1.0, 2.0, f64::NAN]));
        assert!(!named(&[0.0, 0.0, f64::NAN, 0.0]));
    }

    #[test]
    fn no_frames_are_an_error() {
        for errors in [&[][..], &[f64::NAN]] {
            assert!(matches!(
                draw(errors, &LABELS),
                Err(PlotError::Empty { .. })
            ));
        }
    }
}
