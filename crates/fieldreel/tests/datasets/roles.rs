//! Variables that a default bound leaves alone, and the reasons.

use fieldreel::dataset::{Kept, Rules, compress_dataset};
use fieldreel::{Bound, Effort};

use crate::compare::{alone, made, round_trip};
use crate::features::wave;

/// A model-level file as CMIP writes it: the bounds of the hybrid coefficients are named only by bounds.
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
fn formula_terms_of_bounds_ancillary_variables_and_masks_are_kept() {
    let _alone = alone();
    let folder = tempfile::tempdir().unwrap();
    let path = made(folder.path(), "3", &model_levels());
    let rules = Rules::new(Bound::Relative(1e-3)).effort(Effort::Fast);
    let reasons = |rules: &Rules| -> Vec<String> {
        let summary = round_trip(&path, rules);
        let all = summary.variables.into_iter();
        all.map(|variable| match variable.kept {
            Kept::Exactly { reason } => format!("{}: {reason}", variable.name),
            _ => variable.name,
        })
        .collect()
    };
    let wanted = [
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
    assert_eq!(reasons(&rules), wanted);
    // A pattern takes what is small, and nothing that is not data; a name takes all.
    let rules = Rules::lossless().effort(Effort::Fast);
    let rules = rules.bound("*", Bound::Relative(1e-3)).unwrap();
    let lossy = |rules: &Rules| -> Vec<String> {
        let all = reasons(rules).into_iter();
        all.filter(|line| !line.contains(':')).collect()
    };
    assert_eq!(lossy(&rules), ["ta", "re"]);
    let named = ["ps", "ta_error", "basin", "b_bnds"];
    let rules = named.iter().fold(rules, |rules, name| {
        rules.bound(name, Bound::Relative(1e-3)).unwrap()
    });
    assert_eq!(
        lossy(&rules),
        ["b_bnds", "ps", "ta", "ta_error", "basin", "re"]
    );
}

#[cfg(feature = "grib")]
#[test]
fn spherical_harmonics_are_kept_unless_a_rule_names_them() {
    use crate::compare::tool;

    let _alone = alone();
    let folder = tempfile::tempdir().unwrap();
    let samples = tool("codes_info", &["-s"]);
    for sample in ["sh_ml_grib1", "sh_ml_grib2", "sh_pl_grib1", "sh_pl_grib2"] {
        let path = format!("{}/{sample}.tmpl", samples.trim());
        let out = folder.path().join("out.nc");
        let kept = |rules: &Rules| {
            let summary = compress_dataset(&path, &out, rules).unwrap();
            let mut lossy = summary.variables.into_iter();
            lossy.find(|variable| variable.shape.len() == 1 && variable.bytes > 1000)
        };
        // One message is one row of coefficients.
        let rules = Rules::new(Bound::Relative(1e-3)).effort(Effort::Fast);
        let kept = kept(&rules).unwrap().kept;
        assert!(matches!(kept, Kept::Exactly { .. }), "{sample}: {kept:?}");
    }
    // Two steps: two dimensions.
    let first = format!("{}/sh_ml_grib2.tmpl", samples.trim());
    let [second, both] = ["second.grib", "both.grib"].map(|name| folder.path().join(name));
    tool(
        "grib_set",
        &["-s", "stepRange=6", &first, second.to_str().unwrap()],
    );
    let bytes = [
        std::fs::read(&first).unwrap(),
        std::fs::read(&second).unwrap(),
    ]
    .concat();
    std::fs::write(&both, bytes).unwrap();
    let of = |rules: &Rules| {
        let out = folder.path().join("out.nc");
        let summary = compress_dataset(&both, &out, rules).unwrap();
        let mut all = summary.variables.into_iter();
        all.find(|variable| variable.shape.len() == 2).unwrap()
    };
    let default = of(&Rules::new(Bound::Relative(1e-3)));
    let Kept::Exactly { reason } = default.kept else {
        panic!("{default:?}");
    };
    assert_eq!(reason.to_string(), "spectral");
    let named = Rules::lossless().effort(Effort::Fast);
    let named = named.bound(&default.name, Bound::Absolute(1e-3)).unwrap();
    assert!(matches!(of(&named).kept, Kept::Within { .. }));
}
