//! PNG: shapes through plotters at twice the resolution, text on top, and both brought down by half.

use plotters::prelude::{BitMapBackend, DrawingBackend, RGBColor};

use crate::PlotError;
use crate::picture::{Image, PIXELS_PER_POINT, Picture, Point, Rgb, Shape};

/// Samples per pixel along each axis: smooths slanted lines and circles.
const SAMPLES: usize = 2;
const SCALE: f64 = PIXELS_PER_POINT * SAMPLES as f64;
const METERS_PER_INCH: f64 = 0.0254;

pub(super) fn render(picture: &Picture) -> Result<Vec<u8>, PlotError> {
    let width = (picture.width * PIXELS_PER_POINT).round() as usize;
    let height = (picture.height * PIXELS_PER_POINT).round() as usize;
    let (fine_width, fine_height) = (width * SAMPLES, height * SAMPLES);
    let mut fine = vec![u8::MAX; 3 * fine_width * fine_height];
    {
        let mut backend =
            BitMapBackend::with_buffer(&mut fine, (fine_width as u32, fine_height as u32));
        for shape in &picture.shapes {
            draw(&mut backend, shape)?;
        }
    }
    draw_texts(picture, &mut fine, fine_width, fine_height);
    encode(&halve(&fine, fine_width), width, height)
}

fn draw(backend: &mut BitMapBackend<'_>, shape: &Shape) -> Result<(), PlotError> {
    match shape {
        Shape::Rect { rect, fill } => {
            let (left, top) = fine(Point {
                x: rect.left,
                y: rect.top,
            });
            let (right, bottom) = fine(Point {
                x: rect.right,
                y: rect.bottom,
            });
            backend
                .draw_rect((left, top), (right, bottom), &color(*fill), true)
                .map_err(PlotError::render)?;
        }
        Shape::Line {
            points,
            width,
            color: ink,
        } => {
            for ends in points.windows(2) {
                if let Some(band) = band(ends[0], ends[1], *width) {
                    backend
                        .fill_polygon(band, &color(*ink))
                        .map_err(PlotError::render)?;
                }
            }
        }
        Shape::Polygon { points, fill } => {
            backend
                .fill_polygon(points.iter().copied().map(fine), &color(*fill))
                .map_err(PlotError::render)?;
        }
        Shape::Circle {
            center,
            radius,
            fill,
        } => {
            let radius = (radius * SCALE).round() as u32;
            backend
                .draw_circle(fine(*center), radius, &color(*fill), true)
                .map_err(PlotError::render)?;
        }
        Shape::Image(image) => {
            let size = (
                (image.width * SAMPLES) as u32,
                (image.height() * SAMPLES) as u32,
            );
            backend
                .blit_bitmap(fine(image.at), size, &repeat(image))
                .map_err(PlotError::render)?;
        }
        Shape::Text(_) => {}
    }
    Ok(())
}

fn fine(point: Point) -> (i32, i32) {
    (
        (point.x * SCALE).round() as i32,
        (point.y * SCALE).round() as i32,
    )
}

fn color(Rgb(r, g, b): Rgb) -> RGBColor {
    RGBColor(r, g, b)
}

/// The four corners of a line with a width; `None` for a line without length.
fn band(from: Point, to: Point, width: f64) -> Option<[(i32, i32); 4]> {
    let (dx, dy) = (to.x - from.x, to.y - from.y);
    let length = dx.hypot(dy);
    if length == 0.0 {
        return None;
    }
    let (across, down) = (-dy / length * width / 2.0, dx / length * width / 2.0);
    let corner = |p: Point, side: f64| {
        fine(Point {
            x: p.x + side * across,
            y: p.y + side * down,
        })
    };
    Some([
        corner(from, 1.0),
        corner(to, 1.0),
        corner(to, -1.0),
        corner(from, -1.0),
    ])
}

/// The image with every pixel [`SAMPLES`] times along each axis.
fn repeat(image: &Image) -> Vec<u8> {
    let mut fine = Vec::with_capacity(image.rgb.len() * SAMPLES * SAMPLES);
    for row in image.rgb.chunks_exact(3 * image.width.max(1)) {
        for _ in 0..SAMPLES {
            for pixel in row.chunks_exact(3) {
                for _ in 0..SAMPLES {
                    fine.extend_from_slice(pixel);
                }
            }
        }
    }
    fine
}

fn draw_texts(picture: &Picture, fine: &mut [u8], width: usize, height: usize) {
    for shape in &picture.shapes {
        let Shape::Text(text) = shape else { continue };
        let Rgb(r, g, b) = text.color;
        picture.fonts.paint(text, SCALE, |pixel| {
            let (Ok(x), Ok(y)) = (usize::try_from(pixel.x), usize::try_from(pixel.y)) else {
                return;
            };
            if x < width && y < height {
                let at = 3 * (y * width + x);
                for (paper, ink) in fine[at..at + 3].iter_mut().zip([r, g, b]) {
                    let mixed = f32::from(*paper) * (1.0 - pixel.coverage)
                        + f32::from(ink) * pixel.coverage;
                    *paper = mixed.round() as u8;
                }
            }
        });
    }
}

/// Every square of [`SAMPLES`]² pixels as one, their mean.
fn halve(fine: &[u8], fine_width: usize) -> Vec<u8> {
    let count = (SAMPLES * SAMPLES) as u32;
    let mut coarse = Vec::with_capacity(fine.len() / (SAMPLES * SAMPLES));
    for rows in fine.chunks_exact(3 * fine_width * SAMPLES) {
        for x in (0..fine_width).step_by(SAMPLES) {
            for channel in 0..3 {
                let mut sum = count / 2;
                for (y, dx) in (0..SAMPLES).flat_map(|y| (0..SAMPLES).map(move |dx| (y, dx))) {
                    sum += u32::from(rows[3 * (y * fine_width + x + dx) + channel]);
                }
                coarse.push((sum / count) as u8);
            }
        }
    }
    coarse
}

fn encode(rgb: &[u8], width: usize, height: usize) -> Result<Vec<u8>, PlotError> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width as u32, height as u32);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    // The fast default makes files five times as large.
    encoder.set_compression(png::Compression::Default);
    encoder.set_adaptive_filter(png::AdaptiveFilterType::NonAdaptive);
    encoder.set_filter(png::FilterType::NoFilter);
    let per_meter = (72.0 * PIXELS_PER_POINT / METERS_PER_INCH).round() as u32;
    encoder.set_pixel_dims(Some(png::PixelDimensions {
        xppu: per_meter,
        yppu: per_meter,
        unit: png::Unit::Meter,
    }));
    let mut writer = encoder.write_header().map_err(PlotError::render)?;
    writer.write_image_data(rgb).map_err(PlotError::render)?;
    writer.finish().map_err(PlotError::render)?;
    Ok(bytes)
}
