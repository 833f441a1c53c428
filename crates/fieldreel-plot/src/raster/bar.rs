//! Color bars.

use super::{ColorMap, paint};
use crate::axis::{Axis, Scale, Side, Ticks};
use crate::picture::{Picture, Rect, palette};

/// Thickness of a color bar in points, without its axis.
pub(crate) const BAR_THICKNESS: f64 = 7.0;

/// A horizontal color bar filling `rect`, its axis below.
pub(crate) fn draw_bar(picture: &mut Picture, rect: Rect, map: &ColorMap, label: &str) {
    let (min, max) = map.range();
    picture.image(paint(rect, (1, 1), |_, _, across, _| {
        map.color(min * (1.0 - across) + max * across)
    }));
    picture.outline(rect, 0.5, palette::INK);
    let scale = Scale::Linear { min, max };
    let axis = Axis::fitted(picture, scale, Side::Bottom, rect.width(), label, |count| {
        Ticks::linear(min, max, count)
    });
    axis.draw(picture, &rect, Side::Bottom);
}
