//! What the variables of a dataset hold.

use super::cube::Cube;
use super::layout::Layout;
use crate::NumericArray;
use crate::grib::framing::Location;

/// Where a variable's values come from.
#[derive(Debug)]
pub(super) enum Content {
    /// Along one dimension, or one number.
    Numbers(NumericArray),
    /// The sum of a time and a step, along those that are dimensions.
    ValidTime { times: Vec<i64>, steps: Vec<i64> },
    /// A coordinate of a grid: which grid, and which of its coordinates.
    Position { grid: usize, which: usize },
    /// Messages.
    Data(Data),
}

/// The messages of a variable.
#[derive(Debug)]
pub(super) struct Data {
    pub(super) cube: Cube,
    pub(super) grid: usize,
    pub(super) is_double: bool,
}

/// A grid of the file. Its coordinates are read when asked for.
#[derive(Debug)]
pub(super) struct GridOfFile {
    /// A message that has it.
    pub(super) location: Location,
    /// The digest of its section.
    pub(super) digest: String,
    /// Without coordinates.
    pub(super) layout: Layout,
}
