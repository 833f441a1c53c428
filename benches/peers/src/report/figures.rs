//! The figures: ratio against speed, ratios, gains, and rate–distortion.

use std::path::Path;

use plotters::prelude::*;

use super::chart::{self, Canvas, Look, Mark, Panel, Series, drawing, scaled, text};
use super::gains::{self, Gain};
use super::marks;
use super::tables::{distinct, sort_bounds};
use crate::Outcome;
use crate::measure::Row;

/// Panels beside each other.
const COLUMNS: usize = 4;

/// Writes the figures that the rows are enough for, and gives their names.
pub(super) fn draw(rows: &[Row], folder: &Path) -> Outcome<Vec<&'static str>> {
    let mut names = Vec::new();
    if marks::draw(&folder.join("speed.png"), rows)? {
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

/// Okabe and Ito's colors, told apart with any color vision; fieldreel's lines are thicker the more
/// effort they took, the file formats' are gray.
pub(super) fn look(peer: &str) -> Look {
    let (color, line, mark) = match peer {
        "fieldreel-best" => (RGBColor(0xD5, 0x5E, 0x00), 3, Mark::Circle),
        "fieldreel-balanced" => (RGBColor(0xD5, 0x5E, 0x00), 2, Mark::Triangle),
        "fieldreel-fast" => (RGBColor(0xD5, 0x5E, 0x00), 1, Mark::Cross),
        "sz3" => (RGBColor(0x00, 0x72, 0xB2), 2, Mark::Circle),
        "sperr" => (RGBColor(0x00, 0x9E, 0x73), 2, Mark::Triangle),
        "sperr-tuned" => (RGBColor(0x00, 0x9E, 0x73), 1, Mark::Cross),
        "zfp" => (RGBColor(0xE6, 0x9F, 0x00), 2, Mark::Cross),
        "ebcc" => (RGBColor(0xCC, 0x79, 0xA7), 2, Mark::Circle),
        "bitround-pco" => (RGBColor(0x56, 0xB4, 0xE9), 2, Mark::Triangle),
        "grib-ccsds" => (RGBColor(0x22, 0x22, 0x22), 1, Mark::Cross),
        "netcdf-quantize-deflate" => (RGBColor(0x8A, 0x8F, 0x96), 1, Mark::Triangle),
        "netcdf-quantize-zstd" => (RGBColor(0x5A, 0x5F, 0x66), 1, Mark::Circle),
        // The nine modes, one after the other.
        _ => (RGBColor(0xC8, 0xB4, 0x00), 1, Mark::Circle),
    };
    Look { color, line, mark }
}

/// Ratio against bound, a panel for each field.
fn ratios(rows: &[Row]) -> Vec<Panel> {
    let point = |row: &Row| {
        let bound: f64 = row.target.parse().ok()?;
        row.kept.then_some((bound, row.ratio))
    };
    panels(rows, "error bound / range", "ratio", true, point)
}

/// PSNR against bits per value, a panel for each field.
fn rate_distortion(rows: &[Row]) -> Vec<Panel> {
    let point = |row: &Row| row.psnr_db.map(|psnr| (row.bits_per_value, psnr));
    panels(rows, "bits per value", "PSNR (dB)", false, point)
}

/// A panel for each field, a series for each peer, of the points that rows have.
fn panels(
    rows: &[Row],
    x_label: &'static str,
    y_label: &'static str,
    y_is_log: bool,
    point: impl Fn(&Row) -> Option<(f64, f64)>,
) -> Vec<Panel> {
    // The modes are one series.
    let name = |row: &Row| match row.bound {
        None => "nine modes".to_owned(),
        Some(_) => row.peer.clone(),
    };
    let mut panels = Vec::new();
    for field in distinct(rows, |row| Some(&row.field)) {
        let mut all: Vec<Series> = Vec::new();
        for row in rows.iter().filter(|row| row.field == field) {
            let Some(point) = point(row) else { continue };
            let name = name(row);
            match all.iter_mut().find(|series| series.name == name) {
                Some(series) => series.points.push(point),
                None => all.push(Series {
                    look: look(&name),
                    name,
                    points: vec![point],
                }),
            }
        }
        for series in &mut all {
            series.points.sort_by(|a, b| a.0.total_cmp(&b.0));
        }
        if !all.is_empty() {
            panels.push(Panel {
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

/// How many times smaller than the best peer, a group of bars for each field.
fn bars(path: &Path, effort: &str, gains: &[Gain]) -> Outcome<()> {
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
    let most = gains.iter().map(|gain| gain.gain).fold(1.5, f64::max) * 1.05;
    let size = (SIDES + GROUP * fields.len().max(5) as u32, 340);
    let title = format!("{effort}: times smaller than the best peer");
    chart::png(path, size, |canvas| {
        let (head, body) = canvas.split_vertically(scaled(52));
        head.draw_text(&title, &text(13), (scaled(12) as i32, scaled(8) as i32))
            .map_err(drawing)?;
        for (place, target) in targets.iter().enumerate() {
            let (x, y) = (scaled(12 + 80 * place as u32) as i32, scaled(32) as i32);
            let end = (x + scaled(12) as i32, y + scaled(12) as i32);
            head.draw(&Rectangle::new(
                [(x, y), end],
                shade(place, targets.len()).filled(),
            ))
            .map_err(drawing)?;
            let at = (end.0 + scaled(5) as i32, y);
            head.draw_text(target, &text(11), at).map_err(drawing)?;
        }
        let groups = Groups {
            fields: &fields,
            targets: &targets,
            most,
        };
        groups.draw(&body, gains)
    })
}

/// Bars side by side, over the names of fields.
struct Groups<'a> {
    fields: &'a [&'a str],
    targets: &'a [&'a str],
    most: f64,
}

impl Groups<'_> {
    /// Axes and bars; the line at 1 is where nothing is gained.
    fn draw(&self, area: &Canvas<'_>, gains: &[Gain]) -> Outcome<()> {
        let count = self.fields.len();
        let name = |x: &f64| {
            let place = (x - 0.5).round();
            let near = (x - 0.5 - place).abs() < 0.01 && place >= 0.0;
            let field = if near {
                self.fields.get(place as usize)
            } else {
                None
            };
            field.map_or(String::new(), |field| (*field).to_owned())
        };
        let mut chart = ChartBuilder::on(area)
            .margin(scaled(8))
            .x_label_area_size(scaled(26))
            .y_label_area_size(scaled(44))
            .build_cartesian_2d((0.0..count as f64).step(0.5), 0.0..self.most)
            .map_err(drawing)?;
        chart
            .configure_mesh()
            .disable_x_mesh()
            .x_labels(2 * count + 1)
            .x_label_formatter(&name)
            .y_labels(8)
            .label_style(text(10))
            .light_line_style(TRANSPARENT)
            .draw()
            .map_err(drawing)?;
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
            .map_err(drawing)?;
        let even = [(0.0, 1.0), (count as f64, 1.0)];
        chart
            .draw_series(LineSeries::new(even, BLACK.stroke_width(scaled(1))))
            .map_err(drawing)?;
        Ok(())
    }
}

/// From dark to light.
fn shade(place: usize, count: usize) -> RGBColor {
    let share = place as f64 / count.max(1) as f64;
    let mix = |dark: f64, light: f64| (dark + share * (light - dark)) as u8;
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
        // Nothing to draw is no error.
        assert!(draw(&[], folder.path()).unwrap().is_empty());
    }
}
