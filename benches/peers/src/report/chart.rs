//! Panels beside each other in a PNG, in the looks of fieldreel's other figures.

use std::path::Path;

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::register_font;

use crate::Outcome;

/// Samples per pixel along each axis: smooths slanted lines.
const SAMPLES: usize = 2;
/// Pixels per inch.
const DENSITY: f64 = 200.0;
/// The name under which the font is registered.
const FONT: &str = "DejaVu Sans";

/// Of text and axes.
pub(super) const INK: RGBColor = RGBColor(0x22, 0x22, 0x22);
/// Of the lines behind the series.
pub(super) const GRID: RGBColor = RGBColor(0xE4, 0xE4, 0xE4);

/// Where to draw. Lengths are pixels of the file times [`scaled`].
pub(super) type Canvas<'a> = DrawingArea<BitMapBackend<'a>, Shift>;

/// A length of so many pixels.
pub(super) fn scaled(pixels: u32) -> u32 {
    pixels * SAMPLES as u32
}

/// Text of so many pixels.
pub(super) fn text(pixels: u32) -> TextStyle<'static> {
    (FONT, scaled(pixels)).into_font().color(&INK)
}

/// How a series is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Look {
    pub(super) color: RGBColor,
    /// In pixels; 0 for marks without a line.
    pub(super) line: u32,
    pub(super) mark: Mark,
}

/// The mark of a point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Mark {
    Circle,
    Triangle,
    Cross,
}

/// A named line through points.
pub(super) struct Series {
    pub(super) name: String,
    pub(super) look: Look,
    pub(super) points: Vec<(f64, f64)>,
}

/// Axes with series. Both axes are logarithmic, the second at wish.
pub(super) struct Panel {
    pub(super) title: String,
    pub(super) x_label: &'static str,
    pub(super) y_label: &'static str,
    pub(super) y_is_log: bool,
    pub(super) series: Vec<Series>,
}

/// A figure of panels under a legend, `columns` beside each other.
pub(super) fn panels(path: &Path, panels: &[Panel], columns: usize) -> Outcome<()> {
    const PANEL: (u32, u32) = (400, 300);
    let columns = columns.min(panels.len()).max(1);
    let rows = panels.len().div_ceil(columns);
    let legend = legend_of(panels);
    let in_a_row = (columns * 2).max(1);
    let head = 16 + 20 * legend.len().div_ceil(in_a_row) as u32;
    let size = (PANEL.0 * columns as u32, head + PANEL.1 * rows as u32);
    png(path, size, |canvas| {
        let (top, body) = canvas.split_vertically(scaled(head));
        draw_legend(&top, &legend, in_a_row)?;
        for (area, panel) in body.split_evenly((rows, columns)).iter().zip(panels) {
            draw_panel(area, panel)?;
        }
        Ok(())
    })
}

/// Draws into a PNG of `size` pixels.
pub(super) fn png(
    path: &Path,
    (width, height): (u32, u32),
    draw: impl FnOnce(&Canvas<'_>) -> Outcome<()>,
) -> Outcome<()> {
    for style in [FontStyle::Normal, FontStyle::Bold] {
        register_font(FONT, style, dejavu::sans::regular())
            .map_err(|_| "the font is not one that can be drawn")?;
    }
    let fine = (scaled(width), scaled(height));
    let mut pixels = vec![u8::MAX; 3 * fine.0 as usize * fine.1 as usize];
    {
        let canvas = BitMapBackend::with_buffer(&mut pixels, fine).into_drawing_area();
        draw(&canvas)?;
        canvas.present().map_err(drawing)?;
    }
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Default);
    let per_meter = (DENSITY / 0.0254).round() as u32;
    encoder.set_pixel_dims(Some(png::PixelDimensions {
        xppu: per_meter,
        yppu: per_meter,
        unit: png::Unit::Meter,
    }));
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&halve(&pixels, fine.0 as usize))?;
    writer.finish()?;
    fieldreel_core::files::write(path, &bytes).map_err(|e| format!("{}: {e}", path.display()))?;
    Ok(())
}

/// Every square of samples as one pixel, their mean.
fn halve(fine: &[u8], width: usize) -> Vec<u8> {
    let mut coarse = Vec::with_capacity(fine.len() / (SAMPLES * SAMPLES));
    for rows in fine.chunks_exact(3 * width * SAMPLES) {
        for x in (0..width).step_by(SAMPLES) {
            for channel in 0..3 {
                let places = (0..SAMPLES).flat_map(|y| (0..SAMPLES).map(move |dx| (y, x + dx)));
                let sum: usize = places
                    .map(|(y, x)| usize::from(rows[3 * (y * width + x) + channel]))
                    .sum();
                coarse.push((sum / (SAMPLES * SAMPLES)) as u8);
            }
        }
    }
    coarse
}

/// An error of the renderer.
pub(super) fn drawing(error: impl std::fmt::Display) -> String {
    format!("the figure: {error}")
}

