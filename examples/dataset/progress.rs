//! A progress bar of bytes, which appears only on a terminal.

use std::error::Error;

use fieldreel::dataset::DatasetProgress;
use indicatif::{ProgressBar, ProgressStyle};

pub(crate) fn bar() -> Result<ProgressBar, Box<dyn Error>> {
    let style = "{bar:30} {bytes}/{total_bytes} {msg}";
    Ok(ProgressBar::new(0).with_style(ProgressStyle::with_template(style)?))
}

/// Returns a progress function that updates a bar.
pub(crate) fn updater(bar: &ProgressBar) -> impl Fn(DatasetProgress<'_>) + Send + Sync + 'static {
    let bar = bar.clone();
    move |progress| {
        bar.set_length(progress.total);
        bar.set_position(progress.done);
        bar.set_message(progress.variable.to_owned());
    }
}
