//! The command `fieldreel`: compresses, verifies and compares scientific fields.
//!
//! | folder | content |
//! |---|---|
//! | `commands` | the subcommands, one file or folder each |
//! | `options` | arguments that several subcommands share |
//! | `input` | reading of fields, files and reels |
//! | `output` | progress, tables, JSON and labels of figures |

use std::process::ExitCode;

mod arguments;
mod commands;
mod error;
mod input;
mod options;
mod output;
mod run;
#[cfg(unix)]
mod signals;

fn main() -> ExitCode {
    run::run()
}
