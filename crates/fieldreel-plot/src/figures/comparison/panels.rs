//! The two maps of a comparison, with their captions and color bars.

use super::compared_frames::ComparedFrames;
use super::layout::ComparisonLayout;
use super::{ComparisonLabels, Split};
use crate::axis::{AxisSide, PlotAxis};
use crate::figures::with_unit;
use crate::picture::{Anchor, Picture, Point, Rect, Text, palette};
use crate::raster::{COLOR_BAR_THICKNESS, draw_color_bar, resample};

const CAPTION_SIZE: f64 = 8.0;
const SWATCH_SIZE: f64 = 6.0;
/// The distance of the captions of a narrow map from its center.
const CAPTION_GAP: f64 = 5.0;
const COLOR_BAR_GAP: f64 = 9.0;
/// The height of a color bar, its axis and its label below the axes of a map, in points.
pub(super) const COLOR_BAR_HEIGHT: f64 = COLOR_BAR_GAP + COLOR_BAR_THICKNESS + 28.0;

/// Draws the map of the original and the reconstruction.
pub(super) fn draw_values(
    picture: &mut Picture,
    frames: &ComparedFrames,
    labels: &ComparisonLabels<'_>,
    layout: &ComparisonLayout,
) {
    let map = layout.maps[0];
    let is_original = |across: f64, down: f64| match labels.split {
        Split::Vertical => across < 0.5,
        Split::Diagonal => across + down < 1.0,
    };
    picture.image(resample(
        map,
        frames.original.dim(),
        |row, column, across, down| {
            let frame = if is_original(across, down) {
                &frames.original
            } else {
                &frames.reconstruction
            };
            frames.values_map.color(frame[[row, column]])
        },
    ));
    let center = map.center().x;
    let [from, to] = match labels.split {
        Split::Vertical => [(center, map.top), (center, map.bottom)],
        Split::Diagonal => [(map.left, map.bottom), (map.right, map.top)],
    }
    .map(|(x, y)| Point { x, y });
    picture.line(&[from, to], 1.6, palette::PAPER);
    picture.dashed_line(from, to, 3.0, 0.8, palette::INK);
    draw_axes(picture, layout, map, true);

    let (original, reconstruction) = match labels.split {
        Split::Vertical => ("original", "reconstruction"),
        Split::Diagonal => ("◤ original", "reconstruction ◢"),
    };
    let caption = |content: &str| Text::new(content).size(CAPTION_SIZE);
    let width = |content: &str| picture.fonts.width(content, CAPTION_SIZE, false);
    // The captions are aligned with the edges of the map, or with its center if it is too narrow.
    let needed = width(original) + width(reconstruction) + 4.0 * CAPTION_GAP;
    let (left, right) = if map.width() > needed {
        (map.left, map.right)
    } else {
        (
            center - CAPTION_GAP - width(original),
            center + CAPTION_GAP + width(reconstruction),
        )
    };
    picture.text(caption(original).centered_at(left, layout.caption_y));
    picture.text(
        caption(reconstruction)
            .anchor(Anchor::End)
            .centered_at(right, layout.caption_y),
    );
    let label = with_unit(labels.quantity, labels.unit);
    draw_color_bar(
        picture,
        color_bar_rect(layout, 0),
        &frames.values_map,
        label.trim(),
    );
}

/// Draws the map of the difference.
pub(super) fn draw_difference(
    picture: &mut Picture,
    frames: &ComparedFrames,
    labels: &ComparisonLabels<'_>,
    layout: &ComparisonLayout,
) {
    let map = layout.maps[1];
    picture.image(resample(
        map,
        frames.difference.dim(),
        |row, column, _, _| {
            frames
                .difference_map
                .color(frames.difference[[row, column]])
        },
    ));
    draw_axes(picture, layout, map, false);
    let right = layout.slots[1].1;
    let caption = if frames.is_exact() {
        "no difference"
    } else {
        "reconstruction − original"
    };
    let width = picture.fonts.width(caption, CAPTION_SIZE, false);
    let left = map.left.min(map.center().x - width / 2.0);
    picture.text(
        Text::new(caption)
            .size(CAPTION_SIZE)
            .centered_at(left, layout.caption_y),
    );
    if frames.has_missing() {
        let missing = "missing";
        let width = picture.fonts.width(missing, CAPTION_SIZE, false);
        let y = layout.caption_y;
        picture.text(
            Text::new(missing)
                .size(CAPTION_SIZE)
                .centered_at(right - width, y),
        );
        let swatch_right = right - width - 4.0;
        let swatch = Rect::new(
            swatch_right - SWATCH_SIZE,
            y - SWATCH_SIZE / 2.0,
            swatch_right,
            y + SWATCH_SIZE / 2.0,
        );
        picture.rect(swatch, palette::MISSING);
    }
    if frames.is_exact() {
        return;
    }
    let label = with_unit("difference", labels.unit);
    draw_color_bar(
        picture,
        color_bar_rect(layout, 1),
        &frames.difference_map,
        &label,
    );
}

fn draw_axes(picture: &mut Picture, layout: &ComparisonLayout, map: Rect, labeled: bool) {
    picture.outline(map, 0.5, palette::INK);
    layout.x.draw(picture, &map, AxisSide::Bottom);
    if labeled {
        layout.y.draw(picture, &map, AxisSide::Left);
    } else {
        without_labels(&layout.y).draw(picture, &map, AxisSide::Left);
    }
}

/// Returns an axis with the same ticks and without labels.
fn without_labels(axis: &PlotAxis) -> PlotAxis {
    let mut axis = axis.clone();
    axis.label.clear();
    axis.ticks.note = None;
    for (_, label) in &mut axis.ticks.major {
        label.clear();
    }
    axis
}

fn color_bar_rect(layout: &ComparisonLayout, slot: usize) -> Rect {
    let (left, right) = layout.slots[slot];
    let inset = (right - left) * 0.05;
    let top = layout.bottom + COLOR_BAR_GAP;
    Rect::new(left + inset, top, right - inset, top + COLOR_BAR_THICKNESS).to_pixels()
}
