//! The options that select the form of the results.

use std::io::{self, Write};
use std::path::Path;

use clap::Args;
use serde::Serialize;

use crate::error::Result;

/// The options of every command that prints results.
#[derive(Args)]
pub(crate) struct Printing {
    /// Print the result as one line of JSON
    #[arg(long)]
    json: bool,
    /// Print no text and draw no progress bar; errors, and the result of --json, are still printed
    #[arg(short, long)]
    quiet: bool,
}

impl Printing {
    /// Returns whether progress bars are drawn, if standard error is a terminal.
    pub(crate) fn has_progress(&self) -> bool {
        !self.quiet
    }

    /// Prints a result to standard output, or to standard error if the file `output` is standard
    /// output.
    pub(crate) fn print<T: Serialize + ?Sized>(
        &self,
        output: Option<&Path>,
        result: &T,
        text: impl FnOnce(&T) -> String,
    ) -> Result {
        let text = match (self.json, self.quiet) {
            (true, _) => format!("{}\n", serde_json::to_string(result)?),
            (false, false) => text(result),
            (false, true) => return Ok(()),
        };
        match output.is_some_and(is_standard) {
            true => io::stderr().write_all(text.as_bytes())?,
            false => io::stdout().write_all(text.as_bytes())?,
        }
        Ok(())
    }
}

/// Returns whether a path is `-`, which selects standard input or standard output.
pub(crate) fn is_standard(path: &Path) -> bool {
    path == Path::new("-")
}
