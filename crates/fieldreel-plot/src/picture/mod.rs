//! Pictures: lists of shapes, in points, that are drawn in order.
//!
//! A picture is independent of the file format.

mod color;
mod fonts;
mod shape;
mod text;

pub(crate) use color::{Rgb, palette};
pub(crate) use fonts::Fonts;
pub(crate) use shape::{Image, Point, Rect, Shape};
pub(crate) use text::{Anchor, Text};

use crate::PlotError;

/// The pixels of an embedded [`Image`] per point.
pub(crate) const PIXELS_PER_POINT: f64 = 4.0;

/// A picture on a white background. Coordinates are points (1/72 inch) from the upper left corner.
pub(crate) struct Picture {
    pub(crate) width: f64,
    pub(crate) height: f64,
    pub(crate) shapes: Vec<Shape>,
    pub(crate) fonts: Fonts,
}

impl Picture {
    pub(crate) fn new(width: f64, height: f64) -> Result<Self, PlotError> {
        Ok(Self {
            width,
            height,
            shapes: Vec::new(),
            fonts: Fonts::load()?,
        })
    }

    pub(crate) fn rect(&mut self, rect: Rect, fill: Rgb) {
        self.shapes.push(Shape::Rect { rect, fill });
    }

    /// Draws a line of `width` points through `points`.
    pub(crate) fn line(&mut self, points: &[Point], width: f64, color: Rgb) {
        self.shapes.push(Shape::Line {
            points: points.to_vec(),
            width,
            color,
        });
    }

    /// Draws a dashed line. Dashes and gaps are `dash` points long.
    pub(crate) fn dashed_line(
        &mut self,
        from: Point,
        to: Point,
        dash: f64,
        width: f64,
        color: Rgb,
    ) {
        let length = (to.x - from.x).hypot(to.y - from.y);
        let at = |distance: f64| {
            let share = (distance / length).min(1.0);
            Point {
                x: from.x + share * (to.x - from.x),
                y: from.y + share * (to.y - from.y),
            }
        };
        let mut start = 0.0;
        while start < length {
            self.line(&[at(start), at(start + dash)], width, color);
            start += 2.0 * dash;
        }
    }

    pub(crate) fn polygon(&mut self, points: Vec<Point>, fill: Rgb) {
        self.shapes.push(Shape::Polygon { points, fill });
    }

    pub(crate) fn circle(&mut self, center: Point, radius: f64, fill: Rgb) {
        self.shapes.push(Shape::Circle {
            center,
            radius,
            fill,
        });
    }

    pub(crate) fn image(&mut self, image: Image) {
        self.shapes.push(Shape::Image(image));
    }

    pub(crate) fn text(&mut self, text: Text) {
        if !text.content.is_empty() {
            self.shapes.push(Shape::Text(text));
        }
    }

    /// Draws the four sides of `rect` on its outside.
    pub(crate) fn outline(&mut self, rect: Rect, width: f64, color: Rgb) {
        let Rect {
            left,
            top,
            right,
            bottom,
        } = rect;
        let w = width;
        for side in [
            Rect::new(left - w, top - w, right + w, top),
            Rect::new(left - w, bottom, right + w, bottom + w),
            Rect::new(left - w, top, left, bottom),
            Rect::new(right, top, right + w, bottom),
        ] {
            self.rect(side, color);
        }
    }
}
