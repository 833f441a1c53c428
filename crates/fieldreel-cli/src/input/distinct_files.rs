//! A check that an output does not overlap with the input.

use std::path::Path;

use crate::error::Result;

/// Checks that the output is not the same file as the input, possibly by another name, and that
/// neither is a folder that contains the other.
pub(crate) fn check_distinct(input: &Path, output: &Path) -> Result {
    use fieldreel_core::files::{is_same_file, overlaps};

    let paths = || (input.to_owned(), output.to_owned());
    if is_same_file(input, output) {
        let (input, output) = paths();
        return Err(fieldreel::Error::SameFile { input, output }.into());
    }
    // Devices have names, but standard input and output have none.
    let is_standard = crate::options::is_standard;
    if !is_standard(input) && !is_standard(output) && overlaps(input, output) {
        let (input, output) = paths();
        return Err(fieldreel::Error::Overlap { input, output }.into());
    }
    Ok(())
}
