//! The residual: integers that say, place by place, how far a value is from the number of the base layer, in fractions of
//! a step or in values of the type. Whatever the base layer is, they are predicted from each other, and a decoder adds
//! them to its numbers.

mod apply;
mod encode;
pub(crate) mod low_bits;
mod transpose;

pub(crate) use apply::{Reconstruction, apply, clamp};
pub(crate) use encode::{encode, grid_for};
