//! The lower panel of the report: bars of compression ratios.

use super::{ReportBar, ReportLabels, bar_center};
use crate::axis::{AxisScale, AxisSide, PlotAxis, Ticks, format_number};
use crate::figures::with_unit;
use crate::picture::{Anchor, Picture, Point, Rect, Text, palette};

const NUMBER_SIZE: f64 = 7.0;
const NUMBER_GAP: f64 = 2.5;
const BAR_FRACTION: f64 = 0.62;
const MAX_BAR_WIDTH: f64 = 44.0;
/// The space between the longest bar and the end of the axis, as a fraction of the length that the
/// bars span. It contains the number of the bar.
const HEADROOM: f64 = 0.16;

pub(super) fn axis(bars: &[ReportBar], labels: &ReportLabels<'_>) -> PlotAxis {
    let drawn = bars
        .iter()
        .map(|bar| bar.ratio)
        .filter(|ratio| is_drawable_ratio(*ratio));
    let (low, high) = drawn.fold((1.0_f64, 1.0_f64), |(low, high), ratio| {
        (low.min(ratio), high.max(ratio))
    });
    // The bars span at least one decade, so that a ratio of 1.01 is not a tall bar.
    let (low, high) = (low.log10(), high.log10().max(low.log10() + 1.0));
    let room = (high - low) * HEADROOM;
    let below = if low < 0.0 { room } else { 0.0 };
    let (min, max) = (10_f64.powf(low - below), 10_f64.powf(high + room));
    let scale = AxisScale::Log {
        min: min.max(f64::MIN_POSITIVE),
        max: max.min(f64::MAX),
    };
    let label = with_unit("Compression ratio", labels.array_type);
    PlotAxis::new(scale, Ticks::for_scale(scale, 6), label).with_grid()
}

fn is_drawable_ratio(ratio: f64) -> bool {
    ratio > 0.0 && ratio.is_finite()
}

pub(super) fn draw(picture: &mut Picture, area: &Rect, axis: &PlotAxis, bars: &[ReportBar]) {
    axis.draw_grid(picture, area, AxisSide::Left);
    let base = axis.position(area, AxisSide::Left, 1.0);
    let half = (area.width() / bars.len() as f64 * BAR_FRACTION).min(MAX_BAR_WIDTH) / 2.0;
    for (i, bar) in bars.iter().enumerate() {
        let x = bar_center(area, i, bars.len());
        let mut end = base;
        if is_drawable_ratio(bar.ratio) {
            end = axis.position(area, AxisSide::Left, bar.ratio);
            let fill = if bar.is_baseline {
                palette::BASELINE_BAR
            } else {
                palette::BAR
            };
            let (top, bottom) = (end.min(base), end.max(base));
            picture.rect(Rect::new(x - half, top, x + half, bottom), fill);
        }
        let text = Text::new(format_number(bar.ratio))
            .size(NUMBER_SIZE)
            .anchor(Anchor::Middle);
        picture.text(if bar.ratio < 1.0 && is_drawable_ratio(bar.ratio) {
            text.top_at(x, end + NUMBER_GAP)
        } else {
            text.baseline_at(x, end - NUMBER_GAP)
        });
    }
    let ends = [area.left, area.right].map(|x| Point { x, y: base });
    picture.line(&ends, 0.7, palette::INK);
    axis.draw(picture, area, AxisSide::Left);
}
