//! Metrics of the distribution of values, regardless of their positions.

mod ks;

pub use ks::{KsTest, ks_test};
