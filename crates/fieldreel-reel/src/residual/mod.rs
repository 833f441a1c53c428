//! Residual coding. Residuals are the values minus the base layer, as integers in fractions of a
//! step or in ulps. They are predicted from each other for every kind of base layer, and a decoder
//! adds them to the numbers of the base layer.

mod apply;
mod encode;
pub(crate) mod fine_bits;
mod transpose;

pub(crate) use apply::{Reconstruction, apply, clamp};
pub(crate) use encode::{encode, encoding_grid};
