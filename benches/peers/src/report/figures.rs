//! The figures: ratio against speed, ratio against bound, gains, and rate–distortion.

use std::path::Path;

use plotters::prelude::*;

use super::chart::{
    self, Canvas, ChartPanel, ChartSeries, MarkerShape, SeriesStyle, drawing_error, scaled, text,
};
use super::gains::{self, Gain};
use super::speed_figure;
use super::tables::{distinct, sort_bounds};
use crate::Result;
use crate::measure::PeerRow;

/// The number of panels in a row.
const COLUMNS: usize = 4;

/// Writes the figures for which there are rows, and returns their names.
pub(super) fn draw(rows: &[PeerRow], folder: &Path) -> Result<Vec<&'static str>> {
    let mut names = Vec::new();
    if speed_figure::draw(&folder.join("speed.png"), rows)? {
        names.push("speed.png");
    }
    for (name, panels) in [
        ("ratios.png", ratios(rows)),
        ("rate-distortion.png", rate_distortion(rows)),
    ] {
        if !panels.is_empty() {
            chart::panels(&folder.join(name), &panels, COLUMNS)?;
            names.push(name);
        }
    }
    for effort in ["fieldreel-best", "fieldreel-balanced", "fieldreel-fast"] {
        let mut gains = gains::over_best(rows, effort);
        gains.retain(|gain| gain.target.parse::<f64>().is_ok());
        if !gains.is_empty() {
            let name = "gains.png";
            bars(&folder.join(name), effort, &gains)?;
            names.push(name);
            break;
        }
    }
    Ok(names)
}

/// Returns the style of a peer.
///
/// The colors are those of Okabe and Ito, which are distinguishable with any color vision. The
/// lines of fieldreel are thicker at higher effort, and those of file formats are gray.
pub(super) fn peer_style(peer: &str) -> SeriesStyle {
    let (color, line, marker) = match peer {
        "fieldreel-best" => (RGBColor(0xD5, 0x5E, 0x00), 3, MarkerShape::Circle),
        "fieldreel-balanced" => (RGBColor(0xD5, 0x5E, 0x00), 2, MarkerShape::Triangle),
        "fieldreel-fast" => (RGBColor(0xD5, 0x5E, 0x00), 1, MarkerShape::Cross),
        "sz3" => (RGBColor(0x00, 0x72, 0xB2), 2, MarkerShape::Circle),
        "sperr" => (RGBColor(0x00, 0x9E, 0x73), 2, MarkerShape::Triangle),
        "sperr-tuned" => (RGBColor(0x00, 0x9E, 0x73), 1, MarkerShape::Cross),
        "zfp" => (RGBColor(0xE6, 0x9F, 0x00), 2, MarkerShape::Cross),
        "ebcc" => (RGBColor(0xCC, 0x79, 0xA7), 2, MarkerShape::Circle),
        "bitround-pco" => (RGBColor(0x56, 0xB4, 0xE9), 2, MarkerShape::Triangle),
        "grib-ccsds" => (RGBColor(0x22, 0x22, 0x22), 1, MarkerShape::Cross),
        "netcdf-quantize-deflate" => (RGBColor(0x8A, 0x8F, 0x96), 1, MarkerShape::Triangle),
        "netcdf-quantize-zstd" => (RGBColor(0x5A, 0x5F, 0x66), 1, MarkerShape::Circle),
        // All nine modes are one series.
        _ => (RGBColor(0xC8, 0xB4, 0x00), 1, MarkerShape::Circle),
    };
    SeriesStyle {
        color,
        line,
        marker,
    }
}

/// Returns panels of the ratio against the bound, one for each field.
fn ratios(rows: &[PeerRow]) -> Vec<ChartPanel> {
    let point = |row: &PeerRow| {
        let bound: f64 = row.target.parse().ok()?;
        row.kept.then_some((bound, row.ratio))
    };
    panels(rows, "error bound / range", "ratio", true, point)
}

/// Returns panels of the PSNR against bits per value, one for each field.
fn rate_distortion(rows: &[PeerRow]) -> Vec<ChartPanel> {
    let point = |row: &PeerRow| row.psnr_db.map(|psnr| (row.bits_per_value, psnr));
    panels(rows, "bits per value", "PSNR (dB)", false, point)
}

/// Returns a panel for each field, with a series for each peer of the points of its rows.
fn panels(
    rows: &[PeerRow],
    x_label: &'static str,
    y_label: &'static str,
    y_is_log: bool,
    point: impl Fn(&PeerRow) -> Option<(f64, f64)>,
) -> Vec<ChartPanel> {
    // The modes are one series.
    let name = |row: &PeerRow| match row.bound {
        None => "nine modes".to_owned(),
        Some(_) => row.peer.clone(),
    };
    let mut panels = Vec::new();
    for field in distinct(rows, |row| Some(&row.field)) {
        let mut all: Vec<ChartSeries> = Vec::new();
        for row in rows.iter().filter(|row| row.field == field) {
            let Some(point) = point(row) else { continue };
            let name = name(row);
            match all.iter_mut().find(|series| series.name == name) {
                Some(series) => series.points.push(point),
                None => all.push(ChartSeries {
                    style: peer_style(&name),
                    name,
                    points: vec![point],
                }),
            }
        }
        for series in &mut all {
            series.points.sort_by(|a, b| a.0.total_cmp(&b.0));
        }
        if !all.is_empty() {
            panels.push(ChartPanel {
                title: field.to_owned(),
                x_label,
                y_label,
                y_is_log,
                series: all,
            });
        }
    }
    panels
}

