//! fieldreel beside other compressors: the same arrays in memory, at the same error bounds, in one
//! process.
//!
//! `cargo run --release -p fieldreel-peers -- [--fields a,b] [--bounds 1e-1,1e-2] [--peers x,y]
//! [--efforts fast,best] [--out DIR] [--resume]`, or with `--integers`, `--beside-base` or `--dump DIR` as below
//!
//! | stage | module |
//! |---|---|
//! | what is compressed: real fields, and generated ones | `fields` |
//! | with what: a file for each compressor | `peers` |
//! | coders without loss, of any type | `coders` |
//! | a peer's smallest setting that keeps the bound | `search` |
//! | how small, how far off, how fast | `measure`, `timing` |
//! | what is still to be measured, row by row | `jobs` |
//! | `peers.json`, tables, means and figures | `report` |
//! | instead of all that: integers, packed data, cells and stations | `integers` |
//! | instead of all that: fieldreel's time beside libavcodec's and x265's | `beside_base` |
//! | instead of all that: the fields as raw files | `dump` |

mod arguments;
mod beside_base;
mod coders;
mod dump;
mod fields;
mod integers;
mod jobs;
mod measure;
mod peers;
mod report;
mod search;
#[cfg(test)]
mod tests;
mod timing;

use std::error::Error;
use std::process::ExitCode;

/// A result whose error is one line for a person.
pub(crate) type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

fn main() -> ExitCode {
    // EBCC logs to the terminal what it does; 5 is fatal errors alone.
    #[cfg(feature = "ebcc")]
    if std::env::var_os("EBCC_LOG_LEVEL").is_none() {
        // SAFETY: no other thread has started.
        unsafe { std::env::set_var("EBCC_LOG_LEVEL", "5") };
    }
    let arguments = <arguments::Arguments as clap::Parser>::parse();
    let outcome = if let Some(folder) = &arguments.dump {
        dump::run(&arguments, folder)
    } else if arguments.integers {
        integers::run(&arguments)
    } else if arguments.beside_base {
        beside_base::run(&arguments)
    } else {
        jobs::run(&arguments)
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprint!("error: {error}");
            let mut cause = error.source();
            while let Some(error) = cause {
                eprint!(": {error}");
                cause = error.source();
            }
            eprintln!();
            ExitCode::FAILURE
        }
    }
}
