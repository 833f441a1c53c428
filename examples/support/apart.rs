//! Outputs that are not the input.

use std::path::Path;

use fieldreel::Error;

/// Checks that an output is not the input, by whatever names: before anything is read.
pub(crate) fn check_apart(input: &Path, output: &Path) -> Result<(), Error> {
    match fieldreel_file::is_same_file(input, output) {
        true => Err(Error::SameFile {
            input: input.to_owned(),
            output: output.to_owned(),
        }),
        false => Ok(()),
    }
}
