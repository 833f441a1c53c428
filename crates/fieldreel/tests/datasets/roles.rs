//! Variables to which a default bound does not apply, and the reasons.

use fieldreel::dataset::{DatasetOptions, Fidelity, compress_dataset};
use fieldreel::{Effort, ErrorBound};

use crate::compare::{lock_hdf5, ncgen, round_trip};
use crate::features::wave;

/// Returns the CDL text of a model-level file in the form of CMIP, in which only the bounds of
/// `lev` refer to the bounds of the hybrid coefficients.
fn model_levels() -> String {
    format!(
        "netcdf f {{ dimensions: time = 2; lev = 20; lat = 12; lon = 16; bnds = 2; verts = 40;
        variables: double lev(lev); lev:bounds = \"lev_bnds\"; lev:formula_terms = \"p0: p0 a: a b: b ps: ps\";
          double lev_bnds(lev, bnds); lev_bnds:formula_terms = \"p0: p0 a: a_bnds b: b_bnds ps: ps\";
          double p0; double a(lev); double b(lev); double a_bnds(lev, bnds); double b_bnds(lev, bnds);
          float ps(time, lat, lon); float ta(time, lev, lat, lon); ta:ancillary_variables = \"ta_error\";
          float ta_error(time, lev, lat, lon); float basin(lat, lon); float re(lat, lon, bnds);
        data: ta = {}; ta_error = {}; ps = {}; a_bnds = {}; b_bnds = {}; }}",
        wave(7680),
        wave(7680),
        wave(384),
        wave(40),
        wave(40),
    )
}

#[test]
fn formula_terms_of_bounds_ancillary_variables_and_masks_are_lossless() {
    let _lock = lock_hdf5();
    let folder = tempfile::tempdir().unwrap();
    let path = ncgen(folder.path(), "3", &model_levels());
    let options = DatasetOptions::new(ErrorBound::RangeRelative(1e-3)).with_effort(Effort::Fast);
    let reasons = |options: &DatasetOptions| -> Vec<String> {
        let summary = round_trip(&path, options);
        let all = summary.variables.into_iter();
        all.map(|variable| match variable.fidelity {
            Fidelity::Exact { reason } => format!("{}: {reason}", variable.name),
            _ => variable.name,
        })
        .collect()
    };
    let expected = [
        "lev: coordinate",
        "lev_bnds: bounds of lev",
        "p0: formula_terms of lev",
        "a: formula_terms of lev",
        "b: formula_terms of lev",
        "a_bnds: formula_terms of lev_bnds",
        "b_bnds: formula_terms of lev_bnds",
        "ps: formula_terms of lev",
        "ta",
        "ta_error: ancillary_variables of ta",
        "basin: flags or classes",
        "re: small",
    ];
    assert_eq!(reasons(&options), expected);
    // A pattern applies to small variables, but only to data. A name applies to any variable.
    let options = DatasetOptions::lossless().with_effort(Effort::Fast);
    let options = options
        .with_bound("*", ErrorBound::RangeRelative(1e-3))
        .unwrap();
    let lossy = |options: &DatasetOptions| -> Vec<String> {
        let all = reasons(options).into_iter();
        all.filter(|line| !line.contains(':')).collect()
    };
    assert_eq!(lossy(&options), ["ta", "re"]);
    let named = ["ps", "ta_error", "basin", "b_bnds"];
    let options = named.iter().fold(options, |options, name| {
        options
            .with_bound(name, ErrorBound::RangeRelative(1e-3))
            .unwrap()
    });
    assert_eq!(
        lossy(&options),
        ["b_bnds", "ps", "ta", "ta_error", "basin", "re"]
    );
}

#[cfg(feature = "grib")]
#[test]
fn spherical_harmonics_are_lossless_unless_they_are_named() {
    use crate::compare::run_tool;

    let _lock = lock_hdf5();
    let folder = tempfile::tempdir().unwrap();
    let samples = run_tool("codes_info", &["-s"]);
    for sample in ["sh_ml_grib1", "sh_ml_grib2", "sh_pl_grib1", "sh_pl_grib2"] {
        let path = format!("{}/{sample}.tmpl", samples.trim());
        let out = folder.path().join("out.nc");
        let coefficients = |options: &DatasetOptions| {
            let summary = compress_dataset(&path, &out, options).unwrap();
            let mut lossy = summary.variables.into_iter();
            lossy.find(|variable| variable.shape.len() == 1 && variable.bytes > 1000)
        };
        // One message has one row of coefficients.
        let options =
            DatasetOptions::new(ErrorBound::RangeRelative(1e-3)).with_effort(Effort::Fast);
        let fidelity = coefficients(&options).unwrap().fidelity;
        assert!(
            matches!(fidelity, Fidelity::Exact { .. }),
            "{sample}: {fidelity:?}"
        );
    }
    // Two steps have two dimensions.
    let first = format!("{}/sh_ml_grib2.tmpl", samples.trim());
    let [second, both] = ["second.grib", "both.grib"].map(|name| folder.path().join(name));
    run_tool(
        "grib_set",
        &["-s", "stepRange=6", &first, second.to_str().unwrap()],
    );
    let bytes = [
        std::fs::read(&first).unwrap(),
        std::fs::read(&second).unwrap(),
    ]
    .concat();
    std::fs::write(&both, bytes).unwrap();
    let coefficients = |options: &DatasetOptions| {
        let out = folder.path().join("out.nc");
        let summary = compress_dataset(&both, &out, options).unwrap();
        let mut all = summary.variables.into_iter();
        all.find(|variable| variable.shape.len() == 2).unwrap()
    };
    let default = coefficients(&DatasetOptions::new(ErrorBound::RangeRelative(1e-3)));
    let Fidelity::Exact { reason } = default.fidelity else {
        panic!("{default:?}");
    };
    assert_eq!(reason.to_string(), "spectral");
    let named = DatasetOptions::lossless().with_effort(Effort::Fast);
    let named = named
        .with_bound(&default.name, ErrorBound::Absolute(1e-3))
        .unwrap();
    let named = coefficients(&named);
    assert!(matches!(named.fidelity, Fidelity::Bounded { .. }));
}
