//! Metrics of the values whatever their place.

mod ks;

pub use ks::{KsTest, ks_test};
