//! A progress bar of frames, which only a terminal shows.

use std::error::Error;

use indicatif::{ProgressBar, ProgressStyle};

/// A bar for so many frames.
pub(crate) fn bar(frames: usize) -> Result<ProgressBar, Box<dyn Error>> {
    let style = "{bar:30} {pos}/{len} frames {msg}";
    let bar = ProgressBar::new(frames as u64);
    Ok(bar.with_style(ProgressStyle::with_template(style)?))
}
