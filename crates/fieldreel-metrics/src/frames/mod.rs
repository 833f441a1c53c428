//! Walking two fields frame by frame: the checks, the order of work and the order of sums.

mod block;
mod compensated_sum;
mod pair;

pub(crate) use block::{SkippedCounts, for_each_block};
pub(crate) use compensated_sum::CompensatedSum;
pub(crate) use pair::FramePair;
