//! Frames as pixels: the colour maps, the enlargement, the colour bars.

mod bar;
mod map;
mod paint;

pub(crate) use bar::{BAR_THICKNESS, draw_bar};
pub(crate) use map::ColourMap;
pub(crate) use paint::paint;
