//! Frames as pixels: the color maps, the enlargement, the color bars.

mod bar;
mod map;
mod paint;

pub(crate) use bar::{BAR_THICKNESS, draw_bar};
pub(crate) use map::ColorMap;
pub(crate) use paint::paint;
