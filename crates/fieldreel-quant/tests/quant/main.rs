//! Tests of the quantizer and of masks through the public interface.
#![cfg(test)]

mod common;
mod error_bound;
mod errors;
mod infill;
mod layouts;
mod missing;
mod text;
mod values;
