//! Where the parts of a comparison go.

use super::data::Frames;
use super::{ComparisonLabels, CoordinateLabels, MARGIN, RowOrder, WIDTH};
use crate::axis::{Axis, Scale, Side, Ticks};
use crate::picture::{Picture, Rect};

const BETWEEN: f64 = 22.0;
const CAPTION_HEIGHT: f64 = 13.0;
const MOST_MAP_HEIGHT: f64 = 230.0;
/// Maps are kept at least this thick, at the cost of the aspect ratio.
const LEAST_SIDE: f64 = 8.0;

/// The two maps, each in the middle of its slot, and their axes.
pub(super) struct Layout {
    /// Left and right edges of the slots: what captions and color bars may fill.
    pub(super) slots: [(f64, f64); 2],
    pub(super) maps: [Rect; 2],
    pub(super) caption_y: f64,
    pub(super) x: Axis,
    pub(super) y: Axis,
    /// Lower edge of the maps' axes.
    pub(super) bottom: f64,
}

impl Layout {
    pub(super) fn new(
        picture: &Picture,
        frames: &Frames,
        labels: &ComparisonLabels<'_>,
        top: f64,
    ) -> Self {
        let (rows, columns) = frames.original.dim();
        // The y axis decides the room for the maps, and their height its ticks: as for the highest.
        let y = y_axis(picture, labels, rows, MOST_MAP_HEIGHT);
        let first = MARGIN + y.thickness(picture, Side::Left);
        let slot = (WIDTH - MARGIN - 4.0 - first - BETWEEN) / 2.0;
        let slots = [first, first + slot + BETWEEN].map(|left| (left, left + slot));

        let scale = (slot / columns as f64).min(MOST_MAP_HEIGHT / rows as f64);
        let width = (scale * columns as f64).max(LEAST_SIDE);
        let height = (scale * rows as f64).max(LEAST_SIDE);
        let map_top = top + CAPTION_HEIGHT;
        let maps = slots.map(|(left, right)| {
            let left = left + (right - left - width) / 2.0;
            Rect::new(left, map_top, left + width, map_top + height).to_pixels()
        });
        let x = x_axis(picture, labels, columns, width);
        let y = y_axis(picture, labels, rows, height);
        let bottom = maps[0].bottom + x.thickness(picture, Side::Bottom);
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

/// First and last cells' outer edges.
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
        Ticks::whole(min, max, count)
    } else {
        Ticks::linear(min, max, count)
    }
}

fn scale((first, last): (f64, f64)) -> Scale {
    Scale::Linear {
        min: first.min(last),
        max: first.max(last),
    }
}

fn x_axis(picture: &Picture, labels: &ComparisonLabels<'_>, columns: usize, length: f64) -> Axis {
    let edges = edges(&labels.x, columns);
    let ticks = |count| ticks(&labels.x, edges, count);
    let mut axis = Axis::fitted(
        picture,
        scale(edges),
        Side::Bottom,
        length,
        labels.x.label,
        ticks,
    );
    axis.reversed = edges.1 < edges.0;
    axis
}

fn y_axis(picture: &Picture, labels: &ComparisonLabels<'_>, rows: usize, length: f64) -> Axis {
    let edges = edges(&labels.y, rows);
    let ticks = |count| ticks(&labels.y, edges, count);
    let mut axis = Axis::fitted(
        picture,
        scale(edges),
        Side::Left,
        length,
        labels.y.label,
        ticks,
    );
    let rising = edges.1 > edges.0;
    axis.reversed = rising == (labels.row_order == RowOrder::FirstAtTop);
    axis
}
