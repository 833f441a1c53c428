//! The two maps.

use super::data::Frames;
use super::layout::Layout;
use super::{ComparisonLabels, Split};
use crate::axis::{Axis, Side};
use crate::figures::with_unit;
use crate::picture::{Anchor, Picture, Point, Rect, Text, palette};
use crate::raster::{BAR_THICKNESS, draw_bar, paint};

const CAPTION_SIZE: f64 = 8.0;
const SWATCH: f64 = 6.0;
/// Between the captions of a narrow map and its middle.
const GAP: f64 = 5.0;
const BAR_GAP: f64 = 9.0;
/// Points that a color bar takes below the maps' axes, its own axis and label included.
pub(super) const BAR_ROOM: f64 = BAR_GAP + BAR_THICKNESS + 28.0;

/// The map that is half original, half reconstruction.
pub(super) fn draw_values(
    picture: &mut Picture,
    frames: &Frames,
    labels: &ComparisonLabels<'_>,
    layout: &Layout,
) {
    let map = layout.maps[0];
    let is_original = |across: f64, down: f64| match labels.split {
        Split::Vertical => across < 0.5,
        Split::Diagonal => across + down < 1.0,
    };
    picture.image(paint(
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
    picture.dashed(from, to, 3.0, 0.8, palette::INK);
    draw_axes(picture, layout, map, true);

    let (original, reconstruction) = match labels.split {
        Split::Vertical => ("original", "reconstruction"),
        Split::Diagonal => ("◤ original", "reconstruction ◢"),
    };
    let caption = |content: &str| Text::new(content).size(CAPTION_SIZE);
    let width = |content: &str| picture.fonts.width(content, CAPTION_SIZE, false);
    // Over the outer corners; from the middle outward when the map is too narrow for both.
    let needed = width(original) + width(reconstruction) + 4.0 * GAP;
    let (left, right) = if map.width() > needed {
        (map.left, map.right)
    } else {
        (
            center - GAP - width(original),
            center + GAP + width(reconstruction),
        )
    };
    picture.text(caption(original).centered_on(left, layout.caption_y));
    picture.text(
        caption(reconstruction)
            .anchor(Anchor::End)
            .centered_on(right, layout.caption_y),
    );
    let label = with_unit(labels.quantity, labels.unit);
    draw_bar(
        picture,
        bar_place(layout, 0),
        &frames.values_map,
        label.trim(),
    );
}

/// The map of the difference.
pub(super) fn draw_difference(
    picture: &mut Picture,
    frames: &Frames,
    labels: &ComparisonLabels<'_>,
    layout: &Layout,
) {
    let map = layout.maps[1];
    picture.image(paint(map, frames.difference.dim(), |row, column, _, _| {
        frames
            .difference_map
            .color(frames.difference[[row, column]])
    }));
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
            .centered_on(left, layout.caption_y),
    );
    if frames.has_missing() {
        let missing = "missing";
        let width = picture.fonts.width(missing, CAPTION_SIZE, false);
        let y = layout.caption_y;
        picture.text(
            Text::new(missing)
                .size(CAPTION_SIZE)
                .centered_on(right - width, y),
        );
        let swatch_right = right - width - 4.0;
        let swatch = Rect::new(
            swatch_right - SWATCH,
            y - SWATCH / 2.0,
            swatch_right,
            y + SWATCH / 2.0,
        );
        picture.rect(swatch, palette::MISSING);
    }
    if frames.is_exact() {
        return;
    }
    let label = with_unit("difference", labels.unit);
    draw_bar(
        picture,
        bar_place(layout, 1),
        &frames.difference_map,
        &label,
    );
}

fn draw_axes(picture: &mut Picture, layout: &Layout, map: Rect, labeled: bool) {
    picture.outline(map, 0.5, palette::INK);
    layout.x.draw(picture, &map, Side::Bottom);
    if labeled {
        layout.y.draw(picture, &map, Side::Left);
    } else {
        without_labels(&layout.y).draw(picture, &map, Side::Left);
    }
}

/// The same ticks, for a map whose neighbor has the labels.
fn without_labels(axis: &Axis) -> Axis {
    let mut axis = axis.clone();
    axis.label.clear();
    axis.ticks.note = None;
    for (_, label) in &mut axis.ticks.major {
        label.clear();
    }
    axis
}

fn bar_place(layout: &Layout, slot: usize) -> Rect {
    let (left, right) = layout.slots[slot];
    let inset = (right - left) * 0.05;
    let top = layout.bottom + BAR_GAP;
    Rect::new(left + inset, top, right - inset, top + BAR_THICKNESS).to_pixels()
}
