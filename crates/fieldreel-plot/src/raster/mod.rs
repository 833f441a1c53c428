//! Raster images of frames: color maps, resampling and color bars.

mod color_bar;
mod color_map;
mod resample;

pub(crate) use color_bar::{COLOR_BAR_THICKNESS, draw_color_bar};
pub(crate) use color_map::ColorMap;
pub(crate) use resample::resample;