/// Draws the gains over the best peer as a group of bars for each field.
fn bars(path: &Path, effort: &str, gains: &[Gain]) -> Result<()> {
    const GROUP: u32 = 96;
    const SIDES: u32 = 80;
    let mut fields: Vec<&str> = Vec::new();
    let mut targets: Vec<&str> = Vec::new();
    for gain in gains {
        if !fields.contains(&gain.field.as_str()) {
            fields.push(&gain.field);
        }
        if !targets.contains(&gain.target.as_str()) {
            targets.push(&gain.target);
        }
    }
    sort_bounds(&mut targets);
    let max_gain = gains.iter().map(|gain| gain.gain).fold(1.5, f64::max) * 1.05;
    let size = (SIDES + GROUP * fields.len().max(5) as u32, 340);
    let title = format!("{effort}: times smaller than the best peer");
    chart::png(path, size, |canvas| {
        let (head, body) = canvas.split_vertically(scaled(52));
        head.draw_text(&title, &text(13), (scaled(12) as i32, scaled(8) as i32))
            .map_err(drawing_error)?;
        for (index, target) in targets.iter().enumerate() {
            let (x, y) = (scaled(12 + 80 * index as u32) as i32, scaled(32) as i32);
            let end = (x + scaled(12) as i32, y + scaled(12) as i32);
            head.draw(&Rectangle::new(
                [(x, y), end],
                shade(index, targets.len()).filled(),
            ))
            .map_err(drawing_error)?;
            let at = (end.0 + scaled(5) as i32, y);
            head.draw_text(target, &text(11), at)
                .map_err(drawing_error)?;
        }
        let groups = BarGroups {
            fields: &fields,
            targets: &targets,
            max_gain,
        };
        groups.draw(&body, gains)
    })
}

/// A bar chart with a group of bars for each field.
struct BarGroups<'a> {
    fields: &'a [&'a str],
    targets: &'a [&'a str],
    max_gain: f64,
}

impl BarGroups<'_> {
    /// Draws the axes, the bars, and a line at a gain of 1.
    fn draw(&self, area: &Canvas<'_>, gains: &[Gain]) -> Result<()> {
        let count = self.fields.len();
        let name = |x: &f64| {
            let index = (x - 0.5).round();
            let is_group_center = (x - 0.5 - index).abs() < 0.01 && index >= 0.0;
            let field = if is_group_center {
                self.fields.get(index as usize)
            } else {
                None
            };
            field.map_or(String::new(), |field| (*field).to_owned())
        };
        let mut chart = ChartBuilder::on(area)
            .margin(scaled(8))
            .x_label_area_size(scaled(26))
            .y_label_area_size(scaled(44))
            .build_cartesian_2d((0.0..count as f64).step(0.5), 0.0..self.max_gain)
            .map_err(drawing_error)?;
        chart
            .configure_mesh()
            .disable_x_mesh()
            .x_labels(2 * count + 1)
            .x_label_formatter(&name)
            .y_labels(8)
            .label_style(text(10))
            .light_line_style(TRANSPARENT)
            .draw()
            .map_err(drawing_error)?;
        let width = 0.8 / self.targets.len() as f64;
        let bar = |gain: &Gain| {
            let field = self.fields.iter().position(|field| **field == gain.field)?;
            let target = self.targets.iter().position(|t| **t == gain.target)?;
            let left = field as f64 + 0.1 + width * target as f64;
            let color = shade(target, self.targets.len());
            let corners = [(left, 0.0), (left + 0.9 * width, gain.gain)];
            Some(Rectangle::new(corners, color.filled()))
        };
        chart
            .draw_series(gains.iter().filter_map(bar))
            .map_err(drawing_error)?;
        let even = [(0.0, 1.0), (count as f64, 1.0)];
        chart
            .draw_series(LineSeries::new(even, BLACK.stroke_width(scaled(1))))
            .map_err(drawing_error)?;
        Ok(())
    }
}

/// Returns a color of a sequence from dark to light.
fn shade(index: usize, count: usize) -> RGBColor {
    let fraction = index as f64 / count.max(1) as f64;
    let mix = |dark: f64, light: f64| (dark + fraction * (light - dark)) as u8;
    RGBColor(
        mix(0x00 as f64, 0xC0 as f64),
        mix(0x4A as f64, 0xD8 as f64),
        mix(0x80 as f64, 0xF0 as f64),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::row;

    #[test]
    fn there_is_a_panel_for_each_field_and_a_line_for_each_peer() {
        let mut rows = Vec::new();
        for field in ["wind", "t2m"] {
            for (bound, ratio) in [("1e-1", 300.0), ("1e-2", 30.0)] {
                rows.push(row(field, bound, "fieldreel-best", ratio));
                rows.push(row(field, bound, "sz3", ratio / 2.0));
            }
        }
        let panels = ratios(&rows);
        assert_eq!(panels.len(), 2);
        assert_eq!(panels[1].series[1].points, [(0.01, 15.0), (0.1, 150.0)]);

        let folder = tempfile::tempdir().unwrap();
        let names = draw(&rows, folder.path()).unwrap();
        let expected = [
            "speed.png",
            "ratios.png",
            "rate-distortion.png",
            "gains.png",
        ];
        assert_eq!(names, expected);
        for name in names {
            let bytes = std::fs::read(folder.path().join(name)).unwrap();
            let image = png::Decoder::new(bytes.as_slice()).read_info().unwrap();
            assert!(image.info().width > 300, "{name}");
        }
        // No rows are not an error.
        assert!(draw(&[], folder.path()).unwrap().is_empty());
    }
}
