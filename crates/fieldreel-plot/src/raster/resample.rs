//! Resampling of the cells of a frame to pixels.

use crate::picture::{Image, PIXELS_PER_POINT, Point, Rect, Rgb};

/// Returns an image that fills `rect` with the cells of a frame of `rows × columns`, row 0 at the
/// top.
///
/// `color(row, column, across, down)` is the color of a cell; `across` and `down` are the position
/// of the pixel in the image, from 0 to 1.
///
/// A pixel has the mean color of its cells, weighted by their covered areas. The nearest cell
/// alone would make some rows and columns wider than others and cause spurious patterns.
pub(crate) fn resample(
    rect: Rect,
    (rows, columns): (usize, usize),
    color: impl Fn(usize, usize, f64, f64) -> Rgb,
) -> Image {
    let pixels = |length: f64| ((length * PIXELS_PER_POINT).round() as usize).max(1);
    let (width, height) = (pixels(rect.width()), pixels(rect.height()));
    let center = |pixel: usize, pixels: usize| (pixel as f64 + 0.5) / pixels as f64;
    let (across_cells, down_cells) = (cell_weights(width, columns), cell_weights(height, rows));
    let mut rgb = Vec::with_capacity(3 * width * height);
    for (y, down_cells) in down_cells.iter().enumerate() {
        let down = center(y, height);
        for (x, across_cells) in across_cells.iter().enumerate() {
            let across = center(x, width);
            let mut sum = [0.0; 3];
            for &(row, row_weight) in down_cells {
                for &(column, column_weight) in across_cells {
                    let Rgb(r, g, b) = color(row, column, across, down);
                    for (sum, channel) in sum.iter_mut().zip([r, g, b]) {
                        *sum += row_weight * column_weight * f64::from(channel);
                    }
                }
            }
            rgb.extend(sum.map(|channel| channel.round() as u8));
        }
    }
    Image {
        position: Point {
            x: rect.left,
            y: rect.top,
        },
        width,
        rgb,
    }
}

/// Returns, for each pixel along a side, the cells it covers with their weights.
fn cell_weights(pixels: usize, cells: usize) -> Vec<Vec<(usize, f64)>> {
    // In units in which a pixel has the length `cells`, a cell has the length `pixels`, and all
    // overlaps are integers.
    let weight = |pixel: usize, cell: usize| {
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
                .map(|cell| (cell, weight(pixel, cell)))
                .collect()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cell_weights_are_proportional_to_overlaps() {
        assert_eq!(
            cell_weights(4, 2),
            [[(0, 1.0)], [(0, 1.0)], [(1, 1.0)], [(1, 1.0)]]
        );
        assert_eq!(cell_weights(1, 2), [[(0, 0.5), (1, 0.5)]]);
        let third = 1.0 / 3.0;
        assert_eq!(
            cell_weights(2, 3),
            [
                [(0, 2.0 * third), (1, third)],
                [(1, third), (2, 2.0 * third)]
            ]
        );
    }

    #[test]
    fn the_first_row_is_at_the_top() {
        let rect = Rect::new(0.0, 0.0, 0.5, 0.5);
        let image = resample(rect, (2, 2), |row, column, _, _| {
            Rgb(row as u8, column as u8, 9)
        });
        assert_eq!(image.rgb, [0, 0, 9, 0, 1, 9, 1, 0, 9, 1, 1, 9]);
        assert_eq!((image.width, image.height()), (2, 2));
    }
}
