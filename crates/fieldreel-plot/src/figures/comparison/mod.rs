//! The comparison: a frame, its reconstruction and their difference.

mod compared_frames;
mod error_histogram;
mod labels;
mod layout;
mod panels;

use std::path::Path;

use fieldreel_metrics::Element;
use ndarray::ArrayView2;

pub use labels::{ComparisonLabels, CoordinateLabels, RowOrder, Split};

use super::{MARGIN, draw_title};
use crate::PlotError;
use crate::output::{FigureFormat, write};
use crate::picture::Picture;
use compared_frames::ComparedFrames;
use layout::ComparisonLayout;

const WIDTH: f64 = 540.0;

/// Draws two frames, of axis order `(y, x)`, and their difference.
///
/// The map on the left shows one half of the original and one half of the reconstruction. The map
/// on the right shows the difference, with colors symmetric about 0. The histogram of the
/// difference, with a logarithmic axis of counts, is below.
///
/// Values that are not finite are missing and drawn in gray. The difference is missing where
/// either frame is. Cells are square unless the aspect ratio of the frame exceeds about 30:1. A
/// map has about 900 pixels along its longer side. If the frame has more cells, each pixel has the
/// mean color of its cells.
///
/// ```
/// use fieldreel_plot::{ComparisonLabels, Split, comparison};
/// use ndarray::Array2;
///
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("wind.svg");
/// let original = Array2::from_shape_fn((12, 72), |(y, x)| (0.1 * (x + y) as f32).sin());
/// let reconstruction = original.mapv(|value| (value * 100.0).round() / 100.0);
/// let labels = ComparisonLabels::default().with_title("two decimals");
/// let labels = labels.with_split(Split::Diagonal);
/// comparison(&path, original.view(), reconstruction.view(), &labels)?;
/// assert!(std::fs::read_to_string(&path)?.contains("two decimals"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// - [`PlotError::UnknownExtension`] if `path` ends in neither `.png` nor `.svg`;
/// - [`PlotError::ShapeMismatch`] if the shapes differ;
/// - [`PlotError::Empty`] if no position has a finite value in both frames;
/// - [`PlotError::Io`] if the file cannot be written;
/// - [`PlotError::Render`] if the renderer fails.
pub fn comparison<T: Element>(
    path: impl AsRef<Path>,
    original: ArrayView2<'_, T>,
    reconstruction: ArrayView2<'_, T>,
    labels: &ComparisonLabels<'_>,
) -> Result<(), PlotError> {
    let path = path.as_ref();
    let format = FigureFormat::from_path(path)?;
    let frames = ComparedFrames::new(original, reconstruction, labels.row_order)?;
    write(&draw(&frames, labels)?, path, format)
}

fn draw(frames: &ComparedFrames, labels: &ComparisonLabels<'_>) -> Result<Picture, PlotError> {
    let mut picture = Picture::new(WIDTH, 0.0)?;
    let top = draw_title(&mut picture, labels.title);
    let layout = ComparisonLayout::new(&picture, frames, labels, top);
    panels::draw_values(&mut picture, frames, labels, &layout);
    panels::draw_difference(&mut picture, frames, labels, &layout);
    let bottom = error_histogram::draw(&mut picture, frames, labels, &layout);
    picture.height = bottom + MARGIN;
    Ok(picture)
}

#[cfg(test)]
mod tests;
