//! The embedded fonts. No installed fonts are needed.

use ab_glyph::{Font, FontRef, ScaleFont};

use super::{Anchor, Text};
use crate::PlotError;

/// The fonts `DejaVu` Sans Regular and Bold.
pub(crate) struct Fonts {
    regular: FontRef<'static>,
    bold: FontRef<'static>,
}

/// A pixel of a glyph.
pub(crate) struct GlyphPixel {
    pub(crate) x: i64,
    pub(crate) y: i64,
    /// The covered fraction of the pixel, from 0 to 1.
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

    /// Returns the width of a line of text, in the unit of `size`.
    pub(crate) fn width(&self, text: &str, size: f64, bold: bool) -> f64 {
        self.pen_positions(text, size, bold).1
    }

    /// Returns `size`, or the smaller size at which a regular text is as wide as `room`.
    pub(crate) fn size_to_fit(&self, text: &str, size: f64, room: f64) -> f64 {
        let width = self.width(text, size, false);
        size * (room / width).min(1.0)
    }

    /// Returns the start of each letter and the width of the text.
    fn pen_positions(&self, text: &str, size: f64, bold: bool) -> (Vec<(char, f64)>, f64) {
        let font = self.font(bold).as_scaled(self.scale(size, bold));
        let mut pen = 0.0;
        let mut previous = None;
        let mut pen_positions = Vec::with_capacity(text.len());
        for letter in text.chars() {
            let glyph = font.glyph_id(letter);
            if let Some(previous) = previous.replace(glyph) {
                pen += f64::from(font.kern(previous, glyph));
            }
            pen_positions.push((letter, pen));
            pen += f64::from(font.h_advance(glyph));
        }
        (pen_positions, pen)
    }

    /// Converts the size of an em to the scale of `ab_glyph`, the height from descent to ascent.
    fn scale(&self, size: f64, bold: bool) -> f32 {
        let font = self.font(bold);
        let per_em = font.units_per_em().unwrap_or(1.0);
        size as f32 * font.height_unscaled() / per_em
    }

    /// Calls `draw_pixel` for each pixel of a text at `scale` pixels per point.
    pub(crate) fn rasterize(
        &self,
        text: &Text,
        scale: f64,
        mut draw_pixel: impl FnMut(GlyphPixel),
    ) {
        let size = text.size * scale;
        let (pen_positions, width) = self.pen_positions(&text.content, size, text.bold);
        let start = match text.anchor {
            Anchor::Start => 0.0,
            Anchor::Middle => -width / 2.0,
            Anchor::End => -width,
        };
        let (x0, y0) = (text.position.x * scale, text.position.y * scale);
        // Letters are rasterized horizontally and rotated pixel by pixel, which is lossless for a
        // right angle.
        let (origin_x, origin_y) = (x0.round() as i64, y0.round() as i64);
        let font = self.font(text.bold);
        for (letter, pen) in pen_positions {
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
                let (x, y) = if text.rotated {
                    (origin_x + down, origin_y - along)
                } else {
                    (origin_x + along, origin_y + down)
                };
                draw_pixel(GlyphPixel { x, y, coverage });
            });
        }
    }
}
