//! Simulates a tracer that drifts and diffuses around an island, and archives it as a reel.
//!
//! Every value of the reel is within a thousandth of the range, which is from 0 to 1. The program
//! checks this on some frames, and writes all of them as NetCDF.
//!
//! ```text
//! cargo run --release --example simulation -- OUT.nc
//! ```

use std::fs::File;
use std::path::{Path, PathBuf};

use fieldreel::formats::{NetcdfOptions, write_netcdf};
use fieldreel::{
    Compressor, Coordinate, Dimension, Error, ErrorBound, Limits, Metadata, open_reel,
    reel_to_field,
};
use ndarray::{Array2, Array3};

const ROWS: usize = 90;
const COLUMNS: usize = 180;
const LAND: f32 = -999.0;
const BOUND: f64 = 1e-3;
const LIMITS: Limits = Limits::new(64 << 20);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let output = std::env::args_os().nth(1).map(PathBuf::from);
    let output = output.ok_or("usage: simulation OUT.nc")?;
    let reel = output.with_extension("reel");
    let originals = simulate(&reel)?;
    convert(&reel, &originals, &output)?;
    Ok(())
}

/// Writes 96 hourly frames into a reel as soon as each is computed, and returns them.
fn simulate(path: &Path) -> Result<Array3<f32>, Error> {
    let latitudes: Vec<f64> = (0..ROWS).map(|y| 2.0 * y as f64 - 89.0).collect();
    let longitudes: Vec<f64> = (0..COLUMNS).map(|x| 2.0 * x as f64).collect();
    let mut metadata = Metadata::new("tracer");
    metadata.dimensions = vec![
        Dimension::unlimited("time"),
        Dimension::new("latitude", ROWS),
        Dimension::new("longitude", COLUMNS),
    ];
    metadata.attributes.insert("units", "1");
    metadata.attributes.insert("_FillValue", LAND);
    metadata.coordinates = vec![
        Coordinate::axis("latitude", latitudes).with_attribute("units", "degrees_north"),
        Coordinate::axis("longitude", longitudes).with_attribute("units", "degrees_east"),
    ];

    let compressor = Compressor::new(ErrorBound::RangeRelative(BOUND))
        .with_range(1.0)
        .with_fill_value(LAND)
        .with_frames_per_segment(24)
        .with_metadata(metadata);
    let file = File::create(path).map_err(|error| Error::from(error).with_path(path))?;
    let mut writer = compressor.stream(file, [ROWS, COLUMNS])?;
    let mut originals = Array3::zeros((96, ROWS, COLUMNS));
    let mut tracer = Array2::from_shape_fn((ROWS, COLUMNS), |(y, x)| {
        let [y, x] = [y as f32, x as f32];
        let is_land = (y - 60.0).hypot(x - 70.0) < 18.0;
        if is_land {
            LAND
        } else {
            (-((y - 45.0).powi(2) + (x - 30.0).powi(2)) / 150.0).exp()
        }
    });
    for mut original in originals.outer_iter_mut() {
        writer.write_frame(tracer.view())?;
        original.assign(&tracer);
        tracer = step(&tracer);
    }

    // The times are added at the end, because a simulation may stop at any time.
    let hours: Vec<f64> = (0..96).map(f64::from).collect();
    let mut times = Metadata::default();
    times.coordinates =
        vec![Coordinate::axis("time", hours).with_attribute("units", "hours since 2000-01-01")];
    writer.supplement(times);
    let (_, summary) = writer.finish()?;
    println!(
        "{}: {} frames, {} bytes",
        path.display(),
        summary.frames,
        summary.bytes
    );
    Ok(originals)
}

/// Returns the tracer one hour later. Nothing flows through the coast or over the poles.
fn step(tracer: &Array2<f32>) -> Array2<f32> {
    Array2::from_shape_fn(tracer.dim(), |(y, x)| {
        let here = tracer[[y, x]];
        let flow = |y: usize, x: usize| match tracer[[y, x]] {
            LAND => 0.0,
            there => there - here,
        };
        let zonal = 0.4 * flow(y, (x + COLUMNS - 1) % COLUMNS) + 0.05 * flow(y, (x + 1) % COLUMNS);
        let meridional = 0.1 * (flow(y.saturating_sub(1), x) + flow((y + 1).min(ROWS - 1), x));
        if here == LAND {
            LAND
        } else {
            here + zonal + meridional
        }
    })
}

/// Checks the bound on twelve frames, and writes the whole reel as a NetCDF file.
fn convert(path: &Path, originals: &Array3<f32>, output: &Path) -> Result<(), Error> {
    let mut reader = open_reel(path, LIMITS)?;
    let decoded = reader.frames::<f32>(40..52)?;
    let mut largest = 0.0_f64;
    for ((t, y, x), &value) in decoded.indexed_iter() {
        let original = originals[[40 + t, y, x]];
        assert_eq!(original == LAND, value == LAND, "land is exact");
        largest = largest.max((f64::from(value) - f64::from(original)).abs());
    }
    assert!(largest <= BOUND, "values are within the bound");
    println!("frames 40 to 51: largest error {largest:.3e}, bound {BOUND:e}");

    let frames = reader.shape()[0];
    let field = reel_to_field(&mut reader, 0..frames)?;
    write_netcdf(output, &field, &NetcdfOptions::default())?;
    println!("{}: {} {:?}", output.display(), field.name, field.shape());
    Ok(())
}
