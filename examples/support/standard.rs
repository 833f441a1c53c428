//! Standard output as an output, which `-` stands for.

use std::io::{self, Write};
use std::path::Path;

/// Returns whether a path stands for standard output.
pub(crate) fn is_standard(path: &Path) -> bool {
    path == Path::new("-")
}

/// Prints a text for the user, who sees it beside an output that goes to standard output.
pub(crate) fn tell(output: &Path, text: &str) -> io::Result<()> {
    match is_standard(output) {
        true => io::stderr().write_all(text.as_bytes()),
        false => io::stdout().write_all(text.as_bytes()),
    }
}
