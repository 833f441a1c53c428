//! A check that an output does not overlap with the input.

use std::path::Path;

use super::FileFormat;
use crate::error::Result;

/// Checks that the output is not the same file as the input, possibly by another name, and, if one
/// of them is a Zarr store, that neither contains the other.
pub(crate) fn check_distinct(input: &Path, output: &Path) -> Result {
    use fieldreel_core::files::{is_same_file, overlaps};

    let paths = || (input.to_owned(), output.to_owned());
    if is_same_file(input, output) {
        let (input, output) = paths();
        return Err(fieldreel::Error::SameFile { input, output }.into());
    }
    let is_zarr = |path| FileFormat::of(path) == Some(FileFormat::Zarr);
    if (is_zarr(input) || is_zarr(output)) && overlaps(input, output) {
        let (input, output) = paths();
        return Err(fieldreel::Error::Overlap { input, output }.into());
    }
    Ok(())
}
