//! Compresses a variable of a NetCDF file that a program has open by the `netcdf` crate, and writes it into another such file
//! through fieldreel's HDF5 filter, within a bound that every value keeps.
//!
//! `cargo run --release --features netcdf-crate --example with_netcdf -- INPUT.nc VARIABLE OUTPUT.nc 0.05`

use std::error::Error;
use std::io::Cursor;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use fieldreel::formats::Field;
use fieldreel::{Compressor, ErrorBound, Limits, ReelReader, put_hdf5_filter, reel_to_field};

#[path = "support/apart.rs"]
mod apart;
#[path = "support/error.rs"]
mod error;
#[path = "support/named.rs"]
mod named;
mod support;

/// Compresses a variable of a NetCDF file within a bound, in memory and into another NetCDF file.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// A NetCDF file
    #[arg(value_parser = named::named())]
    input: PathBuf,
    /// The variable's name
    variable: String,
    /// The NetCDF file to write
    #[arg(value_parser = named::named())]
    output: PathBuf,
    /// The largest error of a value, in the variable's unit
    bound: f64,
}

fn main() -> ExitCode {
    support::run(|arguments: &Arguments| {
        apart::check_apart(&arguments.input, &arguments.output)?;
        let input = netcdf::open(&arguments.input)?;
        let field = Field::from_netcdf(&input, &arguments.variable)?;
        let bytes = field.values.len() * field.values.bytes_per_value();
        println!("{} {:?}: {bytes} bytes", field.name, field.shape());

        let bound = ErrorBound::Absolute(arguments.bound);
        let reel = Compressor::new(bound).compress_field(&field)?;
        let mut reader = ReelReader::open(Cursor::new(&reel), Limits::default())?;
        let frames = reader.shape()[0];
        let back = reel_to_field(&mut reader, 0..frames)?;
        check("reel", &field, &back, (arguments.bound, reel.len() as u64))?;

        let mut output = netcdf::create(&arguments.output)?;
        field.put_netcdf_through(&mut output, |variable| {
            put_hdf5_filter(variable, bound).map_err(Box::<dyn Error>::from)
        })?;
        output.close()?;
        let output = netcdf::open(&arguments.output)?;
        let back = Field::from_netcdf(&output, &field.name)?;
        let size = arguments.output.metadata()?.len();
        check("NetCDF file", &field, &back, (arguments.bound, size))
    })
}

/// Prints the size of a compressed field and its largest error, which must be within the bound.
fn check(
    what: &str,
    field: &Field,
    back: &Field,
    (bound, size): (f64, u64),
) -> Result<(), Box<dyn Error>> {
    let error = error::largest(field, back)?;
    println!("{what}: {size} bytes, largest error {error}");
    if error <= bound {
        Ok(())
    } else {
        Err(format!("the {what} does not keep the bound").into())
    }
}
