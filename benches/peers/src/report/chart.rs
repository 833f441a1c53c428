//! Charts of several panels as PNG, in the style of the other figures of fieldreel.

use std::path::Path;

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::register_font;

use crate::Result;

/// The samples per pixel along each axis, for antialiasing of slanted lines.
const OVERSAMPLING: usize = 2;
/// The resolution of the PNG.
const DOTS_PER_INCH: f64 = 200.0;
/// The name under which the font is registered.
const FONT: &str = "DejaVu Sans";

/// The color of texts and axes.
pub(super) const INK: RGBColor = RGBColor(0x22, 0x22, 0x22);
/// The color of grid lines.
pub(super) const GRID: RGBColor = RGBColor(0xE4, 0xE4, 0xE4);

/// A drawing area at [`OVERSAMPLING`] times the resolution of the file.
pub(super) type Canvas<'a> = DrawingArea<BitMapBackend<'a>, Shift>;

/// Converts a length in pixels of the file to the drawing area.
pub(super) fn scaled(pixels: u32) -> u32 {
    pixels * OVERSAMPLING as u32
}

/// Returns the style of text of a size in pixels of the file.
pub(super) fn text(pixels: u32) -> TextStyle<'static> {
    (FONT, scaled(pixels)).into_font().color(&INK)
}

/// The color, the line and the marker of a series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct SeriesStyle {
    pub(super) color: RGBColor,
    /// The line width in pixels; 0 for markers without a line.
    pub(super) line: u32,
    pub(super) marker: MarkerShape,
}

/// The shape of a marker.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum MarkerShape {
    Circle,
    Triangle,
    Cross,
}

/// A named series of points.
pub(super) struct ChartSeries {
    pub(super) name: String,
    pub(super) style: SeriesStyle,
    pub(super) points: Vec<(f64, f64)>,
}

/// A panel with series. The x axis is logarithmic, the y axis optionally.
pub(super) struct ChartPanel {
    pub(super) title: String,
    pub(super) x_label: &'static str,
    pub(super) y_label: &'static str,
    pub(super) y_is_log: bool,
    pub(super) series: Vec<ChartSeries>,
}

/// Draws a figure of panels in `columns` columns below a legend.
pub(super) fn panels(path: &Path, panels: &[ChartPanel], columns: usize) -> Result<()> {
    const PANEL: (u32, u32) = (400, 300);
    let columns = columns.min(panels.len()).max(1);
    let rows = panels.len().div_ceil(columns);
    let legend = legend_entries(panels);
    let entries_per_row = (columns * 2).max(1);
    let head = 16 + 20 * legend.len().div_ceil(entries_per_row) as u32;
    let size = (PANEL.0 * columns as u32, head + PANEL.1 * rows as u32);
    png(path, size, |canvas| {
        let (top, body) = canvas.split_vertically(scaled(head));
        draw_legend(&top, &legend, entries_per_row)?;
        for (area, panel) in body.split_evenly((rows, columns)).iter().zip(panels) {
            draw_panel(area, panel)?;
        }
        Ok(())
    })
}

/// Draws a PNG of the given size in pixels.
pub(super) fn png(
    path: &Path,
    (width, height): (u32, u32),
    draw: impl FnOnce(&Canvas<'_>) -> Result<()>,
) -> Result<()> {
    for style in [FontStyle::Normal, FontStyle::Bold] {
        register_font(FONT, style, dejavu::sans::regular())
            .map_err(|_| "the font cannot be loaded")?;
    }
    let fine = (scaled(width), scaled(height));
    let mut pixels = vec![u8::MAX; 3 * fine.0 as usize * fine.1 as usize];
    {
        let canvas = BitMapBackend::with_buffer(&mut pixels, fine).into_drawing_area();
        draw(&canvas)?;
        canvas.present().map_err(drawing_error)?;
    }
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Default);
    let per_meter = (DOTS_PER_INCH / 0.0254).round() as u32;
    encoder.set_pixel_dims(Some(png::PixelDimensions {
        xppu: per_meter,
        yppu: per_meter,
        unit: png::Unit::Meter,
    }));
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&downsample(&pixels, fine.0 as usize))?;
    writer.finish()?;
    fieldreel_core::files::write(path, &bytes).map_err(|e| format!("{}: {e}", path.display()))?;
    Ok(())
}

