//! The error spectrum: how the frames' largest errors are distributed.

use std::path::Path;

use super::histogram::Histogram;
use super::{MARGIN, draw_title, with_unit};
use crate::PlotError;
use crate::axis::{Axis, Scale, Side, Ticks, number};
use crate::output::{Format, write};
use crate::picture::{Picture, Point, Rect, Rgb, Text, palette};

const WIDTH: f64 = 380.0;
const PLOT_HEIGHT: f64 = 180.0;
const LEGEND_HEIGHT: f64 = 14.0;
const LEGEND_SIZE: f64 = 7.5;
/// A sample of a mark's line, with what separates it from its text.
const LEGEND_LINE: f64 = 20.0;
const LEGEND_GAP: f64 = 16.0;
const MOST_BINS: usize = 61;

/// The words on an [`error_spectrum`]. Empty ones are left out, which is the default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SpectrumLabels<'a> {
    /// Above the figure.
    pub title: &'a str,
    /// The field's unit, such as `m s⁻¹`.
    pub unit: &'a str,
}

/// Draws the histogram of the maximum absolute error of each frame, in the order of time and in the
/// field's unit, as [`fieldreel_metrics::frame_errors`] gives them. Marks their mean, and the worst; names its
/// frame where errors differ. NaN, a frame without valid values, is left out.
///
/// # Errors
///
/// - [`PlotError::UnknownExtension`] when `path` ends in neither `.png` nor `.svg`;
/// - [`PlotError::Empty`] when no frame has a finite error;
/// - [`PlotError::Io`] when the file cannot be written;
/// - [`PlotError::Render`] when the renderer fails.
pub fn error_spectrum(
    path: impl AsRef<Path>,
    frame_max: &[f64],
    labels: &SpectrumLabels<'_>,
) -> Result<(), PlotError> {
    let path = path.as_ref();
    let format = Format::of(path)?;
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
            what: "frames with an error",
        })?;
    let count = errors.len() as f64;
    // Divided first, so that the sum of the largest values cannot overflow.
    let mean: f64 = errors.iter().map(|e| e / count).sum();
    let (min, max) = range_of(&errors);
    // Odd, so that a single value is in the middle of its bin.
    let bins = ((2.0 * count.sqrt()) as usize).clamp(8, MOST_BINS) | 1;
    let histogram = Histogram::of(errors.iter().copied(), min, max, bins);

    let mut picture = Picture::new(WIDTH, 0.0)?;
    let top = draw_title(&mut picture, labels.title) + LEGEND_HEIGHT;
    let highest = (histogram.largest() as f64 * 1.06).max(1.06);
    let y = Axis::new(
        Scale::Linear {
            min: 0.0,
            max: highest,
        },
        Ticks::whole(0.0, highest, 6),
        "Frames",
    )
    .with_grid();
    let left = MARGIN + y.thickness(&picture, Side::Left);
    let frame = Rect::new(left, top, WIDTH - MARGIN - 6.0, top + PLOT_HEIGHT);
    let label = with_unit("Maximum |error| of a frame", labels.unit);
    // Bars and marks keep clear of the frame's sides.
    let margin = (max - min) * 0.04;
    let (first, last) = (min - margin, max + margin);
    let scale = Scale::Linear {
        min: first,
        max: last,
    };
    let x = Axis::fitted(
        &picture,
        scale,
        Side::Bottom,
        frame.width(),
        label,
        |count| Ticks::linear(first, last, count),
    );
    picture.height = frame.bottom + x.thickness(&picture, Side::Bottom) + MARGIN;

    y.draw_grid(&mut picture, &frame, Side::Left);
    histogram.draw(&mut picture, &frame, &x, &y, palette::BAR);
    let with_value = |name: &str, value: f64| {
        let text = format!("{name} {} {}", number(value), labels.unit);
        text.trim_end().to_owned()
    };
    let largest = frame_max[worst];
    // Of errors that are all the same, as those of an exact mode, none is the worst.
    let place = match errors.iter().any(|&error| error < largest) {
        true => format!(", frame {worst} counted from 0"),
        false => String::new(),
    };
    let marks = [
        (mean, palette::BLUE, true, with_value("mean", mean)),
        (
            largest,
            palette::VERMILION,
            false,
            with_value("worst", largest) + &place,
        ),
    ];
    let texts: String = marks.iter().map(|mark| mark.3.as_str()).collect();
    let room = frame.width() - 2.0 * LEGEND_LINE - LEGEND_GAP;
    let size = picture.fonts.size_for(&texts, LEGEND_SIZE, room);
    let mut legend_x = frame.left;
    let legend_y = top - LEGEND_HEIGHT / 2.0 - 1.0;
    for (value, color, dashes, text) in marks {
        let at = x.place(&frame, Side::Bottom, value);
        stroke(
            &mut picture,
            [(at, frame.top), (at, frame.bottom)],
            dashes,
            color,
        );
        let ends = [(legend_x, legend_y), (legend_x + 16.0, legend_y)];
        stroke(&mut picture, ends, dashes, color);
        legend_x += LEGEND_LINE;
        let width = picture.fonts.width(&text, size, false);
        picture.text(Text::new(text).size(size).centered_on(legend_x, legend_y));
        legend_x += width + LEGEND_GAP;
    }
    picture.outline(frame, 0.7, palette::INK);
    x.draw(&mut picture, &frame, Side::Bottom);
    y.draw(&mut picture, &frame, Side::Left);
    Ok(picture)
}

/// The values' range, and some range for a single value.
fn range_of(values: &[f64]) -> (f64, f64) {
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

fn stroke(picture: &mut Picture, ends: [(f64, f64); 2], dashes: bool, color: Rgb) {
    let [from, to] = ends.map(|(x, y)| Point { x, y });
    if dashes {
        picture.dashed(from, to, 3.2, 1.2, color);
    } else {
        picture.line(&[from, to], 1.2, color);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::check::assert_texts_apart;
    use crate::picture::Shape;

    const LABELS: SpectrumLabels<'_> = SpectrumLabels {
        title: "avg",
        unit: "m s⁻¹",
    };

    #[test]
    fn texts_stay_apart() {
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
            assert_texts_apart(&draw(errors, &LABELS).unwrap());
            let long = SpectrumLabels {
                unit: "kg m⁻² s⁻¹ of something that has a long name",
                ..LABELS
            };
            assert_texts_apart(&draw(errors, &long).unwrap());
        }
    }

    #[test]
    fn a_frame_is_the_worst_where_errors_differ() {
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
