//! Lines of text and their positions.

#[cfg(test)]
use super::{Fonts, Rect};
use super::{Point, Rgb, palette};

/// The height of the capitals of `DejaVu` above the baseline, in ems.
const CAP_HEIGHT: f64 = 0.73;
/// The depth of the descenders of `DejaVu` below the baseline, in ems.
#[cfg(test)]
const DESCENT: f64 = 0.24;

/// The part of a text that is at its position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// A line of text.
#[derive(Debug, Clone)]
pub(crate) struct Text {
    pub(crate) content: String,
    /// The position of the anchor on the baseline.
    pub(crate) position: Point,
    /// The size of an em in points.
    pub(crate) size: f64,
    pub(crate) bold: bool,
    pub(crate) color: Rgb,
    pub(crate) anchor: Anchor,
    /// True if the text reads from bottom to top instead of from left to right.
    pub(crate) rotated: bool,
}

impl Text {
    /// Creates a regular text of 8 points in [`palette::INK`], at the upper left corner.
    pub(crate) fn new(content: impl Into<String>) -> Self {
        Self {
            content: content.into(),
            position: Point { x: 0.0, y: 0.0 },
            size: 8.0,
            bold: false,
            color: palette::INK,
            anchor: Anchor::Start,
            rotated: false,
        }
    }

    pub(crate) fn size(mut self, size: f64) -> Self {
        self.size = size;
        self
    }

    pub(crate) fn bold(mut self) -> Self {
        self.bold = true;
        self
    }

    pub(crate) fn color(mut self, color: Rgb) -> Self {
        self.color = color;
        self
    }

    pub(crate) fn anchor(mut self, anchor: Anchor) -> Self {
        self.anchor = anchor;
        self
    }

    /// Places the baseline at `y`.
    pub(crate) fn baseline_at(mut self, x: f64, y: f64) -> Self {
        self.position = Point { x, y };
        self
    }

    /// Centers the capitals on `y`.
    pub(crate) fn centered_at(self, x: f64, y: f64) -> Self {
        let shift = self.size * CAP_HEIGHT / 2.0;
        self.baseline_at(x, y + shift)
    }

    /// Places the tops of the capitals at `y`.
    pub(crate) fn top_at(self, x: f64, y: f64) -> Self {
        let shift = self.size * CAP_HEIGHT;
        self.baseline_at(x, y + shift)
    }

    /// Rotates the text to read upward, centered on `y`, with the tops of the capitals at `x`.
    pub(crate) fn rotated_at(mut self, x: f64, y: f64) -> Self {
        self.rotated = true;
        self.anchor = Anchor::Middle;
        let right = self.size * CAP_HEIGHT;
        self.baseline_at(x + right, y)
    }

    /// Returns the bounding box of the letters.
    #[cfg(test)]
    pub(crate) fn bounds(&self, fonts: &Fonts) -> Rect {
        let width = fonts.width(&self.content, self.size, self.bold);
        let start = match self.anchor {
            Anchor::Start => 0.0,
            Anchor::Middle => -width / 2.0,
            Anchor::End => -width,
        };
        let (up, down) = (self.size * CAP_HEIGHT, self.size * DESCENT);
        let Point { x, y } = self.position;
        if self.rotated {
            Rect::new(x - up, y - start - width, x + down, y - start)
        } else {
            Rect::new(x + start, y - up, x + start + width, y + down)
        }
    }
}
