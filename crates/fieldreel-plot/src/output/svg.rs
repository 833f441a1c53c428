//! Rendering to SVG with plotters. Texts remain text elements.

use plotters::prelude::{DrawingBackend, IntoFont, RGBColor, ShapeStyle};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{FontStyle, FontTransform, TextStyle};
use plotters_svg::SVGBackend;

use crate::PlotError;
use crate::picture::{Anchor, PIXELS_PER_POINT, Picture, Point, Rgb, Shape, Text};

/// The units of the view box per point. plotters supports only integer coordinates.
const SCALE: f64 = PIXELS_PER_POINT;
/// The CSS font list: the font of the layout, a font of similar widths, and a generic one.
const FAMILY: &str = "DejaVu Sans, Verdana, sans-serif";
/// The divisor by which the backend converts a font size to ems.
const SIZE_PER_EM: f64 = 1.24;
/// The distance, in ems, from the top to the baseline in the backend.
const TOP_TO_BASELINE: f64 = 0.76;

pub(super) fn render(picture: &Picture) -> Result<String, PlotError> {
    let size = (
        (picture.width * SCALE).round() as u32,
        (picture.height * SCALE).round() as u32,
    );
    let mut svg = String::new();
    {
        let mut backend = SVGBackend::with_string(&mut svg, size);
        backend
            .draw_rect(
                (0, 0),
                (size.0 as i32, size.1 as i32),
                &plotters::style::WHITE,
                true,
            )
            .map_err(PlotError::render)?;
        for shape in &picture.shapes {
            draw(&mut backend, shape)?;
        }
        backend.present().map_err(PlotError::render)?;
    }
    // The backend sets the size to that of the view box. Set it to the size in points.
    let size_in_pixels = format!(r#"width="{}" height="{}""#, size.0, size.1);
    let size_in_points = format!(
        r#"width="{}pt" height="{}pt""#,
        picture.width, picture.height
    );
    let svg = svg.replacen(&size_in_pixels, &size_in_points, 1);
    // The backend writes an invalid media type, for which browsers may reject the image.
    Ok(svg.replace("data:png;base64,", "data:image/png;base64,"))
}

fn draw(backend: &mut SVGBackend<'_>, shape: &Shape) -> Result<(), PlotError> {
    let drawn = match shape {
        Shape::Rect { rect, fill } => backend.draw_rect(
            to_backend(Point {
                x: rect.left,
                y: rect.top,
            }),
            to_backend(Point {
                x: rect.right,
                y: rect.bottom,
            }),
            &color(*fill),
            true,
        ),
        Shape::Line {
            points,
            width,
            color: ink,
        } => {
            let style = ShapeStyle {
                color: color(*ink).into(),
                filled: false,
                stroke_width: (width * SCALE).round().max(1.0) as u32,
            };
            backend.draw_path(points.iter().copied().map(to_backend), &style)
        }
        Shape::Polygon { points, fill } => {
            backend.fill_polygon(points.iter().copied().map(to_backend), &color(*fill))
        }
        Shape::Circle {
            center,
            radius,
            fill,
        } => {
            let radius = (radius * SCALE).round() as u32;
            backend.draw_circle(to_backend(*center), radius, &color(*fill), true)
        }
        Shape::Image(image) => {
            let size = (image.width as u32, image.height() as u32);
            backend.blit_bitmap(to_backend(image.position), size, &image.rgb)
        }
        Shape::Text(text) => return draw_text(backend, text),
    };
    drawn.map_err(PlotError::render)
}

fn draw_text(backend: &mut SVGBackend<'_>, text: &Text) -> Result<(), PlotError> {
    let size = text.size * SCALE * SIZE_PER_EM;
    let mut font = (FAMILY, size).into_font();
    if text.bold {
        font = font.style(FontStyle::Bold);
    }
    let shift = text.size * TOP_TO_BASELINE;
    let Point { x, y } = text.position;
    let at = if text.rotated {
        font = font.transform(FontTransform::Rotate270);
        Point { x: x - shift, y }
    } else {
        Point { x, y: y - shift }
    };
    let anchor = match text.anchor {
        Anchor::Start => HPos::Left,
        Anchor::Middle => HPos::Center,
        Anchor::End => HPos::Right,
    };
    let ink = color(text.color);
    let style = TextStyle::from(font)
        .color(&ink)
        .pos(Pos::new(anchor, VPos::Top));
    backend
        .draw_text(&text.content, &style, to_backend(at))
        .map_err(PlotError::render)
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
