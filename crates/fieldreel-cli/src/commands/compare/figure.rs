//! The figure of two fields.

use std::path::Path;

use fieldreel::formats::{Field, FrameView};
use fieldreel::plot;
use ndarray::Axis;

use super::comparison::to_f64;
use crate::error::{Result, usage};
use crate::output::labels::Labels;

/// Draws a frame of two fields, their difference and its histogram.
pub(super) fn draw(
    figure: &Path,
    [original, other]: [&Field; 2],
    [original_path, other_path]: [&Path; 2],
    frame: usize,
) -> Result {
    let view = FrameView::FoldLeading;
    let (x, y) = (
        to_f64(original.as_frames(&view)?),
        to_f64(other.as_frames(&view)?),
    );
    let count = x.len_of(Axis(0));
    if frame >= count {
        let path = original_path.display();
        return Err(usage(format!(
            "{path}: {} has no frame {frame}; --frame accepts 0 to {}",
            original.name,
            count.saturating_sub(1)
        )));
    }
    let labels = Labels::new(original, original_path);
    let other_name = other_path.file_name().unwrap_or_default().to_string_lossy();
    let title = labels.title(&format!(" | {other_name}, frame {frame}"));
    plot::comparison(
        figure,
        x.index_axis(Axis(0), frame),
        y.index_axis(Axis(0), frame),
        &labels.comparison(&title),
    )?;
    Ok(())
}