/// Each name once, in the order of the panels.
fn legend_of(panels: &[Panel]) -> Vec<(String, Look)> {
    let mut legend: Vec<(String, Look)> = Vec::new();
    for series in panels.iter().flat_map(|panel| &panel.series) {
        if legend.iter().all(|(name, _)| *name != series.name) {
            legend.push((series.name.clone(), series.look));
        }
    }
    legend
}

/// Names beside samples of their lines, so many in a row.
fn draw_legend(area: &Canvas<'_>, legend: &[(String, Look)], in_a_row: usize) -> Outcome<()> {
    let width = area.dim_in_pixel().0 / in_a_row as u32;
    for (place, (name, look)) in legend.iter().enumerate() {
        let left = (place % in_a_row) as u32 * width + scaled(12);
        let y = ((place / in_a_row) as u32 * scaled(20) + scaled(14)) as i32;
        let (from, to) = (left as i32, (left + scaled(24)) as i32);
        if look.line > 0 {
            let style = look.color.stroke_width(scaled(look.line));
            area.draw(&PathElement::new(vec![(from, y), (to, y)], style))
                .map_err(drawing)?;
        }
        draw_mark(area, (from.midpoint(to), y), *look)?;
        let at = (to + scaled(6) as i32, y - scaled(6) as i32);
        area.draw_text(name, &text(11), at).map_err(drawing)?;
    }
    Ok(())
}

/// A mark at a place.
pub(super) fn draw_mark(area: &Canvas<'_>, at: (i32, i32), look: Look) -> Outcome<()> {
    let (size, style) = (scaled(3), look.color.filled());
    match look.mark {
        Mark::Circle => area.draw(&Circle::new(at, size, style)),
        Mark::Triangle => area.draw(&TriangleMarker::new(at, size, style)),
        Mark::Cross => area.draw(&Cross::new(at, size, look.color.stroke_width(scaled(1)))),
    }
    .map_err(drawing)?;
    Ok(())
}

/// Axes and what is between them.
fn draw_panel(area: &Canvas<'_>, panel: &Panel) -> Outcome<()> {
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
            .map_err(drawing)?;
        fill_panel(chart, panel)
    } else {
        let chart = builder
            .build_cartesian_2d(logarithmic(x), y.0..y.1)
            .map_err(drawing)?;
        fill_panel(chart, panel)
    }
}

/// The mesh and the series.
fn fill_panel<'a, X, Y>(
    mut chart: ChartContext<'_, BitMapBackend<'a>, Cartesian2d<X, Y>>,
    panel: &Panel,
) -> Outcome<()>
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
        .map_err(drawing)?;
    for series in &panel.series {
        let Look { color, line, mark } = series.look;
        let points = || series.points.iter().copied();
        if line > 0 {
            let style = color.stroke_width(scaled(line));
            chart
                .draw_series(LineSeries::new(points(), style))
                .map_err(drawing)?;
        }
        let (size, style) = (scaled(3), color.filled());
        match mark {
            Mark::Circle => chart
                .draw_series(points().map(|at| Circle::new(at, size, style)))
                .map_err(drawing)?,
            Mark::Triangle => chart
                .draw_series(points().map(|at| TriangleMarker::new(at, size, style)))
                .map_err(drawing)?,
            Mark::Cross => chart
                .draw_series(points().map(|at| Cross::new(at, size, color.stroke_width(scaled(1)))))
                .map_err(drawing)?,
        };
    }
    Ok(())
}

/// From the least to the greatest number, with some room; `None` of no number.
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

/// The numbers on a logarithmic axis: powers of ten, and as many between them as it takes to have
/// three.
pub(super) fn ticks(min: f64, max: f64) -> Vec<f64> {
    const ENOUGH: usize = 3;
    let powers = min.log10().floor() as i32..=max.log10().ceil() as i32;
    let mut ticks = Vec::new();
    for digits in [&[1][..], &[1, 2, 5], &[1, 2, 3, 4, 5, 6, 7, 8, 9]] {
        // Parsed, as a product would not be the nearest number.
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

/// A number on an axis: short.
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
    fn a_logarithmic_axis_has_three_numbers_or_more() {
        assert_eq!(ticks(0.9e-4, 0.11), [1e-4, 1e-3, 1e-2, 1e-1]);
        assert_eq!(ticks(3.5, 25.0), [5.0, 10.0, 20.0]);
        assert_eq!(ticks(0.0021, 0.0044), [3e-3, 4e-3]);
        assert_eq!(ticks(9.1e-3, 1.1e-2), [1e-2]);
    }

    #[test]
    fn a_range_has_room_and_ignores_what_has_no_place() {
        let (min, max) = range([1.0, 100.0, -5.0, f64::NAN].into_iter(), true).unwrap();
        assert!(min < 1.0 && min > 0.5 && max > 100.0 && max < 200.0);
        assert_eq!(range([f64::NAN].into_iter(), false), None);
    }

    #[test]
    fn four_samples_are_a_pixel() {
        let fine = [[0, 0, 0], [4, 8, 12], [8, 8, 8], [0, 0, 0]].concat();
        assert_eq!(halve(&fine, 2), [3, 4, 5]);
    }
}
