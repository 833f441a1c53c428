//! The fonts, which are part of the program: no machine has to have any.

use ab_glyph::{Font, FontRef, ScaleFont};

use super::{Anchor, Text};
use crate::PlotError;

/// `DejaVu` Sans in regular and bold.
pub(crate) struct Fonts {
    regular: FontRef<'static>,
    bold: FontRef<'static>,
}

/// One pixel that a letter covers.
pub(crate) struct GlyphPixel {
    pub(crate) x: i64,
    pub(crate) y: i64,
    /// 0 to 1.
    pub(crate) coverage: f32,
}

impl Fonts {
    pub(crate) fn load() -> Result<Self, PlotError> {
        let font = |bytes| FontRef::try_from_slice(bytes).map_err(PlotError::render);
        Ok(Self {
            regular: font(dejavu::sans::regular())?,
            bold: font(dejavu::sans::bold())?,
        })
    }

    fn font(&self, bold: bool) -> &FontRef<'static> {
        if bold { &self.bold } else { &self.regular }
    }

    /// Length of a line of text, in the unit of `size`.
    pub(crate) fn width(&self, text: &str, size: f64, bold: bool) -> f64 {
        self.pens(text, size, bold).1
    }

    /// `size`, or what is left of it when a regular text is to be no longer than `room`.
    pub(crate) fn size_for(&self, text: &str, size: f64, room: f64) -> f64 {
        let width = self.width(text, size, false);
        size * (room / width).min(1.0)
    }

    /// Where each letter starts, and where the text ends.
    fn pens(&self, text: &str, size: f64, bold: bool) -> (Vec<(char, f64)>, f64) {
        let font = self.font(bold).as_scaled(self.scale(size, bold));
        let mut pen = 0.0;
        let mut previous = None;
        let mut pens = Vec::with_capacity(text.len());
        for letter in text.chars() {
            let glyph = font.glyph_id(letter);
            if let Some(previous) = previous.replace(glyph) {
                pen += f64::from(font.kern(previous, glyph));
            }
            pens.push((letter, pen));
            pen += f64::from(font.h_advance(glyph));
        }
        (pens, pen)
    }

    /// `ab_glyph` measures a font from its ascent to its descent: what that is for an em of `size`.
    fn scale(&self, size: f64, bold: bool) -> f32 {
        let font = self.font(bold);
        let per_em = font.units_per_em().unwrap_or(1.0);
        size as f32 * font.height_unscaled() / per_em
    }

    /// Calls `paint` for every pixel of a text on a grid of `scale` pixels to a point.
    pub(crate) fn paint(&self, text: &Text, scale: f64, mut paint: impl FnMut(GlyphPixel)) {
        let size = text.size * scale;
        let (pens, width) = self.pens(&text.content, size, text.bold);
        let start = match text.anchor {
            Anchor::Start => 0.0,
            Anchor::Middle => -width / 2.0,
            Anchor::End => -width,
        };
        let (x0, y0) = (text.at.x * scale, text.at.y * scale);
        // Letters are set along the line from the origin and turned pixel by pixel: whole pixels
        // can be turned by a right angle without loss.
        let (origin_x, origin_y) = (x0.round() as i64, y0.round() as i64);
        let font = self.font(text.bold);
        for (letter, pen) in pens {
            let glyph = font.glyph_id(letter).with_scale_and_position(
                self.scale(size, text.bold),
                ab_glyph::point((start + pen) as f32, 0.0),
            );
            let Some(outline) = font.outline_glyph(glyph) else {
                continue;
            };
            let corner = outline.px_bounds().min;
            let (left, top) = (corner.x as i64, corner.y as i64);
            outline.draw(|x, y, coverage| {
                let (along, down) = (left + i64::from(x), top + i64::from(y));
                let (x, y) = if text.upward {
                    (origin_x + down, origin_y - along)
                } else {
                    (origin_x + along, origin_y + down)
                };
                paint(GlyphPixel { x, y, coverage });
            });
        }
    }
}
