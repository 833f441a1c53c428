//! Color bars.

use super::{ColorMap, resample};
use crate::axis::{AxisScale, AxisSide, PlotAxis, Ticks};
use crate::picture::{Picture, Rect, palette};

/// The thickness of a color bar in points, without its axis.
pub(crate) const COLOR_BAR_THICKNESS: f64 = 7.0;

/// Draws a horizontal color bar that fills `rect`, with its axis below.
pub(crate) fn draw_color_bar(picture: &mut Picture, rect: Rect, map: &ColorMap, label: &str) {
    let (min, max) = map.range();
    picture.image(resample(rect, (1, 1), |_, _, across, _| {
        map.color(min * (1.0 - across) + max * across)
    }));
    picture.outline(rect, 0.5, palette::INK);
    let scale = AxisScale::Linear { min, max };
    let axis = PlotAxis::with_fitting_ticks(
        picture,
        scale,
        AxisSide::Bottom,
        rect.width(),
        label,
        |count| Ticks::linear(min, max, count),
    );
    axis.draw(picture, &rect, AxisSide::Bottom);
}
