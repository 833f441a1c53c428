//! Progress bars, which appear only on a terminal.

use fieldreel::reel::ReelProgress;
use indicatif::{ProgressBar, ProgressStyle};

use crate::error::Result;
use crate::options::Printing;

/// Returns a bar for a number of steps of this name.
pub(crate) fn steps(count: usize, name: &str, printing: &Printing) -> Result<ProgressBar> {
    bar(
        count,
        &format!("{{bar:30}} {{pos}}/{{len}} {name} {{msg}}"),
        printing,
    )
}

/// Returns a bar for bytes, whose number is not known yet.
#[cfg(feature = "dataset")]
pub(crate) fn bytes(printing: &Printing) -> Result<ProgressBar> {
    bar(0, "{bar:30} {bytes}/{total_bytes} {msg}", printing)
}

fn bar(length: usize, style: &str, printing: &Printing) -> Result<ProgressBar> {
    let bar = match printing.has_progress() {
        true => ProgressBar::new(length as u64),
        false => ProgressBar::hidden(),
    };
    Ok(bar.with_style(ProgressStyle::with_template(style)?))
}

/// Returns a function that shows the progress of a reel on a bar.
pub(crate) fn reel_updater(bar: &ProgressBar) -> impl Fn(ReelProgress) + Send + Sync + 'static {
    let bar = bar.clone();
    move |done| bar.set_position(done.frames as u64)
}

/// Returns a function that shows the progress of a file on a bar.
#[cfg(feature = "dataset")]
pub(crate) fn dataset_updater(
    bar: &ProgressBar,
) -> impl Fn(fieldreel::dataset::DatasetProgress<'_>) + Send + Sync + 'static {
    let bar = bar.clone();
    move |progress| {
        bar.set_length(progress.total);
        bar.set_position(progress.done);
        bar.set_message(progress.variable.to_owned());
    }
}
