//! A frame enlarged, or reduced, to the pixels of its box.

use crate::picture::{Image, PIXELS_PER_POINT, Point, Rect, Rgb};

/// Fills `rect` with the cells of a frame of `rows × columns`, row 0 at the top: `colour(row, column,
/// across, down)`, the last two being the shares, 0 to 1, of the way to the right and to the bottom.
///
/// Cells keep sharp edges. Where there are more cells than pixels, a pixel shows the cell at its
/// centre.
pub(crate) fn paint(
    rect: Rect,
    (rows, columns): (usize, usize),
    colour: impl Fn(usize, usize, f64, f64) -> Rgb,
) -> Image {
    let pixels = |length: f64| ((length * PIXELS_PER_POINT).round() as usize).max(1);
    let (width, height) = (pixels(rect.width()), pixels(rect.height()));
    let centre = |pixel: usize, pixels: usize| (pixel as f64 + 0.5) / pixels as f64;
    let cell = |share: f64, cells: usize| ((share * cells as f64) as usize).min(cells - 1);
    let mut rgb = Vec::with_capacity(3 * width * height);
    for y in 0..height {
        let down = centre(y, height);
        for x in 0..width {
            let across = centre(x, width);
            let Rgb(r, g, b) = colour(cell(down, rows), cell(across, columns), across, down);
            rgb.extend([r, g, b]);
        }
    }
    Image {
        at: Point {
            x: rect.left,
            y: rect.top,
        },
        width,
        rgb,
    }
}
