//! Compresses messages of the `eccodes` crate into a reel within an error bound.
//!
//! ```text
//! cargo run --release --features eccodes-crate --example with_eccodes -- \
//!     INPUT.grib SHORT_NAME OUTPUT.reel 0.05
//! ```

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use eccodes::{CodesFile, FallibleIterator, KeyRead, ProductKind};
use fieldreel::formats::Field;
use fieldreel::{Compressor, ErrorBound, Limits, open_reel, reel_to_field};

#[path = "support/distinct_files.rs"]
mod distinct_files;
#[path = "support/max_error.rs"]
mod max_error;
#[path = "support/path_argument.rs"]
mod path_argument;
mod support;

/// Compresses the messages of one parameter of a GRIB file within a bound.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// A GRIB file
    #[arg(value_parser = path_argument::parser())]
    input: PathBuf,
    /// The shortName of the parameter
    short_name: String,
    /// The .reel file to write
    #[arg(value_parser = path_argument::parser())]
    output: PathBuf,
    /// The absolute error bound, in the unit of the parameter
    bound: f64,
}

fn main() -> ExitCode {
    support::run(|arguments: &Arguments| {
        distinct_files::check_distinct(&arguments.input, &arguments.output)?;
        let mut file = CodesFile::new_from_file(&arguments.input, ProductKind::GRIB)?;
        let messages: Vec<_> = file
            .ref_message_iter()
            .filter(|message| {
                let short_name: String = message.read_key("shortName")?;
                Ok(short_name == arguments.short_name)
            })
            .collect()?;
        let field = Field::from_eccodes(&messages)?;
        let count = messages.len();
        println!("{} {:?} of {count} messages", field.name, field.shape());

        let bound = ErrorBound::Absolute(arguments.bound);
        Compressor::new(bound).write_field(&arguments.output, &field)?;
        let mut reader = open_reel(&arguments.output, Limits::default())?;
        let frames = reader.shape()[0];
        let decoded = reel_to_field(&mut reader, 0..frames)?;
        let error = max_error::max_error(&field, &decoded)?;
        let size = arguments.output.metadata()?.len();
        println!("reel: {size} bytes, largest error {error}");
        if error <= arguments.bound {
            Ok(())
        } else {
            Err("the reel exceeds the error bound".into())
        }
    })
}
