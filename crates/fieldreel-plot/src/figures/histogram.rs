//! Counting values into bins, and drawing the counts.

use crate::axis::{Axis, Side};
use crate::picture::{Picture, Rect, Rgb};

/// Half the width of what covers the seam of two bars, in points: less than any bar's.
const SEAM: f64 = 0.25;

/// Counts of values in bins of equal width.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Histogram {
    pub(super) min: f64,
    pub(super) max: f64,
    pub(super) counts: Vec<u64>,
}

impl Histogram {
    /// Counts what lies in `min..=max`; NaN lies nowhere.
    pub(super) fn of(
        values: impl IntoIterator<Item = f64>,
        min: f64,
        max: f64,
        bins: usize,
    ) -> Self {
        let mut counts = vec![0; bins];
        for value in values {
            let share = (value - min) / (max - min);
            if (0.0..=1.0).contains(&share) {
                counts[((share * bins as f64) as usize).min(bins - 1)] += 1;
            }
        }
        Self { min, max, counts }
    }

    pub(super) fn largest(&self) -> u64 {
        self.counts.iter().copied().max().unwrap_or(0)
    }

    /// Draws the bins on the two axes; bars of neighbors touch.
    pub(super) fn draw(&self, picture: &mut Picture, frame: &Rect, x: &Axis, y: &Axis, fill: Rgb) {
        let width = (self.max - self.min) / self.counts.len() as f64;
        let edge = |i: usize| x.place(frame, Side::Bottom, self.min + width * i as f64);
        let top = |count: u64| y.place(frame, Side::Left, count as f64);
        for (i, &count) in self.counts.iter().enumerate() {
            if count == 0 {
                continue;
            }
            picture.rect(
                Rect::new(edge(i), top(count), edge(i + 1), frame.bottom),
                fill,
            );
            // Paper shines through between two bars that share an edge within a screen's pixel.
            let shared = self.counts.get(i + 1).copied().unwrap_or(0).min(count);
            if shared > 0 {
                let (left, right) = (edge(i + 1) - SEAM, edge(i + 1) + SEAM);
                picture.rect(Rect::new(left, top(shared), right, frame.bottom), fill);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_count() {
        let values = [0.0, 0.1, 0.5, 1.0, 2.0, f64::NAN, -0.1];
        assert_eq!(Histogram::of(values, 0.0, 1.0, 4).counts, [2, 0, 1, 1]);
    }
}
