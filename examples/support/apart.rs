//! Outputs that are not the input.

use std::error::Error;
use std::path::Path;

/// Checks that an output is not the input, by whatever names: before anything is read.
pub(crate) fn check_apart(input: &Path, output: &Path) -> Result<(), Box<dyn Error>> {
    match fieldreel_core::files::is_same_file(input, output) {
        true => Err(fieldreel::Error::SameFile {
            input: input.to_owned(),
            output: output.to_owned(),
        }
        .into()),
        false => Ok(()),
    }
}
