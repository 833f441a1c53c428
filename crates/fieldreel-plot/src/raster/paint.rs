//! A frame enlarged, or reduced, to the pixels of its box.

use crate::picture::{Image, PIXELS_PER_POINT, Point, Rect, Rgb};

/// Fills `rect` with the cells of a frame of `rows × columns`, row 0 at the top: `color(row, column,
/// across, down)`, the last two being the shares, 0 to 1, of the pixel's way to the right and down.
///
/// A pixel has the mean color of the cells it covers, in proportion: taking the nearest cell alone
/// would make some rows and columns wider than others, and draw patterns that are not there.
pub(crate) fn paint(
    rect: Rect,
    (rows, columns): (usize, usize),
    color: impl Fn(usize, usize, f64, f64) -> Rgb,
) -> Image {
    let pixels = |length: f64| ((length * PIXELS_PER_POINT).round() as usize).max(1);
    let (width, height) = (pixels(rect.width()), pixels(rect.height()));
    let center = |pixel: usize, pixels: usize| (pixel as f64 + 0.5) / pixels as f64;
    let (across_cells, down_cells) = (covered(width, columns), covered(height, rows));
    let mut rgb = Vec::with_capacity(3 * width * height);
    for (y, down_cells) in down_cells.iter().enumerate() {
        let down = center(y, height);
        for (x, across_cells) in across_cells.iter().enumerate() {
            let across = center(x, width);
            let mut sum = [0.0; 3];
            for &(row, tall) in down_cells {
                for &(column, wide) in across_cells {
                    let Rgb(r, g, b) = color(row, column, across, down);
                    for (sum, channel) in sum.iter_mut().zip([r, g, b]) {
                        *sum += tall * wide * f64::from(channel);
                    }
                }
            }
            rgb.extend(sum.map(|channel| channel.round() as u8));
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

/// For each of the pixels along a side, the cells under it with their shares of it.
fn covered(pixels: usize, cells: usize) -> Vec<Vec<(usize, f64)>> {
    // Lengths in units of which a pixel has `cells` and a cell has `pixels` are whole numbers.
    let share = |pixel: usize, cell: usize| {
        let start = (pixel * cells).max(cell * pixels);
        let end = ((pixel + 1) * cells).min((cell + 1) * pixels);
        (end - start) as f64 / cells as f64
    };
    (0..pixels)
        .map(|pixel| {
            let (first, end) = (
                pixel * cells / pixels,
                ((pixel + 1) * cells).div_ceil(pixels),
            );
            (first..end)
                .map(|cell| (cell, share(pixel, cell)))
                .collect()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pixels_share_cells() {
        assert_eq!(
            covered(4, 2),
            [[(0, 1.0)], [(0, 1.0)], [(1, 1.0)], [(1, 1.0)]]
        );
        assert_eq!(covered(1, 2), [[(0, 0.5), (1, 0.5)]]);
        let third = 1.0 / 3.0;
        assert_eq!(
            covered(2, 3),
            [
                [(0, 2.0 * third), (1, third)],
                [(1, third), (2, 2.0 * third)]
            ]
        );
    }

    #[test]
    fn rows_go_down() {
        let rect = Rect::new(0.0, 0.0, 0.5, 0.5);
        let image = paint(rect, (2, 2), |row, column, _, _| {
            Rgb(row as u8, column as u8, 9)
        });
        assert_eq!(image.rgb, [0, 0, 9, 0, 1, 9, 1, 0, 9, 1, 1, 9]);
        assert_eq!((image.width, image.height()), (2, 2));
    }
}
