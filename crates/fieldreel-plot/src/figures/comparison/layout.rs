//! The layout of a comparison: the positions of its maps and axes.

use super::compared_frames::ComparedFrames;
use super::{ComparisonLabels, CoordinateLabels, MARGIN, RowOrder, WIDTH};
use crate::axis::{AxisScale, AxisSide, PlotAxis, Ticks};
use crate::picture::{Picture, Rect};

const MAP_SPACING: f64 = 22.0;
const CAPTION_HEIGHT: f64 = 13.0;
const MAX_MAP_HEIGHT: f64 = 230.0;
/// The minimum width and height of a map. It takes precedence over the aspect ratio.
const MIN_MAP_SIDE: f64 = 8.0;

/// The positions of the two maps, each centered in its slot, and their axes.
pub(super) struct ComparisonLayout {
    /// The left and right edges of the slots, which bound captions and color bars.
    pub(super) slots: [(f64, f64); 2],
    pub(super) maps: [Rect; 2],
    pub(super) caption_y: f64,
    pub(super) x: PlotAxis,
    pub(super) y: PlotAxis,
    /// The lower edge of the axes of the maps.
    pub(super) bottom: f64,
}

impl ComparisonLayout {
    pub(super) fn new(
        picture: &Picture,
        frames: &ComparedFrames,
        labels: &ComparisonLabels<'_>,
        top: f64,
    ) -> Self {
        let (rows, columns) = frames.original.dim();
        // The width of the maps depends on the y axis, whose ticks depend on the height of the
        // maps. This axis assumes the maximum height.
        let y = y_axis(picture, labels, rows, MAX_MAP_HEIGHT);
        let first = MARGIN + y.thickness(picture, AxisSide::Left);
        let slot = (WIDTH - MARGIN - 4.0 - first - MAP_SPACING) / 2.0;
        let slots = [first, first + slot + MAP_SPACING].map(|left| (left, left + slot));

        let scale = (slot / columns as f64).min(MAX_MAP_HEIGHT / rows as f64);
        let width = (scale * columns as f64).max(MIN_MAP_SIDE);
        let height = (scale * rows as f64).max(MIN_MAP_SIDE);
        let map_top = top + CAPTION_HEIGHT;
        let maps = slots.map(|(left, right)| {
            let left = left + (right - left - width) / 2.0;
            Rect::new(left, map_top, left + width, map_top + height).to_pixels()
        });
        let x = x_axis(picture, labels, columns, width);
        let y = y_axis(picture, labels, rows, height);
        let bottom = maps[0].bottom + x.thickness(picture, AxisSide::Bottom);
        Self {
            slots,
            maps,
            caption_y: top + CAPTION_HEIGHT / 2.0 - 1.5,
            x,
            y,
            bottom,
        }
    }
}

/// Returns the outer edges of the first and the last cell.
fn edges(coordinate: &CoordinateLabels<'_>, cells: usize) -> (f64, f64) {
    let usable =
        |(first, last): &(f64, f64)| first.is_finite() && last.is_finite() && first != last;
    match coordinate.ends.filter(usable) {
        Some((first, last)) if cells > 1 => {
            let half = (last - first) / (cells - 1) as f64 / 2.0;
            (first - half, last + half)
        }
        _ => (-0.5, cells as f64 - 0.5),
    }
}

fn ticks(coordinate: &CoordinateLabels<'_>, (first, last): (f64, f64), count: usize) -> Ticks {
    let (min, max) = (first.min(last), first.max(last));
    if coordinate.label.contains('°') {
        Ticks::degrees(min, max, count)
    } else if coordinate.ends.is_none() {
        Ticks::integers(min, max, count)
    } else {
        Ticks::linear(min, max, count)
    }
}

fn scale((first, last): (f64, f64)) -> AxisScale {
    AxisScale::Linear {
        min: first.min(last),
        max: first.max(last),
    }
}

fn x_axis(
    picture: &Picture,
    labels: &ComparisonLabels<'_>,
    columns: usize,
    length: f64,
) -> PlotAxis {
    let edges = edges(&labels.x, columns);
    let ticks = |count| ticks(&labels.x, edges, count);
    let mut axis = PlotAxis::with_fitting_ticks(
        picture,
        scale(edges),
        AxisSide::Bottom,
        length,
        labels.x.label,
        ticks,
    );
    axis.reversed = edges.1 < edges.0;
    axis
}

fn y_axis(picture: &Picture, labels: &ComparisonLabels<'_>, rows: usize, length: f64) -> PlotAxis {
    let edges = edges(&labels.y, rows);
    let ticks = |count| ticks(&labels.y, edges, count);
    let mut axis = PlotAxis::with_fitting_ticks(
        picture,
        scale(edges),
        AxisSide::Left,
        length,
        labels.y.label,
        ticks,
    );
    let rising = edges.1 > edges.0;
    axis.reversed = rising == (labels.row_order == RowOrder::FirstAtTop);
    axis
}
