//! Every NetCDF file of the real data.

use fieldreel::dataset::{DatasetOptions, Fidelity};
use fieldreel::{Effort, ErrorBound};

use crate::compare::{alone, round_trip};
use crate::real::real;

#[test]
fn real_files_come_back_within_their_bounds() {
    let _alone = alone();
    for (name, lossy) in [
        ("monthly_navy_winds.nc", &["UWND", "VWND"][..]),
        ("ocean_atlas_subset.nc", &["TEMP"]),
        ("A1B_north_america.nc", &["air_temperature"]),
    ] {
        let Some(path) = real(name) else { continue };
        let options =
            DatasetOptions::new(ErrorBound::RangeRelative(1e-3)).with_effort(Effort::Fast);
        let summary = round_trip(&path, &options);
        let found: Vec<&str> = summary
            .variables
            .iter()
            .filter(|variable| matches!(variable.fidelity, Fidelity::Bounded { .. }))
            .map(|variable| variable.name.as_str())
            .collect();
        assert_eq!(found, lossy);
        assert!(summary.output_bytes * 5 < summary.input_bytes);
    }
}
