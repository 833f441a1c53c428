//! Compresses a variable of an open file of the `netcdf` crate into a reel, and into another such
//! file through the HDF5 filter of fieldreel, within an error bound.
//!
//! ```text
//! cargo run --release --features netcdf-crate --example with_netcdf -- \
//!     INPUT.nc VARIABLE OUTPUT.nc 0.05
//! ```

use std::error::Error;
use std::io::Cursor;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use fieldreel::formats::Field;
use fieldreel::{Compressor, ErrorBound, Limits, ReelReader, put_hdf5_filter, reel_to_field};

#[path = "support/distinct_files.rs"]
mod distinct_files;
#[path = "support/max_error.rs"]
mod max_error;
#[path = "support/path_argument.rs"]
mod path_argument;
mod support;

/// Compresses a variable of a NetCDF file within an error bound, in memory and into another NetCDF
/// file.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// A NetCDF file
    #[arg(value_parser = path_argument::parser())]
    input: PathBuf,
    /// The name of the variable
    variable: String,
    /// The NetCDF file to write
    #[arg(value_parser = path_argument::parser())]
    output: PathBuf,
    /// The absolute error bound, in the unit of the variable
    bound: f64,
}

fn main() -> ExitCode {
    support::run(|arguments: &Arguments| {
        distinct_files::check_distinct(&arguments.input, &arguments.output)?;
        let input = netcdf::open(&arguments.input)?;
        let field = Field::from_netcdf(&input, &arguments.variable)?;
        let bytes = field.values.len() * field.values.bytes_per_value();
        println!("{} {:?}: {bytes} bytes", field.name, field.shape());

        let bound = ErrorBound::Absolute(arguments.bound);
        let reel = Compressor::new(bound).compress_field(&field)?;
        let mut reader = ReelReader::open(Cursor::new(&reel), Limits::default())?;
        let frames = reader.shape()[0];
        let decoded = reel_to_field(&mut reader, 0..frames)?;
        let reel_bytes = reel.len() as u64;
        check("reel", &field, &decoded, (arguments.bound, reel_bytes))?;

        let mut output = netcdf::create(&arguments.output)?;
        field.put_netcdf_through(&mut output, |variable| {
            put_hdf5_filter(variable, bound).map_err(Box::<dyn Error>::from)
        })?;
        output.close()?;
        let output = netcdf::open(&arguments.output)?;
        let decoded = Field::from_netcdf(&output, &field.name)?;
        let size = arguments.output.metadata()?.len();
        check("NetCDF file", &field, &decoded, (arguments.bound, size))
    })
}

/// Prints the size of a compressed field and its largest error, and checks that the error is
/// within the bound.
fn check(
    label: &str,
    original: &Field,
    decoded: &Field,
    (bound, size): (f64, u64),
) -> Result<(), Box<dyn Error>> {
    let error = max_error::max_error(original, decoded)?;
    println!("{label}: {size} bytes, largest error {error}");
    if error <= bound {
        Ok(())
    } else {
        Err(format!("the {label} exceeds the error bound").into())
    }
}
