//! The histogram of the difference.

use super::data::Frames;
use super::layout::Layout;
use super::panels::BAR_ROOM;
use super::{ComparisonLabels, MARGIN, WIDTH};
use crate::axis::{Axis, Scale, Side, Ticks, integer, number};
use crate::figures::histogram::Histogram;
use crate::figures::with_unit;
use crate::picture::{Picture, Point, Rect, Text, palette};

const HEIGHT: f64 = 95.0;
const CAPTION_HEIGHT: f64 = 14.0;
const CAPTION_SIZE: f64 = 7.5;
/// Odd, so that one bin has 0 in its middle.
const BINS: usize = 101;
/// Where an axis of counts starts: under 1, so that a single value is seen.
const LEAST_COUNT: f64 = 0.6;

/// Draws below the color bars, and gives its lower edge.
pub(super) fn draw(
    picture: &mut Picture,
    frames: &Frames,
    labels: &ComparisonLabels<'_>,
    layout: &Layout,
) -> f64 {
    let below_bars = layout.bottom + BAR_ROOM;
    if frames.is_exact() {
        // A histogram of one bin would be all that is left to draw.
        let text = format!("all {} values are exact", integer(frames.metrics.valid));
        picture.text(
            Text::new(text)
                .bold()
                .below(layout.slots[0].0, below_bars + 4.0),
        );
        return below_bars + CAPTION_HEIGHT;
    }
    let (_, max) = frames.difference_map.range();
    let histogram = Histogram::of(frames.difference.iter().copied(), -max, max, BINS);
    let highest = (histogram.largest() as f64 * 1.5).max(10.0);
    let counts_scale = Scale::Log {
        min: LEAST_COUNT,
        max: highest,
    };
    let counts = Axis::new(counts_scale, Ticks::log(LEAST_COUNT, highest, 5), "Values").with_grid();

    let top = below_bars + CAPTION_HEIGHT;
    let left = (MARGIN + counts.thickness(picture, Side::Left)).max(layout.slots[0].0);
    let frame = Rect::new(left, top, WIDTH - MARGIN - 4.0, top + HEIGHT);
    let scale = Scale::Linear { min: -max, max };
    let label = with_unit("Reconstruction − original", labels.unit);
    let errors = Axis::fitted(
        picture,
        scale,
        Side::Bottom,
        frame.width(),
        label,
        |count| Ticks::linear(-max, max, count),
    );

    counts.draw_grid(picture, &frame, Side::Left);
    histogram.draw(picture, &frame, &errors, &counts, palette::BAR);
    let zero = errors.place(&frame, Side::Bottom, 0.0);
    let [from, to] = [frame.top, frame.bottom].map(|y| Point { x: zero, y });
    picture.line(&[from, to], 0.5, palette::SOFT_INK);
    counts.draw(picture, &frame, Side::Left);
    errors.draw(picture, &frame, Side::Bottom);
    picture.outline(frame, 0.7, palette::INK);
    draw_caption(picture, frames, labels, &frame);
    frame.bottom + errors.thickness(picture, Side::Bottom)
}

fn draw_caption(
    picture: &mut Picture,
    frames: &Frames,
    labels: &ComparisonLabels<'_>,
    frame: &Rect,
) {
    let metrics = &frames.metrics;
    let figure = |name: &str, value: f64| {
        let unit = if labels.unit.is_empty() {
            String::new()
        } else {
            format!(" {}", labels.unit)
        };
        format!("{name} {}{unit}", number(value))
    };
    let caption = [
        figure("maximum |error|", metrics.max_abs),
        figure("mean |error|", metrics.mean_abs),
        figure("RMSE", metrics.rmse),
        figure("bias", metrics.bias),
    ]
    // Em spaces: SVG makes one of several ordinary ones.
    .join("\u{2003}");
    let size = picture
        .fonts
        .size_for(&caption, CAPTION_SIZE, frame.width());
    let y = frame.top - CAPTION_HEIGHT / 2.0;
    picture.text(
        Text::new(caption)
            .size(size)
            .color(palette::SOFT_INK)
            .centered_on(frame.left, y),
    );
}
