//! Every NetCDF file of the real data.

use fieldreel::dataset::{Kept, Rules};
use fieldreel::{Bound, Effort};

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
        let rules = Rules::new(Bound::Relative(1e-3)).effort(Effort::Fast);
        let summary = round_trip(&path, &rules);
        let found: Vec<&str> = summary
            .variables
            .iter()
            .filter(|variable| matches!(variable.kept, Kept::Within { .. }))
            .map(|variable| variable.name.as_str())
            .collect();
        assert_eq!(found, lossy);
        assert!(summary.output_bytes * 5 < summary.input_bytes);
    }
}
