//! SVG, through plotters. Text stays text.

use plotters::prelude::{DrawingBackend, IntoFont, RGBColor, ShapeStyle};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{FontStyle, FontTransform, TextStyle};
use plotters_svg::SVGBackend;

use crate::PlotError;
use crate::picture::{Anchor, PIXELS_PER_POINT, Picture, Point, Rgb, Shape, Text};

/// plotters has whole coordinates only: the view box is this much finer than points.
const SCALE: f64 = PIXELS_PER_POINT;
/// A list as CSS has it: the letters that the layout was measured with, others as wide, and any.
const FAMILY: &str = "DejaVu Sans, Verdana, sans-serif";
/// The backend divides a font's size by this to get ems.
const SIZE_PER_EM: f64 = 1.24;
/// The backend lowers a text anchored at its top by this many ems to its baseline.
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
    // The backend's size is its view box; on the page the picture has its size in points.
    let fine = format!(r#"width="{}" height="{}""#, size.0, size.1);
    let points = format!(
        r#"width="{}pt" height="{}pt""#,
        picture.width, picture.height
    );
    let svg = svg.replacen(&fine, &points, 1);
    // The backend's media type is not one: browsers may refuse the image.
    Ok(svg.replace("data:png;base64,", "data:image/png;base64,"))
}

fn draw(backend: &mut SVGBackend<'_>, shape: &Shape) -> Result<(), PlotError> {
    let drawn = match shape {
        Shape::Rect { rect, fill } => backend.draw_rect(
            fine(Point {
                x: rect.left,
                y: rect.top,
            }),
            fine(Point {
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
            backend.draw_path(points.iter().copied().map(fine), &style)
        }
        Shape::Polygon { points, fill } => {
            backend.fill_polygon(points.iter().copied().map(fine), &color(*fill))
        }
        Shape::Circle {
            center,
            radius,
            fill,
        } => {
            let radius = (radius * SCALE).round() as u32;
            backend.draw_circle(fine(*center), radius, &color(*fill), true)
        }
        Shape::Image(image) => {
            let size = (image.width as u32, image.height() as u32);
            backend.blit_bitmap(fine(image.at), size, &image.rgb)
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
    let lower = text.size * TOP_TO_BASELINE;
    let Point { x, y } = text.at;
    let at = if text.upward {
        font = font.transform(FontTransform::Rotate270);
        Point { x: x - lower, y }
    } else {
        Point { x, y: y - lower }
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
        .draw_text(&text.content, &style, fine(at))
        .map_err(PlotError::render)
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
