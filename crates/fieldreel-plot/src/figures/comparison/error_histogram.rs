//! The histogram of the difference.

use super::compared_frames::ComparedFrames;
use super::layout::ComparisonLayout;
use super::panels::COLOR_BAR_HEIGHT;
use super::{ComparisonLabels, MARGIN, WIDTH};
use crate::axis::{AxisScale, AxisSide, PlotAxis, Ticks, format_integer, format_number};
use crate::figures::histogram::Histogram;
use crate::figures::with_unit;
use crate::picture::{Picture, Point, Rect, Text, palette};

const HEIGHT: f64 = 95.0;
const CAPTION_HEIGHT: f64 = 14.0;
const CAPTION_SIZE: f64 = 7.5;
/// The number of bins: odd, so that 0 is in the middle of a bin.
const BINS: usize = 101;
/// The lower end of the axis of counts: less than 1, so that the bar of a count of 1 is visible.
const MIN_COUNT: f64 = 0.6;

/// Draws the histogram below the color bars and returns its lower edge.
pub(super) fn draw(
    picture: &mut Picture,
    frames: &ComparedFrames,
    labels: &ComparisonLabels<'_>,
    layout: &ComparisonLayout,
) -> f64 {
    let below_bars = layout.bottom + COLOR_BAR_HEIGHT;
    if frames.is_exact() {
        // Write a sentence: the histogram would have a single bar.
        let text = format!(
            "all {} values are exact",
            format_integer(frames.metrics.valid)
        );
        picture.text(
            Text::new(text)
                .bold()
                .top_at(layout.slots[0].0, below_bars + 4.0),
        );
        return below_bars + CAPTION_HEIGHT;
    }
    let (_, max) = frames.difference_map.range();
    let histogram = Histogram::new(frames.difference.iter().copied(), -max, max, BINS);
    let max_count = (histogram.max_count() as f64 * 1.5).max(10.0);
    let counts_scale = AxisScale::Log {
        min: MIN_COUNT,
        max: max_count,
    };
    let counts =
        PlotAxis::new(counts_scale, Ticks::log(MIN_COUNT, max_count, 5), "Values").with_grid();

    let top = below_bars + CAPTION_HEIGHT;
    let left = (MARGIN + counts.thickness(picture, AxisSide::Left)).max(layout.slots[0].0);
    let area = Rect::new(left, top, WIDTH - MARGIN - 4.0, top + HEIGHT);
    let scale = AxisScale::Linear { min: -max, max };
    let label = with_unit("Reconstruction − original", labels.unit);
    let errors = PlotAxis::with_fitting_ticks(
        picture,
        scale,
        AxisSide::Bottom,
        area.width(),
        label,
        |count| Ticks::linear(-max, max, count),
    );

    counts.draw_grid(picture, &area, AxisSide::Left);
    histogram.draw(picture, &area, &errors, &counts, palette::BAR);
    let zero = errors.position(&area, AxisSide::Bottom, 0.0);
    let [from, to] = [area.top, area.bottom].map(|y| Point { x: zero, y });
    picture.line(&[from, to], 0.5, palette::SOFT_INK);
    counts.draw(picture, &area, AxisSide::Left);
    errors.draw(picture, &area, AxisSide::Bottom);
    picture.outline(area, 0.7, palette::INK);
    draw_caption(picture, frames, labels, &area);
    area.bottom + errors.thickness(picture, AxisSide::Bottom)
}

fn draw_caption(
    picture: &mut Picture,
    frames: &ComparedFrames,
    labels: &ComparisonLabels<'_>,
    area: &Rect,
) {
    let metrics = &frames.metrics;
    let metric = |name: &str, value: f64| {
        let unit = if labels.unit.is_empty() {
            String::new()
        } else {
            format!(" {}", labels.unit)
        };
        format!("{name} {}{unit}", format_number(value))
    };
    let caption = [
        metric("maximum |error|", metrics.max_abs),
        metric("mean |error|", metrics.mean_abs),
        metric("RMSE", metrics.rmse),
        metric("bias", metrics.bias),
    ]
    // The separators are em spaces, because SVG collapses several ordinary spaces into one.
    .join("\u{2003}");
    let size = picture
        .fonts
        .size_to_fit(&caption, CAPTION_SIZE, area.width());
    let y = area.top - CAPTION_HEIGHT / 2.0;
    picture.text(
        Text::new(caption)
            .size(size)
            .color(palette::SOFT_INK)
            .centered_at(area.left, y),
    );
}
