//! Paths of files and folders with names.

use std::path::{Path, PathBuf};

use clap::builder::{PathBufValueParser, TypedValueParser};

/// Takes any path but `-`, which stands for standard input or output: most formats are not read and written from front to back.
pub(crate) fn named() -> impl TypedValueParser<Value = PathBuf> {
    PathBufValueParser::new().try_map(|path| match path == Path::new("-") {
        true => {
            Err("standard input and output cannot be used here: name a file (`./-` if that is its name)")
        }
        false => Ok(path),
    })
}