/// Replaces each square of samples by one pixel, their mean.
fn downsample(fine: &[u8], width: usize) -> Vec<u8> {
    let mut coarse = Vec::with_capacity(fine.len() / (OVERSAMPLING * OVERSAMPLING));
    for rows in fine.chunks_exact(3 * width * OVERSAMPLING) {
        for x in (0..width).step_by(OVERSAMPLING) {
            for channel in 0..3 {
                let samples =
                    (0..OVERSAMPLING).flat_map(|y| (0..OVERSAMPLING).map(move |dx| (y, x + dx)));
                let sum: usize = samples
                    .map(|(y, x)| usize::from(rows[3 * (y * width + x) + channel]))
                    .sum();
                coarse.push((sum / (OVERSAMPLING * OVERSAMPLING)) as u8);
            }
        }
    }
    coarse
}

/// Converts an error of the renderer to a message.
pub(super) fn drawing_error(error: impl std::fmt::Display) -> String {
    format!("cannot draw the figure: {error}")
}

/// Returns the distinct names with their styles, in the order of the panels.
fn legend_entries(panels: &[ChartPanel]) -> Vec<(String, SeriesStyle)> {
    let mut legend: Vec<(String, SeriesStyle)> = Vec::new();
    for series in panels.iter().flat_map(|panel| &panel.series) {
        if legend.iter().all(|(name, _)| *name != series.name) {
            legend.push((series.name.clone(), series.style));
        }
    }
    legend
}

/// Draws a legend with `entries_per_row` entries in each row.
fn draw_legend(
    area: &Canvas<'_>,
    legend: &[(String, SeriesStyle)],
    entries_per_row: usize,
) -> Result<()> {
    let width = area.dim_in_pixel().0 / entries_per_row as u32;
    for (index, (name, style)) in legend.iter().enumerate() {
        let left = (index % entries_per_row) as u32 * width + scaled(12);
        let y = ((index / entries_per_row) as u32 * scaled(20) + scaled(14)) as i32;
        let (from, to) = (left as i32, (left + scaled(24)) as i32);
        if style.line > 0 {
            let style = style.color.stroke_width(scaled(style.line));
            area.draw(&PathElement::new(vec![(from, y), (to, y)], style))
                .map_err(drawing_error)?;
        }
        draw_marker(area, (from.midpoint(to), y), *style)?;
        let at = (to + scaled(6) as i32, y - scaled(6) as i32);
        area.draw_text(name, &text(11), at).map_err(drawing_error)?;
    }
    Ok(())
}

/// Draws a marker at a position.
pub(super) fn draw_marker(area: &Canvas<'_>, at: (i32, i32), style: SeriesStyle) -> Result<()> {
    let (size, fill) = (scaled(3), style.color.filled());
    match style.marker {
        MarkerShape::Circle => area.draw(&Circle::new(at, size, fill)),
        MarkerShape::Triangle => area.draw(&TriangleMarker::new(at, size, fill)),
        MarkerShape::Cross => area.draw(&Cross::new(at, size, style.color.stroke_width(scaled(1)))),
    }
    .map_err(drawing_error)?;
    Ok(())
}

/// Draws a panel: its axes and its series.
fn draw_panel(area: &Canvas<'_>, panel: &ChartPanel) -> Result<()> {
    let points = || panel.series.iter().flat_map(|series| &series.points);
    let Some((x, y)) =
        range(points().map(|p| p.0), true).zip(range(points().map(|p| p.1), panel.y_is_log))
    else {
        return Ok(());
    };
    let mut builder = ChartBuilder::on(area);
    builder
        .margin(scaled(8))
        .caption(&panel.title, text(13))
        .x_label_area_size(scaled(34))
        .y_label_area_size(scaled(48));
    let logarithmic =
        |(min, max): (f64, f64)| (min..max).log_scale().with_key_points(ticks(min, max));
    if panel.y_is_log {
        let chart = builder
            .build_cartesian_2d(logarithmic(x), logarithmic(y))
            .map_err(drawing_error)?;
        fill_panel(chart, panel)
    } else {
        let chart = builder
            .build_cartesian_2d(logarithmic(x), y.0..y.1)
            .map_err(drawing_error)?;
        fill_panel(chart, panel)
    }
}

