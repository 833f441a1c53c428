//! The table of the report, on the terminal and as JSON.

use std::error::Error;
use std::path::Path;

use serde::Serialize;

use crate::figures::Labels;
use crate::measure::Row;

#[derive(Serialize)]
struct Report<'a> {
    input: Input<'a>,
    rows: &'a [Row],
}

#[derive(Serialize)]
struct Input<'a> {
    file: &'a str,
    variable: &'a str,
    units: &'a str,
    shape: [usize; 3],
    dtype: &'a str,
}

/// Writes the table as a JSON file, which appears when it is complete.
pub(crate) fn write_json(
    path: &Path,
    labels: &Labels,
    (time, y, x): (usize, usize, usize),
    dtype: &str,
    rows: &[Row],
) -> Result<(), Box<dyn Error>> {
    let input = Input {
        file: &labels.file,
        variable: &labels.variable,
        units: &labels.units,
        shape: [time, y, x],
        dtype,
    };
    let mut json = serde_json::to_vec_pretty(&Report { input, rows })?;
    json.push(b'\n');
    fieldreel_core::files::write(path, &json)
        .map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(())
}

/// Prints the table.
pub(crate) fn print(
    labels: &Labels,
    (time, y, x): (usize, usize, usize),
    dtype: &str,
    rows: &[Row],
) {
    println!(
        "{} of {}: {time} × {y} × {x} {dtype}, {}\n",
        labels.variable, labels.file, labels.units
    );
    println!(
        "{:<8} {:<8} {:>4} {:>11} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9} {:>8} {:>8} {:>8}",
        "mode",
        "codec",
        "bits",
        "bytes",
        "ratio",
        "bits/val",
        "mean",
        "max",
        "rel mean",
        "rel max",
        "PSNR dB",
        "enc s",
        "dec s",
    );
    for row in rows {
        println!(
            "{:<8} {:<8} {:>4} {:>11} {:>9.2} {:>9.3} {:>9.2e} {:>9.2e} {:>9.2e} {:>9.2e} {:>8.2} {:>8.2} {:>8.2}",
            row.mode,
            row.codec,
            row.bit_depth,
            row.bytes,
            row.ratio,
            row.bits_per_value,
            row.mean_abs,
            row.max_abs,
            row.rel_mean,
            row.rel_max,
            row.psnr_db,
            row.encode_s,
            row.decode_s,
        );
    }
}
