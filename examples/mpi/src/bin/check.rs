//! Reads an output of `simulate` as one array, and compares each value with a simulation in this
//! process alone.
//!
//! `check zarr|reels OUT [BOUND]`, with the bound that `simulate` was given (default: `rel:1e-3`)

use std::path::Path;
use std::process::ExitCode;

use fieldreel_mpi::Error;
use fieldreel_mpi::accuracy::{Accuracy, compare};
use fieldreel_mpi::reels::TiledReels;
use fieldreel_mpi::zarr::ZarrReader;
use fieldreel_reel::ErrorBound;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(line) => {
            println!("{line}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<String, Error> {
    let (format, path, bound) = match arguments {
        [format, path] => (format, path, "rel:1e-3"),
        [format, path, bound] => (format, path, bound.as_str()),
        _ => {
            return Err(Error::Usage(
                "usage: check zarr|reels OUT [BOUND]".to_owned(),
            ));
        }
    };
    let path = Path::new(path);
    let bound: ErrorBound = bound
        .parse()
        .map_err(|error| Error::Usage(format!("{error}")))?;
    let accuracy = match format.as_str() {
        "zarr" => {
            let array = ZarrReader::open(path)?;
            compare(path, bound, |frames| array.frames(frames))?
        }
        "reels" => {
            let mut reels = TiledReels::open(path)?;
            compare(path, bound, |frames| reels.frames(frames))?
        }
        other => return Err(Error::Usage(format!("unknown format {other:?}"))),
    };
    Ok(describe(path, bound, accuracy))
}

/// Returns the line that is printed.
fn describe(path: &Path, bound: ErrorBound, accuracy: Accuracy) -> String {
    let Accuracy {
        values,
        largest_error,
        largest_part,
        range,
        ..
    } = accuracy;
    let range = range.map(|range| format!(" of the range {range:.4} m"));
    format!(
        "{}: {values} values, largest error {largest_error:.3e} m, {:.1} % of the bound {bound}{}",
        path.display(),
        largest_part * 100.0,
        range.unwrap_or_default()
    )
}
