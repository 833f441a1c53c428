//! A progress bar of frames, which appears only on a terminal.

use std::error::Error;

use fieldreel::reel::ReelProgress;
use indicatif::{ProgressBar, ProgressStyle};

/// Returns a bar for a number of frames.
pub(crate) fn bar(frames: usize) -> Result<ProgressBar, Box<dyn Error>> {
    let style = "{bar:30} {pos}/{len} frames {msg}";
    let bar = ProgressBar::new(frames as u64);
    Ok(bar.with_style(ProgressStyle::with_template(style)?))
}

/// Returns a progress function that updates a bar.
pub(crate) fn updater(bar: &ProgressBar) -> impl Fn(ReelProgress) + Send + Sync + 'static {
    let bar = bar.clone();
    move |done| bar.set_position(done.frames as u64)
}
