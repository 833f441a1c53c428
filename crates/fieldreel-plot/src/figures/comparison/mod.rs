//! The comparison: a frame, its reconstruction, and their difference.

mod data;
mod errors;
mod labels;
mod layout;
mod panels;

use std::path::Path;

use fieldreel_metrics::Element;
use ndarray::ArrayView2;

pub use labels::{ComparisonLabels, CoordinateLabels, RowOrder, Split};

use super::{MARGIN, draw_title};
use crate::PlotError;
use crate::output::{Format, write};
use crate::picture::Picture;
use data::Frames;
use layout::Layout;

const WIDTH: f64 = 540.0;

/// Draws two frames with axes `(y, x)`: half the original and half the reconstruction in one map on
/// the left; their difference on the right, on a scale symmetric about 0; below, the histogram of the
/// difference with a logarithmic axis of counts.
///
/// A value that is not finite is missing and gray; the difference is missing where either is. Both
/// maps keep the frame's aspect ratio, one square cell to a value, unless it is beyond 30:1. Where a
/// frame has more cells than the map has pixels (about 900 along its longer side), a pixel shows the
/// mean color of its cells.
///
/// # Errors
///
/// - [`PlotError::UnknownExtension`] when `path` ends in neither `.png` nor `.svg`;
/// - [`PlotError::ShapeMismatch`] when the shapes differ;
/// - [`PlotError::Empty`] when no place has a finite value in both frames;
/// - [`PlotError::Io`] when the file cannot be written;
/// - [`PlotError::Render`] when the renderer fails.
pub fn comparison<T: Element>(
    path: impl AsRef<Path>,
    original: ArrayView2<'_, T>,
    reconstruction: ArrayView2<'_, T>,
    labels: &ComparisonLabels<'_>,
) -> Result<(), PlotError> {
    let path = path.as_ref();
    let format = Format::of(path)?;
    let frames = Frames::new(original, reconstruction, labels.row_order)?;
    write(&draw(&frames, labels)?, path, format)
}

fn draw(frames: &Frames, labels: &ComparisonLabels<'_>) -> Result<Picture, PlotError> {
    let mut picture = Picture::new(WIDTH, 0.0)?;
    let top = draw_title(&mut picture, labels.title);
    let layout = Layout::new(&picture, frames, labels, top);
    panels::draw_values(&mut picture, frames, labels, &layout);
    panels::draw_difference(&mut picture, frames, labels, &layout);
    let bottom = errors::draw(&mut picture, frames, labels, &layout);
    picture.height = bottom + MARGIN;
    Ok(picture)
}

#[cfg(test)]
mod tests;
