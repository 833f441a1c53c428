//! Axes: scales from values to positions, ticks, and the formatting of numbers.

mod draw;
mod number;
mod scale;
mod ticks;

pub(crate) use draw::{AxisSide, PlotAxis};
pub(crate) use number::{format_integer, format_number};
pub(crate) use scale::AxisScale;
pub(crate) use ticks::Ticks;
