//! The figure of ratio against speed, with a labeled mark for each peer and effort.

use std::ops::Range;
use std::path::Path;

use plotters::prelude::*;

use super::chart::{self, Canvas, GRID, INK, drawing_error, scaled, text};
use super::tables::distinct;
use super::{figures, gains, speeds};
use crate::Result;
use crate::fields::FieldSource;
use crate::measure::PeerRow;

/// The targets of the rows of panels.
const TARGETS: [&str; 2] = ["1e-2", "1e-3"];
/// The size of a panel in pixels.
const PANEL_SIZE: (u32, u32) = (500, 340);
/// The distance between a mark and its label in pixels.
const LABEL_GAP: i32 = 6;

/// A panel with a mark for each peer.
struct SpeedPanel {
    title: String,
    x_label: &'static str,
    marks: Vec<PeerMark>,
}

/// The geometric means of a peer over the fields that are included in means.
#[derive(Debug, PartialEq)]
struct PeerMark {
    peer: String,
    /// The speed in MB of the array per second.
    speed: f64,
    /// The ratio of the peer divided by the ratio of the best peer.
    ratio: f64,
}

/// Draws the panels for which there are rows, and returns whether there are any.
pub(super) fn draw(path: &Path, rows: &[PeerRow]) -> Result<bool> {
    let panels: Vec<[SpeedPanel; 2]> = TARGETS.iter().filter_map(|at| panels(rows, at)).collect();
    if panels.is_empty() {
        return Ok(false);
    }
    let size = (2 * PANEL_SIZE.0, panels.len() as u32 * PANEL_SIZE.1);
    chart::png(path, size, |canvas| {
        let areas = canvas.split_evenly((panels.len(), 2));
        for (area, panel) in areas.iter().zip(panels.iter().flatten()) {
            draw_panel(canvas, area, panel)?;
        }
        Ok(())
    })?;
    Ok(true)
}

/// Returns the panels of encoding and decoding at a target, or `None` if it was not measured.
fn panels(rows: &[PeerRow], target: &str) -> Option<[SpeedPanel; 2]> {
    let panel = |x_label, verb, speed_of| SpeedPanel {
        title: format!("{verb}, at {target} of the range"),
        x_label,
        marks: marks(rows, target, speed_of),
    };
    let both = [
        panel(
            "encoding, MB/s",
            "Encoding",
            PeerRow::encode_speed as fn(&PeerRow) -> f64,
        ),
        panel("decoding, MB/s", "Decoding", PeerRow::decode_speed),
    ];
    (!both[0].marks.is_empty()).then_some(both)
}

/// Returns the marks at a target.
fn marks(rows: &[PeerRow], target: &str, speed_of: fn(&PeerRow) -> f64) -> Vec<PeerMark> {
    let there =
        |row: &&PeerRow| row.target == target && row.kept && FieldSource::is_in_means(&row.field);
    let mut marks = Vec::new();
    for peer in distinct(rows, |row| there(&row).then_some(&*row.peer)) {
        let of_peer = || rows.iter().filter(there).filter(|row| row.peer == peer);
        let relative = of_peer().filter_map(|row| {
            gains::best_peer(rows, &row.field, target).map(|best| row.ratio / best.ratio)
        });
        let means = speeds::mean(of_peer().map(speed_of)).zip(speeds::mean(relative));
        marks.extend(means.map(|(speed, ratio)| PeerMark {
            peer: peer.to_owned(),
            speed,
            ratio,
        }));
    }
    marks
}

/// Draws the axes, the marks and their labels.
fn draw_panel(canvas: &Canvas<'_>, area: &Canvas<'_>, panel: &SpeedPanel) -> Result<()> {
    let range = |value: fn(&PeerMark) -> f64| {
        let (min, max) = chart::range(panel.marks.iter().map(value), true)?;
        // The margins are space for labels.
        Some((min / 1.3, max * 1.3))
    };
    let Some((x, y)) = range(|mark| mark.speed).zip(range(|mark| mark.ratio)) else {
        return Ok(());
    };
    let axis = |(min, max): (f64, f64)| {
        (min..max)
            .log_scale()
            .with_key_points(chart::ticks(min, max))
    };
    let mut plot = ChartBuilder::on(area)
        .margin(scaled(8))
        .caption(&panel.title, text(13))
        .x_label_area_size(scaled(34))
        .y_label_area_size(scaled(48))
        .build_cartesian_2d(axis(x), axis(y))
        .map_err(drawing_error)?;
    plot.configure_mesh()
        .x_desc(panel.x_label)
        .y_desc("ratio over the best peer's")
        .x_label_formatter(&chart::number)
        .y_label_formatter(&chart::number)
        .label_style(text(10))
        .axis_desc_style(text(11))
        .bold_line_style(GRID)
        .light_line_style(TRANSPARENT)
        .axis_style(INK)
        .draw()
        .map_err(drawing_error)?;
    let even = [(x.0, 1.0), (x.1, 1.0)];
    plot.draw_series(LineSeries::new(even, BLACK.stroke_width(scaled(1))))
        .map_err(drawing_error)?;

    let inside = plot.plotting_area().get_pixel_range();
    let positions: Vec<(i32, i32)> = panel
        .marks
        .iter()
        .map(|mark| plot.backend_coord(&(mark.speed, mark.ratio)))
        .collect();
    let mut occupied: Vec<PixelRect> = positions.iter().map(|&at| PixelRect::around(at)).collect();
    let line = plot.backend_coord(&(x.0, 1.0)).1;
    occupied.push(PixelRect {
        left: inside.0.start,
        top: line - scaled(1) as i32,
        right: inside.0.end,
        bottom: line + scaled(1) as i32,
    });
    for (mark, &at) in panel.marks.iter().zip(&positions) {
        chart::draw_marker(canvas, at, figures::peer_style(&mark.peer))?;
        let (width, height) = canvas
            .estimate_text_size(&mark.peer, &text(10))
            .map_err(drawing_error)?;
        let label = place_label(at, (width as i32, height as i32), &occupied, &inside);
        canvas
            .draw_text(&mark.peer, &text(10), (label.left, label.top))
            .map_err(drawing_error)?;
        occupied.push(label);
    }
    Ok(())
}

