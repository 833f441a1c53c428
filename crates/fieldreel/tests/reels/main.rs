//! Compression of arrays and fields into reels, and decompression.
#![cfg(test)]
#![cfg(all(feature = "ffmpeg", feature = "netcdf"))]

mod arrays;
mod damage;
mod fields;

use std::path::PathBuf;

use fieldreel::formats::{Field, FieldValues};
use ndarray::{Array3, Ix3};

/// Returns the sample data: 60 months of winds on 73×144 points.
fn sample() -> Field {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/navy_winds_uwnd.nc");
    fieldreel::read_field(path, Some("UWND")).unwrap()
}

/// Returns the values of the sample data, axis order `(time, y, x)`.
fn winds() -> Array3<f32> {
    match sample().values {
        FieldValues::F32(values) => values.into_dimensionality::<Ix3>().unwrap(),
        _ => panic!("the sample is f32"),
    }
}
