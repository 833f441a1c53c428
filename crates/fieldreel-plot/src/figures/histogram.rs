//! Histograms with bins of equal width.

use crate::axis::{AxisSide, PlotAxis};
use crate::picture::{Picture, Rect, Rgb};

/// Half the width of the rectangle over the seam of two bars, in points; thinner than any bar.
const SEAM_HALF_WIDTH: f64 = 0.25;

/// The counts of values in bins of equal width.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Histogram {
    pub(super) min: f64,
    pub(super) max: f64,
    pub(super) counts: Vec<u64>,
}

impl Histogram {
    /// Counts the values in `min..=max`. NaN is ignored.
    pub(super) fn new(
        values: impl IntoIterator<Item = f64>,
        min: f64,
        max: f64,
        bins: usize,
    ) -> Self {
        let mut counts = vec![0; bins];
        for value in values {
            let fraction = (value - min) / (max - min);
            if (0.0..=1.0).contains(&fraction) {
                counts[((fraction * bins as f64) as usize).min(bins - 1)] += 1;
            }
        }
        Self { min, max, counts }
    }

    pub(super) fn max_count(&self) -> u64 {
        self.counts.iter().copied().max().unwrap_or(0)
    }

    /// Draws the bins on the axes `x` and `y`. Adjacent bars touch.
    pub(super) fn draw(
        &self,
        picture: &mut Picture,
        area: &Rect,
        x: &PlotAxis,
        y: &PlotAxis,
        fill: Rgb,
    ) {
        let width = (self.max - self.min) / self.counts.len() as f64;
        let edge = |i: usize| x.position(area, AxisSide::Bottom, self.min + width * i as f64);
        let top = |count: u64| y.position(area, AxisSide::Left, count as f64);
        for (i, &count) in self.counts.iter().enumerate() {
            if count == 0 {
                continue;
            }
            picture.rect(
                Rect::new(edge(i), top(count), edge(i + 1), area.bottom),
                fill,
            );
            // Cover the seam of two bars, where the background would show if their common edge is
            // inside a pixel of the screen.
            let shared_count = self.counts.get(i + 1).copied().unwrap_or(0).min(count);
            if shared_count > 0 {
                let (left, right) = (edge(i + 1) - SEAM_HALF_WIDTH, edge(i + 1) + SEAM_HALF_WIDTH);
                picture.rect(Rect::new(left, top(shared_count), right, area.bottom), fill);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_of_the_range_are_counted() {
        let values = [0.0, 0.1, 0.5, 1.0, 2.0, f64::NAN, -0.1];
        assert_eq!(Histogram::new(values, 0.0, 1.0, 4).counts, [2, 0, 1, 1]);
    }
}
