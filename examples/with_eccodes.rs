//! Compresses the messages of one parameter that a program has by the `eccodes` crate into a reel, within a bound that every
//! value keeps.
//!
//! `cargo run --release --features eccodes-crate --example with_eccodes -- INPUT.grib SHORT_NAME OUTPUT.reel 0.05`

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use eccodes::{CodesFile, FallibleIterator, KeyRead, ProductKind};
use fieldreel::formats::Field;
use fieldreel::{Compressor, ErrorBound, Limits, open_reel, reel_to_field};

#[path = "support/apart.rs"]
mod apart;
#[path = "support/error.rs"]
mod error;
#[path = "support/named.rs"]
mod named;
mod support;

/// Compresses the messages of one parameter of a GRIB file within a bound.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// A GRIB file
    #[arg(value_parser = named::named())]
    input: PathBuf,
    /// The parameter's shortName
    short_name: String,
    /// The .reel file to write
    #[arg(value_parser = named::named())]
    output: PathBuf,
    /// The largest error of a value, in the parameter's unit
    bound: f64,
}

fn main() -> ExitCode {
    support::run(|arguments: &Arguments| {
        apart::check_apart(&arguments.input, &arguments.output)?;
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
        let back = reel_to_field(&mut reader, 0..frames)?;
        let error = error::largest(&field, &back)?;
        let size = arguments.output.metadata()?.len();
        println!("reel: {size} bytes, largest error {error}");
        if error <= arguments.bound {
            Ok(())
        } else {
            Err("the reel does not keep the bound".into())
        }
    })
}