/// A rectangle in pixels. The right and the lower edge are exclusive.
#[derive(Clone, Copy, Debug, PartialEq)]
struct PixelRect {
    left: i32,
    top: i32,
    right: i32,
    bottom: i32,
}

impl PixelRect {
    /// Returns the rectangle of a mark.
    fn around((x, y): (i32, i32)) -> Self {
        let half = scaled(4) as i32;
        Self {
            left: x - half,
            top: y - half,
            right: x + half,
            bottom: y + half,
        }
    }

    /// Returns whether the rectangles share a pixel.
    fn overlaps(&self, other: &Self) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }
}

/// Returns a position for a label near a mark, inside the axes and without overlaps.
///
/// Returns the position on the right if all positions overlap.
fn place_label(
    (x, y): (i32, i32),
    (width, height): (i32, i32),
    occupied: &[PixelRect],
    (columns, lines): &(Range<i32>, Range<i32>),
) -> PixelRect {
    let gap = LABEL_GAP * scaled(1) as i32;
    let at = |left, top| PixelRect {
        left,
        top,
        right: left + width,
        bottom: top + height,
    };
    let (middle, left, right) = (y - height / 2, x - gap - width, x + gap);
    let (above, below) = (y - gap - height, y + gap);
    let candidates = [
        at(right, middle),
        at(left, middle),
        at(x - width / 2, above),
        at(x - width / 2, below),
        at(right, above),
        at(right, below),
        at(left, above),
        at(left, below),
    ];
    let clear = |label: &&PixelRect| {
        columns.start <= label.left
            && label.right <= columns.end
            && lines.start <= label.top
            && label.bottom <= lines.end
            && !occupied.iter().any(|other| other.overlaps(label))
    };
    candidates
        .iter()
        .find(clear)
        .copied()
        .unwrap_or(candidates[0])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::row;

    #[test]
    fn a_mark_is_at_geometric_means_over_the_fields_in_the_means() {
        let mut rows = vec![
            row("wind", "1e-2", "sz3", 20.0),
            row("wind", "1e-2", "fieldreel-fast", 30.0),
            row("t2m", "1e-2", "sz3", 10.0),
            row("t2m", "1e-2", "fieldreel-fast", 60.0),
            row("u", "1e-2", "fieldreel-fast", 1e6),
            row("wind", "1e-1", "fieldreel-fast", 1e6),
        ];
        rows[3].encode.cpu *= 4.0;
        let [encoding, decoding] = panels(&rows, "1e-2").unwrap();
        let fast = |marks: &[PeerMark]| (marks[1].peer.clone(), marks[1].speed, marks[1].ratio);
        let speed = rows[0].encode_speed();
        let (peer, encode, ratio) = fast(&encoding.marks);
        assert_eq!((&*peer, encoding.marks.len()), ("fieldreel-fast", 2));
        assert!((encode - speed / 2.0).abs() < 1e-9 * speed && (ratio - 3.0).abs() < 1e-9);
        assert!((fast(&decoding.marks).1 - rows[0].decode_speed()).abs() < 1e-9);
        assert!((encoding.marks[0].ratio - 1.0).abs() < 1e-9);
        assert!(panels(&rows, "1e-3").is_none());
    }

    #[test]
    fn labels_are_inside_and_do_not_overlap() {
        let inside = (0..400, 0..200);
        let size = (100, 20);
        let mark = PixelRect::around((380, 100));
        let label = place_label((380, 100), size, &[mark], &inside);
        assert!(label.right <= 380 && !label.overlaps(&mark));
        let other = place_label((380, 105), size, &[mark, label], &inside);
        assert!(!other.overlaps(&label) && other.right <= 400);
        assert_eq!(place_label((10, 10), (900, 20), &[], &inside).left, 22);
    }
}
