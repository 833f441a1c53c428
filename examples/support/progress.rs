//! A progress bar of frames, which only a terminal shows.

use std::error::Error;

use fieldreel::reel::ReelProgress;
use indicatif::{ProgressBar, ProgressStyle};

/// A bar for so many frames.
pub(crate) fn bar(frames: usize) -> Result<ProgressBar, Box<dyn Error>> {
    let style = "{bar:30} {pos}/{len} frames {msg}";
    let bar = ProgressBar::new(frames as u64);
    Ok(bar.with_style(ProgressStyle::with_template(style)?))
}

/// What moves a bar as a reel is written.
pub(crate) fn moves(bar: &ProgressBar) -> impl Fn(ReelProgress) + Send + Sync + 'static {
    let bar = bar.clone();
    move |done| bar.set_position(done.frames as u64)
}
