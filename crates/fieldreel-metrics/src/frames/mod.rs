//! Walking two fields frame by frame: the checks, the order of work and the order of sums.

mod block;
mod pair;
mod sum;

pub(crate) use block::{Left, for_each_block};
pub(crate) use pair::FramePair;
pub(crate) use sum::Sum;
