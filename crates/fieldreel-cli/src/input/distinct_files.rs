//! A check that an output file is not the input file.

use std::path::Path;

use crate::error::Result;

/// Checks that the output is not the same file as the input, possibly by another name.
pub(crate) fn check_distinct(input: &Path, output: &Path) -> Result {
    match fieldreel_core::files::is_same_file(input, output) {
        true => Err(fieldreel::Error::SameFile {
            input: input.to_owned(),
            output: output.to_owned(),
        }
        .into()),
        false => Ok(()),
    }
}
