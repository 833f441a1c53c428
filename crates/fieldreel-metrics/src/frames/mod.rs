//! Traversal of two fields frame by frame: checks, blocks of valid values, and sums.

mod block;
mod compensated_sum;
mod pair;

pub(crate) use block::{SkippedCounts, for_each_block};
pub(crate) use compensated_sum::CompensatedSum;
pub(crate) use pair::FramePair;
