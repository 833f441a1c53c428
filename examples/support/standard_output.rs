//! Output to standard output, which the path `-` selects.

use std::io::{self, Write};
use std::path::Path;

/// Returns whether a path selects standard output.
pub(crate) fn is_selected(path: &Path) -> bool {
    path == Path::new("-")
}

/// Prints a message to standard output, or to standard error if the output is standard output.
pub(crate) fn print_message(output: &Path, text: &str) -> io::Result<()> {
    match is_selected(output) {
        true => io::stderr().write_all(text.as_bytes()),
        false => io::stdout().write_all(text.as_bytes()),
    }
}
