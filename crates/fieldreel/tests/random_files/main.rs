//! Compression and decompression of random NetCDF files, which are generated and compared through
//! netcdf-c alone.
//!
//! The environment variable `FIELDREEL_RANDOM_FILES` sets the number of files, and
//! `FIELDREEL_RANDOM_SEED` the seed of the first file. Seeds are consecutive.
#![cfg(test)]
#![cfg(feature = "dataset")]

mod compare;
mod file_content;
mod generate;
mod random;
mod value_types;
mod values;

use std::path::Path;

use fieldreel::dataset::{DatasetOptions, compress_dataset, decompress_dataset};
use fieldreel::{BaseChoice, Effort, ErrorBound};

use self::compare::{Counts, compare};
use self::file_content::read;
use self::generate::generate;
use self::random::Random;

/// Returns random options. Most of them are fast and without video, because starting a video
/// encoder takes longer than encoding these files.
fn options(random: &mut Random) -> DatasetOptions {
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

/// Generates, compresses, decompresses and compares one file.
fn test_file(seed: u64, folder: &Path, counts: &mut Counts) -> Result<(), String> {
    let mut random = Random::new(seed);
    let [path, small, again] = ["input.nc", "small.nc", "again.nc"].map(|name| folder.join(name));
    let generated =
        generate(&path, &mut random).map_err(|error| format!("not generated: {error}"))?;
    let options = options(&mut random);
    let with_options = |error: &dyn std::fmt::Display| format!("{options:?}: {error}");
    let compressed = compress_dataset(&path, &small, &options);
    // Rarely, HDF5 cannot read a file of netcdf-c: strings in chunks that were never written.
    let Ok(original) = read(&path) else {
        counts.unreadable += 1;
        return match compressed {
            Ok(_) => Err("a file that netcdf-c cannot read was compressed".to_owned()),
            Err(_) => Ok(()),
        };
    };
    compressed.map_err(|error| format!("refused: {}", with_options(&error)))?;
    decompress_dataset(&small, &again, &DatasetOptions::lossless())
        .map_err(|error| format!("not decompressed: {}", with_options(&error)))?;
    let (compressed, decompressed) = (read(&small)?, read(&again)?);
    compare(&original, &compressed, None, generated.is_netcdf4, counts)
        .map_err(|error| format!("compressed: {}", with_options(&error)))?;
    let mut again = Counts::default();
    compare(
        &original,
        &decompressed,
        Some(&compressed),
        generated.is_netcdf4,
        &mut again,
    )
    .map_err(|error| format!("decompressed: {}", with_options(&error)))
}

fn env_number(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap())
}

#[test]
fn random_files_are_within_their_bounds() {
    fieldreel::register_hdf5_filter().unwrap();
    let first = env_number("FIELDREEL_RANDOM_SEED", 0);
    let count = env_number("FIELDREEL_RANDOM_FILES", 150);
    let mut counts = Counts::default();
    let mut failures = Vec::new();
    for seed in first..first + count {
        let folder = tempfile::tempdir().unwrap();
        if let Err(error) = test_file(seed, folder.path(), &mut counts) {
            // Long attributes would make the message unreadable.
            let error: String = error.chars().take(600).collect();
            println!("seed {seed}, kept in {}: {error}", folder.keep().display());
            failures.push(seed);
        }
    }
    println!("{count} files: {counts:?}");
    assert!(
        failures.is_empty(),
        "{} seeds fail: {failures:?}",
        failures.len()
    );
    assert!(
        count < 20 || counts.lossy as u64 * 4 > count,
        "too little is lossy: {counts:?}"
    );
}
