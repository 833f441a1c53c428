//! Compresses all variables of a NetCDF or GRIB file, each within a bound of its own, and writes a
//! plain file back.
//!
//! `cargo run --release --example whole_file -- data/navy_winds_uwnd.nc`

use fieldreel::dataset::{DatasetOptions, Fidelity, compress_dataset, decompress_dataset};
use fieldreel::{Effort, ErrorBound};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let input = std::env::args().nth(1).ok_or("usage: whole_file INPUT")?;
    let folder = tempfile::tempdir()?;
    let [small, plain] = ["small.nc", "plain.nc"].map(|name| folder.path().join(name));

    let options = DatasetOptions::new(ErrorBound::RangeRelative(1e-3))
        .with_bound("U*", ErrorBound::Absolute(0.05))?
        .with_lossless("TIME")?
        .with_effort(Effort::Fast);
    let summary = compress_dataset(&input, &small, &options)?;
    for variable in &summary.variables {
        let fidelity = match &variable.fidelity {
            Fidelity::Bounded { criterion, max_abs } => {
                format!("{criterion}, largest error {max_abs:.4}")
            }
            Fidelity::Exact { reason } => format!("exact: {reason}"),
            _ => String::new(),
        };
        let (name, bytes, stored) = (&variable.name, variable.bytes, variable.stored_bytes);
        println!("{name}: {bytes} bytes stored in {stored}; {fidelity}");
    }
    let (before, after) = (summary.input_bytes, summary.output_bytes);
    println!("file: {before} bytes compressed to {after}");

    // The result needs no plugin to be read.
    let summary = decompress_dataset(&small, &plain, &DatasetOptions::lossless())?;
    println!("plain file: {} bytes", summary.output_bytes);
    Ok(())
}
