//! The NetCDF files of the real data.

use fieldreel::dataset::{DatasetOptions, Fidelity};
use fieldreel::{Effort, ErrorBound};

use crate::compare::{lock_hdf5, round_trip};
use crate::real_data::real_file;

#[test]
fn real_files_are_within_their_bounds() {
    let _lock = lock_hdf5();
    for (name, lossy) in [
        ("monthly_navy_winds.nc", &["UWND", "VWND"][..]),
        ("ocean_atlas_subset.nc", &["TEMP"]),
        ("A1B_north_america.nc", &["air_temperature"]),
    ] {
        let Some(path) = real_file(name) else {
            continue;
        };
        let options =
            DatasetOptions::new(ErrorBound::RangeRelative(1e-3)).with_effort(Effort::Fast);
        let summary = round_trip(&path, &options);
        let actual: Vec<&str> = summary
            .variables
            .iter()
            .filter(|variable| matches!(variable.fidelity, Fidelity::Bounded { .. }))
            .map(|variable| variable.name.as_str())
            .collect();
        assert_eq!(actual, lossy);
        assert!(summary.output_bytes * 5 < summary.input_bytes);
    }
}
