//! Rendering to PNG.
//!
//! plotters draws the shapes at twice the resolution. The texts are drawn on top, and the image is
//! downsampled by two.

use plotters::prelude::{BitMapBackend, DrawingBackend, RGBColor};

use crate::PlotError;
use crate::picture::{Image, PIXELS_PER_POINT, Picture, Point, Rgb, Shape};

/// The samples per pixel along each axis, for antialiasing of slanted lines and circles.
const OVERSAMPLING: usize = 2;
const SCALE: f64 = PIXELS_PER_POINT * OVERSAMPLING as f64;
const METERS_PER_INCH: f64 = 0.0254;

pub(super) fn render(picture: &Picture) -> Result<Vec<u8>, PlotError> {
    let width = (picture.width * PIXELS_PER_POINT).round() as usize;
    let height = (picture.height * PIXELS_PER_POINT).round() as usize;
    let (oversampled_width, oversampled_height) = (width * OVERSAMPLING, height * OVERSAMPLING);
    let mut oversampled = vec![u8::MAX; 3 * oversampled_width * oversampled_height];
    {
        let mut backend = BitMapBackend::with_buffer(
            &mut oversampled,
            (oversampled_width as u32, oversampled_height as u32),
        );
        for shape in &picture.shapes {
            draw(&mut backend, shape)?;
        }
    }
    draw_texts(
        picture,
        &mut oversampled,
        oversampled_width,
        oversampled_height,
    );
    encode(&downsample(&oversampled, oversampled_width), width, height)
}

fn draw(backend: &mut BitMapBackend<'_>, shape: &Shape) -> Result<(), PlotError> {
    match shape {
        Shape::Rect { rect, fill } => {
            let (left, top) = to_backend(Point {
                x: rect.left,
                y: rect.top,
            });
            let (right, bottom) = to_backend(Point {
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
                if let Some(corners) = line_corners(ends[0], ends[1], *width) {
                    backend
                        .fill_polygon(corners, &color(*ink))
                        .map_err(PlotError::render)?;
                }
            }
        }
        Shape::Polygon { points, fill } => {
            backend
                .fill_polygon(points.iter().copied().map(to_backend), &color(*fill))
                .map_err(PlotError::render)?;
        }
        Shape::Circle {
            center,
            radius,
            fill,
        } => {
            let radius = (radius * SCALE).round() as u32;
            backend
                .draw_circle(to_backend(*center), radius, &color(*fill), true)
                .map_err(PlotError::render)?;
        }
        Shape::Image(image) => {
            let size = (
                (image.width * OVERSAMPLING) as u32,
                (image.height() * OVERSAMPLING) as u32,
            );
            backend
                .blit_bitmap(to_backend(image.position), size, &upsample(image))
                .map_err(PlotError::render)?;
        }
        Shape::Text(_) => {}
    }
    Ok(())
}

fn to_backend(point: Point) -> (i32, i32) {
    (
        (point.x * SCALE).round() as i32,
        (point.y * SCALE).round() as i32,
    )
}

fn color(Rgb(r, g, b): Rgb) -> RGBColor {
    RGBColor(r, g, b)
}

/// Returns the four corners of a line of the given width, or `None` if its length is 0.
fn line_corners(from: Point, to: Point, width: f64) -> Option<[(i32, i32); 4]> {
    let (dx, dy) = (to.x - from.x, to.y - from.y);
    let length = dx.hypot(dy);
    if length == 0.0 {
        return None;
    }
    let (across, down) = (-dy / length * width / 2.0, dx / length * width / 2.0);
    let corner = |p: Point, side: f64| {
        to_backend(Point {
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

/// Repeats each pixel [`OVERSAMPLING`] times along each axis.
fn upsample(image: &Image) -> Vec<u8> {
    let mut oversampled = Vec::with_capacity(image.rgb.len() * OVERSAMPLING * OVERSAMPLING);
    for row in image.rgb.chunks_exact(3 * image.width.max(1)) {
        for _ in 0..OVERSAMPLING {
            for pixel in row.chunks_exact(3) {
                for _ in 0..OVERSAMPLING {
                    oversampled.extend_from_slice(pixel);
                }
            }
        }
    }
    oversampled
}

fn draw_texts(picture: &Picture, oversampled: &mut [u8], width: usize, height: usize) {
    for shape in &picture.shapes {
        let Shape::Text(text) = shape else { continue };
        let Rgb(r, g, b) = text.color;
        picture.fonts.rasterize(text, SCALE, |pixel| {
            let (Ok(x), Ok(y)) = (usize::try_from(pixel.x), usize::try_from(pixel.y)) else {
                return;
            };
            if x < width && y < height {
                let at = 3 * (y * width + x);
                for (paper, ink) in oversampled[at..at + 3].iter_mut().zip([r, g, b]) {
                    let mixed = f32::from(*paper) * (1.0 - pixel.coverage)
                        + f32::from(ink) * pixel.coverage;
                    *paper = mixed.round() as u8;
                }
            }
        });
    }
}

/// Replaces each square of [`OVERSAMPLING`]² pixels by its mean.
fn downsample(oversampled: &[u8], oversampled_width: usize) -> Vec<u8> {
    let count = (OVERSAMPLING * OVERSAMPLING) as u32;
    let mut coarse = Vec::with_capacity(oversampled.len() / (OVERSAMPLING * OVERSAMPLING));
    for rows in oversampled.chunks_exact(3 * oversampled_width * OVERSAMPLING) {
        for x in (0..oversampled_width).step_by(OVERSAMPLING) {
            for channel in 0..3 {
                let mut sum = count / 2;
                for (y, dx) in
                    (0..OVERSAMPLING).flat_map(|y| (0..OVERSAMPLING).map(move |dx| (y, dx)))
                {
                    sum += u32::from(rows[3 * (y * oversampled_width + x + dx) + channel]);
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
    // The default of the encoder is faster but produces files five times as large.
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
