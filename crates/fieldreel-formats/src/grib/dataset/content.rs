//! What the variables of a dataset hold.

use super::grid_layout::GridLayout;
use super::hypercube::Hypercube;
use crate::Numbers;
use crate::grib::framing::MessageLocation;

/// Where a variable's values come from.
#[derive(Debug)]
pub(super) enum VariableContent {
    /// Along one dimension, or one number.
    Numbers(Numbers),
    /// The sum of a time and a step, along those that are dimensions.
    ValidTime { times: Vec<i64>, steps: Vec<i64> },
    /// A coordinate of a grid: which grid, and which of its coordinates.
    GridCoordinate { grid: usize, coordinate: usize },
    /// MessageReader.
    Messages(MessageArray),
}

/// The messages of a variable.
#[derive(Debug)]
pub(super) struct MessageArray {
    pub(super) hypercube: Hypercube,
    pub(super) grid: usize,
    pub(super) is_double: bool,
}

/// A grid of the file. Its coordinates are read when asked for.
#[derive(Debug)]
pub(super) struct FileGrid {
    /// A message that has it.
    pub(super) location: MessageLocation,
    /// The digest of its section.
    pub(super) digest: String,
    /// Without coordinates.
    pub(super) layout: GridLayout,
}
