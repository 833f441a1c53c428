//! A line of text and where it goes.

#[cfg(test)]
use super::{Fonts, Rect};
use super::{Point, Rgb, palette};

/// Height of `DejaVu`'s capitals over the baseline, in ems.
const CAPITAL: f64 = 0.73;
/// Depth of its descenders, in ems.
#[cfg(test)]
const DESCENDER: f64 = 0.24;

/// Which end of the text its place is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// A line of text. [`Text::new`] gives 8 points, regular, in ink, starting at the upper left corner.
#[derive(Debug, Clone)]
pub(crate) struct Text {
    pub(crate) content: String,
    /// Where the anchor is on the baseline.
    pub(crate) at: Point,
    /// Size of an em in points.
    pub(crate) size: f64,
    pub(crate) bold: bool,
    pub(crate) color: Rgb,
    pub(crate) anchor: Anchor,
    /// Reads from bottom to top rather than from left to right.
    pub(crate) upward: bool,
}

impl Text {
    pub(crate) fn new(content: impl Into<String>) -> Self {
        Self {
            content: content.into(),
            at: Point { x: 0.0, y: 0.0 },
            size: 8.0,
            bold: false,
            color: palette::INK,
            anchor: Anchor::Start,
            upward: false,
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

    /// Baseline at `y`.
    pub(crate) fn on(mut self, x: f64, y: f64) -> Self {
        self.at = Point { x, y };
        self
    }

    /// Capitals centered on `y`.
    pub(crate) fn centered_on(self, x: f64, y: f64) -> Self {
        let lower = self.size * CAPITAL / 2.0;
        self.on(x, y + lower)
    }

    /// Tops of the capitals at `y`.
    pub(crate) fn below(self, x: f64, y: f64) -> Self {
        let lower = self.size * CAPITAL;
        self.on(x, y + lower)
    }

    /// Turned to read upward, centered on `y`, its letters' tops at `x`.
    pub(crate) fn upward(mut self, x: f64, y: f64) -> Self {
        self.upward = true;
        self.anchor = Anchor::Middle;
        let right = self.size * CAPITAL;
        self.on(x + right, y)
    }

    /// The box that the letters stay in.
    #[cfg(test)]
    pub(crate) fn bounds(&self, fonts: &Fonts) -> Rect {
        let width = fonts.width(&self.content, self.size, self.bold);
        let start = match self.anchor {
            Anchor::Start => 0.0,
            Anchor::Middle => -width / 2.0,
            Anchor::End => -width,
        };
        let (up, down) = (self.size * CAPITAL, self.size * DESCENDER);
        let Point { x, y } = self.at;
        if self.upward {
            Rect::new(x - up, y - start - width, x + down, y - start)
        } else {
            Rect::new(x + start, y - up, x + start + width, y + down)
        }
    }
}