/// Draws the grid, the labels and the series.
fn fill_panel<'a, X, Y>(
    mut chart: ChartContext<'_, BitMapBackend<'a>, Cartesian2d<X, Y>>,
    panel: &ChartPanel,
) -> Result<()>
where
    X: Ranged<ValueType = f64> + plotters::coord::ranged1d::ValueFormatter<f64>,
    Y: Ranged<ValueType = f64> + plotters::coord::ranged1d::ValueFormatter<f64>,
{
    chart
        .configure_mesh()
        .x_desc(panel.x_label)
        .y_desc(panel.y_label)
        .x_labels(6)
        .y_labels(6)
        .x_label_formatter(&number)
        .y_label_formatter(&number)
        .label_style(text(10))
        .axis_desc_style(text(11))
        .bold_line_style(GRID)
        .light_line_style(TRANSPARENT)
        .axis_style(INK)
        .draw()
        .map_err(drawing_error)?;
    for series in &panel.series {
        let SeriesStyle {
            color,
            line,
            marker,
        } = series.style;
        let points = || series.points.iter().copied();
        if line > 0 {
            let style = color.stroke_width(scaled(line));
            chart
                .draw_series(LineSeries::new(points(), style))
                .map_err(drawing_error)?;
        }
        let (size, style) = (scaled(3), color.filled());
        match marker {
            MarkerShape::Circle => chart
                .draw_series(points().map(|at| Circle::new(at, size, style)))
                .map_err(drawing_error)?,
            MarkerShape::Triangle => chart
                .draw_series(points().map(|at| TriangleMarker::new(at, size, style)))
                .map_err(drawing_error)?,
            MarkerShape::Cross => chart
                .draw_series(points().map(|at| Cross::new(at, size, color.stroke_width(scaled(1)))))
                .map_err(drawing_error)?,
        };
    }
    Ok(())
}

/// Returns the range of the values with a margin, or `None` if there are none.
pub(super) fn range(values: impl Iterator<Item = f64>, is_log: bool) -> Option<(f64, f64)> {
    let (min, max) = values
        .filter(|value| value.is_finite() && (!is_log || *value > 0.0))
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(min, max), value| {
            (min.min(value), max.max(value))
        });
    if min > max {
        return None;
    }
    Some(if is_log {
        let room = (max / min).powf(0.04).max(1.1);
        (min / room, max * room)
    } else {
        let room = 0.04 * (max - min).max(1.0);
        (min - room, max + room)
    })
}

/// Returns the ticks of a logarithmic axis: powers of ten, and enough of their multiples to have
/// at least three ticks if possible.
pub(super) fn ticks(min: f64, max: f64) -> Vec<f64> {
    const ENOUGH: usize = 3;
    let powers = min.log10().floor() as i32..=max.log10().ceil() as i32;
    let mut ticks = Vec::new();
    for digits in [&[1][..], &[1, 2, 5], &[1, 2, 3, 4, 5, 6, 7, 8, 9]] {
        // The numbers are parsed, because a product may not be the nearest number.
        let of_power = |power| digits.iter().map(move |digit| format!("{digit}e{power}"));
        ticks = powers
            .clone()
            .flat_map(of_power)
            .filter_map(|text| text.parse().ok())
            .filter(|tick| (min..=max).contains(tick))
            .collect();
        if ticks.len() >= ENOUGH {
            break;
        }
    }
    ticks
}

/// Formats a number on an axis.
pub(super) fn number(value: &f64) -> String {
    let size = value.abs();
    if size != 0.0 && !(1e-3..1e4).contains(&size) {
        format!("{value:e}")
    } else {
        format!("{value:.3}")
            .trim_end_matches('0')
            .trim_end_matches('.')
            .to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        let texts = [0.0, 0.05, 0.3, 100.0, 1e-4, 12345.0].map(|x| number(&x));
        assert_eq!(texts, ["0", "0.05", "0.3", "100", "1e-4", "1.2345e4"]);
    }

    #[test]
    fn a_logarithmic_axis_has_three_ticks_if_possible() {
        assert_eq!(ticks(0.9e-4, 0.11), [1e-4, 1e-3, 1e-2, 1e-1]);
        assert_eq!(ticks(3.5, 25.0), [5.0, 10.0, 20.0]);
        assert_eq!(ticks(0.0021, 0.0044), [3e-3, 4e-3]);
        assert_eq!(ticks(9.1e-3, 1.1e-2), [1e-2]);
    }

    #[test]
    fn a_range_has_margins_and_ignores_invalid_values() {
        let (min, max) = range([1.0, 100.0, -5.0, f64::NAN].into_iter(), true).unwrap();
        assert!(min < 1.0 && min > 0.5 && max > 100.0 && max < 200.0);
        assert_eq!(range([f64::NAN].into_iter(), false), None);
    }

    #[test]
    fn a_pixel_is_the_mean_of_four_samples() {
        let fine = [[0, 0, 0], [4, 8, 12], [8, 8, 8], [0, 0, 0]].concat();
        assert_eq!(downsample(&fine, 2), [3, 4, 5]);
    }
}
