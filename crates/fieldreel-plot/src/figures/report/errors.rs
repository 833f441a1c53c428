//! The errors.

use super::{ReportBar, ReportLabels, group_center};
use crate::axis::{Axis, Scale, Side, Ticks};
use crate::figures::with_unit;
use crate::picture::{Picture, Point, Rect, Rgb, Text, palette};

const LINE_WIDTH: f64 = 1.1;
const MARKER: f64 = 2.6;
/// Height of the row for what a logarithmic axis cannot show.
const ROW: f64 = 17.0;
/// Distance of the three series' markers in such a row.
const SPREAD: f64 = 8.0;
const ROW_TEXT_SIZE: f64 = 7.5;
const LEGEND_SIZE: f64 = 7.5;
const EXACT: &str = "exact";
const INFINITE: &str = "infinite";

#[derive(Clone, Copy)]
enum Marker {
    Circle,
    Square,
    Triangle,
}

struct Series {
    label: String,
    color: Rgb,
    marker: Marker,
    value: fn(&ReportBar) -> f64,
}

/// The upper part of the report.
pub(super) struct Panel {
    axis: Axis,
    series: [Series; 3],
    exact: bool,
    infinite: bool,
}

impl Panel {
    pub(super) fn new(bars: &[ReportBar], labels: &ReportLabels<'_>) -> Self {
        let series = [
            Series {
                label: with_unit("maximum |error|", labels.unit),
                color: palette::VERMILION,
                marker: Marker::Circle,
                value: |bar| bar.max_abs,
            },
            Series {
                label: with_unit("mean |error|", labels.unit),
                color: palette::BLUE,
                marker: Marker::Square,
                value: |bar| bar.mean_abs,
            },
            Series {
                label: "maximum |error| / range".into(),
                color: palette::GREEN,
                marker: Marker::Triangle,
                value: |bar| bar.rel_max,
            },
        ];
        let values: Vec<f64> = series
            .iter()
            .flat_map(|series| bars.iter().map(series.value))
            .collect();
        let scale = Scale::decades(values.iter().copied());
        Self {
            axis: Axis::new(scale, Ticks::of(scale, 8), "Error").with_grid(),
            series,
            exact: values.contains(&0.0),
            infinite: values.contains(&f64::INFINITY),
        }
    }

    pub(super) fn thickness(&self, picture: &Picture) -> f64 {
        let axis = self.axis.thickness(picture, Side::Right);
        let row = |shown: bool, text: &str| {
            if shown {
                picture.fonts.width(text, ROW_TEXT_SIZE, false) + 6.0
            } else {
                0.0
            }
        };
        axis.max(row(self.exact, EXACT))
            .max(row(self.infinite, INFINITE))
    }

    pub(super) fn draw_legend(&self, picture: &mut Picture, frame: &Rect, y: f64) {
        let mut x = frame.left;
        for series in &self.series {
            let ends = [x, x + 16.0].map(|x| Point { x, y });
            picture.line(&ends, LINE_WIDTH, series.color);
            draw_marker(picture, Point { x: x + 8.0, y }, series);
            picture.text(
                Text::new(series.label.as_str())
                    .size(LEGEND_SIZE)
                    .centered_on(x + 20.0, y),
            );
            x += 34.0 + picture.fonts.width(&series.label, LEGEND_SIZE, false);
        }
    }

    /// Width that the legend takes.
    pub(super) fn legend_width(&self, picture: &Picture) -> f64 {
        let labels = self.series.iter();
        let widths = labels.map(|series| picture.fonts.width(&series.label, LEGEND_SIZE, false));
        widths.map(|width| width + 34.0).sum::<f64>() - 14.0
    }

    pub(super) fn draw(&self, picture: &mut Picture, frame: &Rect, bars: &[ReportBar]) {
        let mut plot = *frame;
        // Markers at the very ends of the axis keep clear of the frame and the bars.
        plot.top += if self.infinite { ROW } else { 4.0 };
        plot.bottom -= if self.exact { ROW } else { 4.0 };
        self.axis.draw_grid(picture, &plot, Side::Right);
        if self.exact {
            draw_row(
                picture,
                frame,
                plot.bottom,
                (plot.bottom + frame.bottom) / 2.0,
                EXACT,
            );
        }
        if self.infinite {
            draw_row(
                picture,
                frame,
                plot.top,
                (plot.top + frame.top) / 2.0,
                INFINITE,
            );
        }
        let ends = [frame.left, frame.right].map(|x| Point { x, y: frame.bottom });
        picture.line(&ends, 0.7, palette::INK);
        for (series, aside) in self.series.iter().zip([-SPREAD, 0.0, SPREAD]) {
            self.draw_series(picture, frame, &plot, bars, series, aside);
        }
        self.axis.draw(picture, &plot, Side::Right);
    }

    fn draw_series(
        &self,
        picture: &mut Picture,
        frame: &Rect,
        plot: &Rect,
        bars: &[ReportBar],
        series: &Series,
        aside: f64,
    ) {
        let mut previous: Option<Point> = None;
        let mut markers = Vec::new();
        for (i, bar) in bars.iter().enumerate() {
            let x = group_center(frame, i, bars.len());
            let value = (series.value)(bar);
            let on_axis = value > 0.0 && value.is_finite();
            let point = if on_axis {
                let y = self.axis.place(plot, Side::Right, value);
                Some(Point { x, y })
            } else if value == 0.0 {
                let y = (plot.bottom + frame.bottom) / 2.0;
                Some(Point { x: x + aside, y })
            } else if value == f64::INFINITY {
                let y = (plot.top + frame.top) / 2.0;
                Some(Point { x: x + aside, y })
            } else {
                None
            };
            // No line to or from what is not on the axis.
            if let (Some(from), Some(to), true) = (previous, point, on_axis) {
                picture.line(&[from, to], LINE_WIDTH, series.color);
            }
            previous = point.filter(|_| on_axis);
            markers.extend(point);
        }
        for point in markers {
            draw_marker(picture, point, series);
        }
    }
}

/// A row beside the axis: a dashed line at `edge`, and its name on the right.
fn draw_row(picture: &mut Picture, frame: &Rect, edge: f64, middle: f64, name: &str) {
    let [from, to] = [frame.left, frame.right].map(|x| Point { x, y: edge });
    picture.dashed(from, to, 2.0, 0.5, palette::SOFT_INK);
    picture.text(
        Text::new(name)
            .size(ROW_TEXT_SIZE)
            .centered_on(frame.right + 5.5, middle),
    );
}

fn draw_marker(picture: &mut Picture, at: Point, series: &Series) {
    // A white rim keeps markers apart where lines cross.
    shape_marker(picture, at, series.marker, MARKER + 0.7, palette::PAPER);
    shape_marker(picture, at, series.marker, MARKER, series.color);
}

fn shape_marker(picture: &mut Picture, Point { x, y }: Point, marker: Marker, r: f64, fill: Rgb) {
    match marker {
        Marker::Circle => picture.circle(Point { x, y }, r, fill),
        Marker::Square => {
            let r = 0.88 * r;
            picture.rect(Rect::new(x - r, y - r, x + r, y + r), fill);
        }
        Marker::Triangle => {
            let corners = [(0.0, -1.25), (1.15, 0.75), (-1.15, 0.75)];
            let corner = |(dx, dy): (f64, f64)| Point {
                x: x + r * dx,
                y: y + r * dy,
            };
            picture.polygon(corners.into_iter().map(corner).collect(), fill);
        }
    }
}
