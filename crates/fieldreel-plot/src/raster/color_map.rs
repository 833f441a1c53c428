//! Color maps.

use crate::picture::{Rgb, palette};

/// The number of colors of a map, more than the eye can distinguish in a color bar.
const COLOR_COUNT: usize = 512;

/// A perceptually uniform color map over a range of values. NaN is gray.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ColorMap {
    min: f64,
    max: f64,
    table: Vec<Rgb>,
}

impl ColorMap {
    /// Returns Viridis (Smith and van der Walt 2015) from `min` to `max`.
    pub(crate) fn sequential(min: f64, max: f64) -> Self {
        Self::from_gradient(min, max, |share| colorous::VIRIDIS.eval_continuous(share))
    }

    /// Returns the reversed `RdBu` of `ColorBrewer`, blue for negative, from `-max` to `max`.
    pub(crate) fn diverging(max: f64) -> Self {
        Self::from_gradient(-max, max, |share| {
            colorous::RED_BLUE.eval_continuous(1.0 - share)
        })
    }

    // The table avoids the evaluation of a spline for each pixel.
    fn from_gradient(min: f64, max: f64, gradient: impl Fn(f64) -> colorous::Color) -> Self {
        let color = |i| {
            let color = gradient(i as f64 / (COLOR_COUNT - 1) as f64);
            Rgb(color.r, color.g, color.b)
        };
        Self {
            min,
            max,
            table: (0..COLOR_COUNT).map(color).collect(),
        }
    }

    /// Returns the values at the two ends of the map.
    pub(crate) fn range(&self) -> (f64, f64) {
        (self.min, self.max)
    }

    pub(crate) fn color(&self, value: f64) -> Rgb {
        if value.is_nan() {
            return palette::MISSING;
        }
        // Halving keeps the range finite for the extremes of f64.
        let half = |v: f64| v / 2.0;
        let share = (half(value) - half(self.min)) / (half(self.max) - half(self.min));
        let index = share.clamp(0.0, 1.0) * (COLOR_COUNT - 1) as f64;
        self.table[index.round() as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_the_middle_and_nan_have_their_colors() {
        let map = ColorMap::sequential(-1.0, 1.0);
        assert_eq!(map.color(-5.0), map.color(-1.0));
        assert_eq!(map.color(-1.0), Rgb(68, 1, 84));
        assert_eq!(map.color(f64::NAN), palette::MISSING);
        let map = ColorMap::diverging(2.0);
        let Rgb(r, g, b) = map.color(0.0);
        assert!(r.min(g).min(b) > 230);
        let (Rgb(red, _, _), Rgb(_, _, blue)) = (map.color(2.0), map.color(-2.0));
        assert!(red > map.color(2.0).2 && blue > map.color(-2.0).0);
    }
}
