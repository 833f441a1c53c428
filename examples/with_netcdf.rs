//! Compresses a variable of an open file of the `netcdf` crate into a reel, and into another such
//! file through the HDF5 filter of fieldreel, within an error bound.
//!
//! ```text
//! cargo run --release --features netcdf-crate --example with_netcdf -- INPUT.nc VARIABLE OUTPUT.nc
//! ```

use std::error::Error;
use std::io::Cursor;

use fieldreel::formats::Field;
use fieldreel::metrics::ErrorMetrics;
use fieldreel::{Compressor, ErrorBound, Limits, ReelReader, put_hdf5_filter, reel_to_field};
use ndarray::Ix3;

const BOUND: f64 = 0.05;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [input, variable, output] = arguments.as_slice() else {
        return Err("usage: with_netcdf INPUT.nc VARIABLE OUTPUT.nc".into());
    };
    let input = netcdf::open(input)?;
    let field = Field::from_netcdf(&input, variable)?;
    let bytes = field.values.len() * field.values.bytes_per_value();
    println!("{} {:?}: {bytes} bytes", field.name, field.shape());

    let bound = ErrorBound::Absolute(BOUND);
    let reel = Compressor::new(bound).compress_field(&field)?;
    let mut reader = ReelReader::open(Cursor::new(&reel), Limits::default())?;
    let frames = reader.shape()[0];
    check(
        "reel",
        reel.len() as u64,
        &field,
        &reel_to_field(&mut reader, 0..frames)?,
    )?;

    let mut file = netcdf::create(output)?;
    field.put_netcdf_through(&mut file, |variable| {
        put_hdf5_filter(variable, bound).map_err(Box::<dyn Error>::from)
    })?;
    file.close()?;
    let size = std::fs::metadata(output)?.len();
    let decoded = Field::from_netcdf(&netcdf::open(output)?, variable)?;
    check("NetCDF file", size, &field, &decoded)
}

/// Prints the size and the largest error of a compressed field, and checks the bound.
fn check(label: &str, size: u64, original: &Field, decoded: &Field) -> Result<(), Box<dyn Error>> {
    let [original, decoded] =
        [original, decoded].map(|field| field.values.to_f64().into_dimensionality::<Ix3>());
    let errors = ErrorMetrics::between(original?.view(), decoded?.view())?;
    println!("{label}: {size} bytes, largest error {}", errors.max_abs);
    assert!(errors.max_abs <= BOUND, "values are within the bound");
    Ok(())
}
