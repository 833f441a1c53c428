//! Benchmark of fieldreel and other compressors, the peers.
//!
//! All compressors encode the same arrays in memory, at the same error bounds, in one process.
//!
//! ```text
//! cargo run --release -p fieldreel-peers -- [--fields a,b] [--bounds 1e-1,1e-2] [--peers x,y]
//!     [--efforts fast,best] [--out DIR] [--resume]
//! ```
//!
//! `--integers`, `--beside-base` and `--dump DIR` select one of the last three modules instead.
//!
//! | module | content |
//! |---|---|
//! | `fields` | the fields, real and generated |
//! | `peers` | the compressors |
//! | `lossless_coders` | lossless coders of values of any type |
//! | `search` | the smallest setting of a peer that satisfies the bound |
//! | `measure`, `timing` | ratios, errors and times |
//! | `jobs` | the loop over the rows that remain to be measured |
//! | `report` | `peers.json`, tables, means and figures |
//! | `integers` | integers, packed data, cells and stations |
//! | `overhead` | the time of fieldreel relative to libavcodec and x265 |
//! | `dump` | export of the fields as raw files |

mod arguments;
mod dump;
mod fields;
mod integers;
mod jobs;
mod lossless_coders;
mod measure;
mod overhead;
mod peers;
mod report;
mod search;
#[cfg(test)]
mod tests;
mod timing;

use std::error::Error;
use std::process::ExitCode;

/// A result whose error is a message for the user.
pub(crate) type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

fn main() -> ExitCode {
    // EBCC logs to the terminal. Level 5 logs only fatal errors.
    #[cfg(feature = "ebcc")]
    if std::env::var_os("EBCC_LOG_LEVEL").is_none() {
        // SAFETY: no other thread has started.
        unsafe { std::env::set_var("EBCC_LOG_LEVEL", "5") };
    }
    let arguments = <arguments::Arguments as clap::Parser>::parse();
    let result = if let Some(folder) = &arguments.dump {
        dump::run(&arguments, folder)
    } else if arguments.integers {
        integers::run(&arguments)
    } else if arguments.beside_base {
        overhead::run(&arguments)
    } else {
        jobs::run(&arguments)
    };
    match result {
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
