//! Random NetCDF files through `compress_dataset` and `decompress_dataset`, compared by netcdf-c alone.
//!
//! `FIELDREEL_RANDOM_FILES` is the number of files, `FIELDREEL_RANDOM_SEED` the seed of the first; each has the next.
#![cfg(test)]
#![cfg(feature = "dataset")]

mod compare;
mod content;
mod generate;
mod random;
mod types;
mod values;

use std::path::Path;

use fieldreel::dataset::{DatasetOptions, compress_dataset, decompress_dataset};
use fieldreel::{BaseChoice, Effort, ErrorBound};

use self::compare::{Tally, compare};
use self::content::read;
use self::generate::generate;
use self::random::Random;

/// A bound and how it is to be kept: mostly fast and without video, which takes longer to start than these files to encode.
fn rules(random: &mut Random) -> DatasetOptions {
    let size = 10_f64.powi(-(random.below(5) as i32));
    let bound = match random.below(9) {
        0..=3 => ErrorBound::RangeRelative(size * 0.05),
        4..=7 => ErrorBound::Absolute(size),
        _ => ErrorBound::PointwiseRelative(size * 0.1),
    };
    let effort = random.pick(&[
        Effort::Fast,
        Effort::Fast,
        Effort::Fast,
        Effort::Fast,
        Effort::Balanced,
    ]);
    let base = random.pick(&[BaseChoice::Prediction, BaseChoice::Auto]);
    DatasetOptions::new(bound)
        .with_effort(effort)
        .with_base(base)
        .with_threads(2)
}

/// Makes, compresses, decompresses and compares one file.
fn try_one(seed: u64, folder: &Path, tally: &mut Tally) -> Result<(), String> {
    let mut random = Random::new(seed);
    let [path, small, again] = ["made.nc", "small.nc", "again.nc"].map(|name| folder.join(name));
    let made = generate(&path, &mut random).map_err(|error| format!("not made: {error}"))?;
    let rules = rules(&mut random);
    let told = |error: &dyn std::fmt::Display| format!("{rules:?}: {error}");
    let compressed = compress_dataset(&path, &small, &rules);
    // Rarely, HDF5 cannot read what netcdf-c wrote: texts in chunks that never were.
    let Ok(original) = read(&path) else {
        tally.unreadable += 1;
        return match compressed {
            Ok(_) => Err("netcdf-c cannot read it, and it was compressed".to_owned()),
            Err(_) => Ok(()),
        };
    };
    compressed.map_err(|error| format!("refused: {}", told(&chain(&error))))?;
    decompress_dataset(&small, &again, &DatasetOptions::lossless())
        .map_err(|error| format!("not decompressed: {}", told(&chain(&error))))?;
    let (compressed, decompressed) = (read(&small)?, read(&again)?);
    compare(&original, &compressed, None, made.is_netcdf4, tally)
        .map_err(|error| format!("compressed: {}", told(&error)))?;
    let mut again = Tally::default();
    compare(
        &original,
        &decompressed,
        Some(&compressed),
        made.is_netcdf4,
        &mut again,
    )
    .map_err(|error| format!("decompressed: {}", told(&error)))
}

/// An error with all that caused it.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        text += &format!(": {source}");
        next = source.source();
    }
    text
}

fn number_in(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap())
}

#[test]
fn random_files_come_back_within_their_bounds() {
    fieldreel::register_hdf5_filter().unwrap();
    let first = number_in("FIELDREEL_RANDOM_SEED", 0);
    let count = number_in("FIELDREEL_RANDOM_FILES", 150);
    let mut tally = Tally::default();
    let mut failures = Vec::new();
    for seed in first..first + count {
        let folder = tempfile::tempdir().unwrap();
        if let Err(error) = try_one(seed, folder.path(), &mut tally) {
            // The values of long attributes are of no use.
            let error: String = error.chars().take(600).collect();
            println!("seed {seed}, kept in {}: {error}", folder.keep().display());
            failures.push(seed);
        }
    }
    println!("{count} files: {tally:?}");
    assert!(
        failures.is_empty(),
        "{} seeds fail: {failures:?}",
        failures.len()
    );
    assert!(
        count < 20 || tally.lossy as u64 * 4 > count,
        "too little is lossy: {tally:?}"
    );
}
