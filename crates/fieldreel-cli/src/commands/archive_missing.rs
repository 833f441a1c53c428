//! `fieldreel archive` in a build without the feature `archive`.

use std::ffi::OsString;

use clap::Args;

use crate::error::{Result, missing_feature};

/// Compresses many files by many processes (this build lacks the feature `archive`).
#[derive(Args)]
pub(crate) struct Archive {
    /// The arguments, which are not read
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
    _arguments: Vec<OsString>,
}

impl Archive {
    /// Fails with a message that names the feature.
    pub(crate) fn run(&self) -> Result {
        Err(missing_feature("archive", "archive"))
    }
}
