//! Axes: what maps values to places, where the ticks are, and how numbers read.

mod draw;
mod number;
mod scale;
mod ticks;

pub(crate) use draw::{Axis, Side};
pub(crate) use number::{integer, number};
pub(crate) use scale::Scale;
pub(crate) use ticks::Ticks;
