//! Arguments that are paths of files and folders.

use std::path::{Path, PathBuf};

use clap::builder::{PathBufValueParser, TypedValueParser};

/// Returns a parser of paths that rejects `-`, because most formats cannot be read from standard
/// input or written to standard output.
pub(crate) fn named_file() -> impl TypedValueParser<Value = PathBuf> {
    PathBufValueParser::new().try_map(|path| match path == Path::new("-") {
        true => {
            Err("standard input and output cannot be used here: name a file (`./-` for a file called `-`)")
        }
        false => Ok(path),
    })
}
