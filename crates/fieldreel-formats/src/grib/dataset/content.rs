//! The content of variables: arrays in memory, and references to messages.

use super::grid_layout::GridLayout;
use super::hypercube::Hypercube;
use crate::NumericArray;
use crate::grib::framing::MessageLocation;

/// The content of a variable.
#[derive(Debug)]
pub(super) enum VariableContent {
    /// A 1-D array or a scalar.
    Numbers(NumericArray),
    /// The sum of each time and each step. Axes of length 1 are not dimensions.
    ValidTime { times: Vec<i64>, steps: Vec<i64> },
    /// The coordinate of index `coordinate` of the grid of index `grid`.
    GridCoordinate { grid: usize, coordinate: usize },
    /// Values in messages.
    Messages(MessageArray),
}

/// An array of messages, each with the values of one frame.
#[derive(Debug)]
pub(super) struct MessageArray {
    pub(super) hypercube: Hypercube,
    pub(super) grid: usize,
    pub(super) is_double: bool,
}

/// A grid of the file. Its coordinates are read on request.
#[derive(Debug)]
pub(super) struct FileGrid {
    /// The location of a message with this grid.
    pub(super) location: MessageLocation,
    /// The digest of the grid section.
    pub(super) digest: String,
    /// The layout, with its coordinates removed.
    pub(super) layout: GridLayout,
}
