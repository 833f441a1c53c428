//! Values to colours.

use crate::picture::{Rgb, palette};

/// Colours in a map: more than the eye can tell apart in a colour bar.
const COLOURS: usize = 512;

/// A perceptual colour map over a range of values; NaN is grey.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ColourMap {
    min: f64,
    max: f64,
    table: Vec<Rgb>,
}

impl ColourMap {
    /// Viridis (Smith and van der Walt 2015) from `min` to `max`.
    pub(crate) fn sequential(min: f64, max: f64) -> Self {
        Self::sampled(min, max, |share| colorous::VIRIDIS.eval_continuous(share))
    }

    /// `RdBu` of `ColorBrewer` turned round, blue for negative, from `-max` to `max`.
    pub(crate) fn diverging(max: f64) -> Self {
        Self::sampled(-max, max, |share| {
            colorous::RED_BLUE.eval_continuous(1.0 - share)
        })
    }

    // Each colour comes out of a spline: too slow to ask for every pixel.
    fn sampled(min: f64, max: f64, gradient: impl Fn(f64) -> colorous::Color) -> Self {
        let colour = |i| {
            let colour = gradient(i as f64 / (COLOURS - 1) as f64);
            Rgb(colour.r, colour.g, colour.b)
        };
        Self {
            min,
            max,
            table: (0..COLOURS).map(colour).collect(),
        }
    }

    /// The two ends of the map.
    pub(crate) fn range(&self) -> (f64, f64) {
        (self.min, self.max)
    }

    pub(crate) fn colour(&self, value: f64) -> Rgb {
        if value.is_nan() {
            return palette::MISSING;
        }
        // Halves keep the range of f64's own extremes finite.
        let half = |v: f64| v / 2.0;
        let share = (half(value) - half(self.min)) / (half(self.max) - half(self.min));
        let index = share.clamp(0.0, 1.0) * (COLOURS - 1) as f64;
        self.table[index.round() as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_middle_and_missing() {
        let map = ColourMap::sequential(-1.0, 1.0);
        assert_eq!(map.colour(-5.0), map.colour(-1.0));
        assert_eq!(map.colour(-1.0), Rgb(68, 1, 84));
        assert_eq!(map.colour(f64::NAN), palette::MISSING);
        let map = ColourMap::diverging(2.0);
        let Rgb(r, g, b) = map.colour(0.0);
        assert!(r.min(g).min(b) > 230);
        let (Rgb(red, _, _), Rgb(_, _, blue)) = (map.colour(2.0), map.colour(-2.0));
        assert!(red > map.colour(2.0).2 && blue > map.colour(-2.0).0);
    }
}
