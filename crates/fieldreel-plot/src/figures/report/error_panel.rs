//! The upper panel of the report: the errors of each mode.

use super::{ReportBar, ReportLabels, bar_center};
use crate::axis::{AxisScale, AxisSide, PlotAxis, Ticks};
use crate::figures::with_unit;
use crate::picture::{Picture, Point, Rect, Rgb, Text, palette};

const LINE_WIDTH: f64 = 1.1;
const MARKER_RADIUS: f64 = 2.6;
/// The height of a row for values that a logarithmic axis cannot show: 0 and infinity.
const OFF_AXIS_ROW_HEIGHT: f64 = 17.0;
/// The distance between the markers of the three series in such a row.
const MARKER_SPACING: f64 = 8.0;
const ROW_TEXT_SIZE: f64 = 7.5;
const LEGEND_SIZE: f64 = 7.5;
const EXACT_LABEL: &str = "exact";
const INFINITE_LABEL: &str = "infinite";

#[derive(Clone, Copy)]
enum Marker {
    Circle,
    Square,
    Triangle,
}

struct ErrorSeries {
    label: String,
    color: Rgb,
    marker: Marker,
    value: fn(&ReportBar) -> f64,
}

/// The upper panel of the report.
pub(super) struct ErrorPanel {
    axis: PlotAxis,
    series: [ErrorSeries; 3],
    has_exact: bool,
    has_infinite: bool,
}

impl ErrorPanel {
    pub(super) fn new(bars: &[ReportBar], labels: &ReportLabels<'_>) -> Self {
        let series = [
            ErrorSeries {
                label: with_unit("maximum |error|", labels.unit),
                color: palette::VERMILION,
                marker: Marker::Circle,
                value: |bar| bar.max_abs,
            },
            ErrorSeries {
                label: with_unit("mean |error|", labels.unit),
                color: palette::BLUE,
                marker: Marker::Square,
                value: |bar| bar.mean_abs,
            },
            ErrorSeries {
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
        let scale = AxisScale::decades(values.iter().copied());
        Self {
            axis: PlotAxis::new(scale, Ticks::for_scale(scale, 8), "Error").with_grid(),
            series,
            has_exact: values.contains(&0.0),
            has_infinite: values.contains(&f64::INFINITY),
        }
    }

    pub(super) fn thickness(&self, picture: &Picture) -> f64 {
        let axis = self.axis.thickness(picture, AxisSide::Right);
        let row = |shown: bool, text: &str| {
            if shown {
                picture.fonts.width(text, ROW_TEXT_SIZE, false) + 6.0
            } else {
                0.0
            }
        };
        axis.max(row(self.has_exact, EXACT_LABEL))
            .max(row(self.has_infinite, INFINITE_LABEL))
    }

    pub(super) fn draw_legend(&self, picture: &mut Picture, area: &Rect, y: f64) {
        let mut x = area.left;
        for series in &self.series {
            let ends = [x, x + 16.0].map(|x| Point { x, y });
            picture.line(&ends, LINE_WIDTH, series.color);
            draw_marker(picture, Point { x: x + 8.0, y }, series);
            picture.text(
                Text::new(series.label.as_str())
                    .size(LEGEND_SIZE)
                    .centered_at(x + 20.0, y),
            );
            x += 34.0 + picture.fonts.width(&series.label, LEGEND_SIZE, false);
        }
    }

    /// Returns the width of the legend.
    pub(super) fn legend_width(&self, picture: &Picture) -> f64 {
        let labels = self.series.iter();
        let widths = labels.map(|series| picture.fonts.width(&series.label, LEGEND_SIZE, false));
        widths.map(|width| width + 34.0).sum::<f64>() - 14.0
    }

    pub(super) fn draw(&self, picture: &mut Picture, area: &Rect, bars: &[ReportBar]) {
        let mut plot = *area;
        // The margins separate markers at the ends of the axis from the outline and the bars.
        plot.top += if self.has_infinite {
            OFF_AXIS_ROW_HEIGHT
        } else {
            4.0
        };
        plot.bottom -= if self.has_exact {
            OFF_AXIS_ROW_HEIGHT
        } else {
            4.0
        };
        self.axis.draw_grid(picture, &plot, AxisSide::Right);
        if self.has_exact {
            draw_off_axis_row(
                picture,
                area,
                plot.bottom,
                (plot.bottom + area.bottom) / 2.0,
                EXACT_LABEL,
            );
        }
        if self.has_infinite {
            draw_off_axis_row(
                picture,
                area,
                plot.top,
                (plot.top + area.top) / 2.0,
                INFINITE_LABEL,
            );
        }
        let ends = [area.left, area.right].map(|x| Point { x, y: area.bottom });
        picture.line(&ends, 0.7, palette::INK);
        for (series, offset) in self
            .series
            .iter()
            .zip([-MARKER_SPACING, 0.0, MARKER_SPACING])
        {
            self.draw_series(picture, area, &plot, bars, series, offset);
        }
        self.axis.draw(picture, &plot, AxisSide::Right);
    }

    fn draw_series(
        &self,
        picture: &mut Picture,
        area: &Rect,
        plot: &Rect,
        bars: &[ReportBar],
        series: &ErrorSeries,
        offset: f64,
    ) {
        let mut previous: Option<Point> = None;
        let mut markers = Vec::new();
        for (i, bar) in bars.iter().enumerate() {
            let x = bar_center(area, i, bars.len());
            let value = (series.value)(bar);
            let on_axis = value > 0.0 && value.is_finite();
            let point = if on_axis {
                let y = self.axis.position(plot, AxisSide::Right, value);
                Some(Point { x, y })
            } else if value == 0.0 {
                let y = (plot.bottom + area.bottom) / 2.0;
                Some(Point { x: x + offset, y })
            } else if value == f64::INFINITY {
                let y = (plot.top + area.top) / 2.0;
                Some(Point { x: x + offset, y })
            } else {
                None
            };
            // Lines connect only points on the axis.
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

/// Draws a row beyond the end of the axis: a dashed line at `edge` and the name on the right.
fn draw_off_axis_row(picture: &mut Picture, area: &Rect, edge: f64, middle: f64, name: &str) {
    let [from, to] = [area.left, area.right].map(|x| Point { x, y: edge });
    picture.dashed_line(from, to, 2.0, 0.5, palette::SOFT_INK);
    picture.text(
        Text::new(name)
            .size(ROW_TEXT_SIZE)
            .centered_at(area.right + 5.5, middle),
    );
}

fn draw_marker(picture: &mut Picture, at: Point, series: &ErrorSeries) {
    // A white rim separates markers from lines that cross them.
    draw_marker_shape(
        picture,
        at,
        series.marker,
        MARKER_RADIUS + 0.7,
        palette::PAPER,
    );
    draw_marker_shape(picture, at, series.marker, MARKER_RADIUS, series.color);
}

fn draw_marker_shape(
    picture: &mut Picture,
    Point { x, y }: Point,
    marker: Marker,
    r: f64,
    fill: Rgb,
) {
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
