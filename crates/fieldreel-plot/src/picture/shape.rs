//! The shapes of a picture.

use super::{PIXELS_PER_POINT, Rgb, Text};

/// A position in points from the upper left corner.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Point {
    pub(crate) x: f64,
    pub(crate) y: f64,
}

/// A rectangle in points, with `top < bottom`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rect {
    pub(crate) left: f64,
    pub(crate) top: f64,
    pub(crate) right: f64,
    pub(crate) bottom: f64,
}

impl Rect {
    pub(crate) fn new(left: f64, top: f64, right: f64, bottom: f64) -> Self {
        Self {
            left,
            top,
            right,
            bottom,
        }
    }

    pub(crate) fn width(&self) -> f64 {
        self.right - self.left
    }

    pub(crate) fn height(&self) -> f64 {
        self.bottom - self.top
    }

    pub(crate) fn center(&self) -> Point {
        Point {
            x: (self.left + self.right) / 2.0,
            y: (self.top + self.bottom) / 2.0,
        }
    }

    /// Returns the nearest rectangle whose corners are at whole pixels of an [`Image`].
    pub(crate) fn to_pixels(self) -> Self {
        let snap = |v: f64| (v * PIXELS_PER_POINT).round() / PIXELS_PER_POINT;
        Self::new(
            snap(self.left),
            snap(self.top),
            snap(self.right),
            snap(self.bottom),
        )
    }
}

/// An image at [`PIXELS_PER_POINT`], with its upper left corner at `position`.
#[derive(Debug, Clone)]
pub(crate) struct Image {
    pub(crate) position: Point,
    /// The pixels in a row.
    pub(crate) width: usize,
    /// The pixels in rows from the top, three bytes each.
    pub(crate) rgb: Vec<u8>,
}

impl Image {
    pub(crate) fn height(&self) -> usize {
        self.rgb.len() / 3 / self.width.max(1)
    }
}

/// An element of a picture.
#[derive(Debug, Clone)]
pub(crate) enum Shape {
    Rect {
        rect: Rect,
        fill: Rgb,
    },
    Line {
        points: Vec<Point>,
        width: f64,
        color: Rgb,
    },
    Polygon {
        points: Vec<Point>,
        fill: Rgb,
    },
    Circle {
        center: Point,
        radius: f64,
        fill: Rgb,
    },
    Image(Image),
    Text(Text),
}
