//! A check that an output file is not the input file.

use std::error::Error;
use std::path::Path;

/// Checks that the output is not the same file as the input, possibly by another name.
pub(crate) fn check_distinct(input: &Path, output: &Path) -> Result<(), Box<dyn Error>> {
    match fieldreel_core::files::is_same_file(input, output) {
        true => Err(fieldreel::Error::SameFile {
            input: input.to_owned(),
            output: output.to_owned(),
        }
        .into()),
        false => Ok(()),
    }
}
