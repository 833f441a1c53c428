//! Rules: conditions, order, settings and errors.

use fieldreel::ErrorBound;
use fieldreel::dataset::{DatasetOptions, Fidelity, compress_dataset};
use fieldreel::formats::Attributes;
use fieldreel::formats::dataset::{
    DatasetDimension, GroupSchema, Schema, VariableSchema, VariableType,
};
use fieldreel_archive::{ArchiveError, Rules};
use proptest::prelude::*;

use crate::common::{Archive, write_field};

const FULL: &str = r#"
default = "rel:1e-3"
effort = "balanced"
format = "netcdf"
idempotent = true
portable = true
lossless_packed = true
chunks = { y = 16, z = 3 }

[[rules]]
units = ["K", "degC"]
bound = "abs:0.01"

[[rules]]
standard_name = "air_*"
bound = "pointwise:1e-2"

[[rules]]
variable = ["/a/t*", "exact"]
bound = "lossless"
"#;

fn parse(text: &str) -> Result<Rules, ArchiveError> {
    Rules::parse(text, "bounds.toml")
}

/// Returns a schema with a variable of each name, and these attributes.
fn schema(variables: &[(&str, &[(&str, &str)])]) -> Schema {
    let mut schema = Schema::default();
    schema.groups.push(GroupSchema::default());
    schema.groups.push(GroupSchema::new("a", 0));
    schema.dimensions.push(DatasetDimension::new("y", 90));
    for (name, attributes) in variables {
        let group = usize::from(name.starts_with("/a/"));
        let name = name.trim_start_matches("/a/");
        let variable = VariableSchema::new(name, VariableType::F32, &[0])
            .with_group(group)
            .with_attributes(Attributes::from_iter(attributes.iter().copied()));
        schema.variables.push(variable);
    }
    schema
}

/// Returns the bound that rules set for a variable, and `!` after it if it has to apply.
fn bound(rules: &str, name: &str, attributes: &[(&str, &str)]) -> Option<String> {
    let settings = parse(rules)
        .unwrap()
        .resolve(&schema(&[(name, attributes)]));
    let found = settings.variables.get(name)?;
    Some(format!(
        "{}{}",
        found.bound,
        if found.required { "!" } else { "" }
    ))
}

#[test]
fn each_condition_selects_variables() {
    let of = |condition: &str, name: &str, attributes: &[(&str, &str)]| {
        let rules = format!("[[rules]]\nbound = 'abs:1'\n{condition}");
        bound(&rules, name, attributes)
    };
    let set = Some("abs:1e0".to_owned());
    let required = Some("abs:1e0!".to_owned());
    assert_eq!(of("variable = 't'", "t", &[]), required);
    assert_eq!(of("variable = '/t'", "t", &[]), required);
    assert_eq!(of("variable = '/a/t'", "/a/t", &[]), required);
    assert_eq!(of("variable = ['x', 't']", "t", &[]), required);
    assert_eq!(of("variable = 't*'", "t2m", &[]), set);
    assert_eq!(of("variable = '*'", "/a/t2m", &[]), set);
    assert_eq!(of("variable = 't?[mn]'", "t2m", &[]), set);
    for other in ["t", "a/t*", "T2M", "t2"] {
        assert_eq!(of(&format!("variable = '{other}'"), "t2m", &[]), None);
    }
    let standard_name = [("standard_name", "air_temperature")];
    assert_eq!(of("standard_name = 'air_*'", "t", &standard_name), set);
    assert_eq!(of("standard_name = 'air'", "t", &standard_name), None);
    assert_eq!(of("standard_name = '*'", "t", &[]), None);
    // A unit is not a pattern: that of GRIB has asterisks.
    let units = [("units", " m s**-1 ")];
    assert_eq!(of("units = 'm s**-1'", "t", &units), set);
    assert_eq!(of("units = ['K', 'm s**-1']", "t", &units), set);
    assert_eq!(of("units = 'm*'", "t", &units), None);
    assert_eq!(of("units = 'K'", "t", &[]), None);
    // All conditions have to be met.
    let both = "units = 'm s**-1'\nvariable = 't'";
    assert_eq!(of(both, "t", &units), required);
    assert_eq!(of(both, "t", &[]), None);
    assert_eq!(of(both, "u", &units), None);
}

#[test]
fn the_last_rule_that_matches_applies() {
    let air = [("standard_name", "air_temperature"), ("units", "K")];
    assert_eq!(
        bound(FULL, "x", &[("units", "K")]).as_deref(),
        Some("abs:1e-2")
    );
    assert_eq!(bound(FULL, "x", &air).as_deref(), Some("pointwise:1e-2"));
    assert_eq!(bound(FULL, "/a/tx", &air).as_deref(), Some("lossless"));
    assert_eq!(bound(FULL, "exact", &air).as_deref(), Some("lossless!"));
    assert_eq!(bound(FULL, "x", &[]), None);
}

#[test]
fn settings_are_those_of_the_file() {
    let settings = parse(FULL).unwrap().resolve(&schema(&[("t", &[])]));
    assert_eq!(settings.default, ErrorBound::RangeRelative(1e-3).into());
    assert_eq!(settings.effort, fieldreel::Effort::Balanced);
    assert!(settings.idempotent && settings.portable && settings.lossless_packed);
    // The file has no dimension z.
    assert_eq!(
        settings.chunks.into_iter().collect::<Vec<_>>(),
        [("y".to_owned(), 16)]
    );
    let empty = parse("").unwrap().resolve(&schema(&[("t", &[])]));
    assert_eq!(empty.default, ErrorBound::Lossless.into());
    assert_eq!(empty.effort, fieldreel::Effort::Fast);
    assert!(empty.variables.is_empty() && empty.chunks.is_empty());
}

#[test]
fn a_rule_by_unit_leaves_coordinates_lossless() {
    let archive = Archive::new(0);
    let (input, output) = (archive.path("in.nc"), archive.path("out.nc"));
    write_field(&archive.path("t.nc"), "t", "K", 1);
    let axis: Vec<f64> = (0..20).map(|i| f64::from(i) * 0.3).collect();
    let mut field = fieldreel::read_field(archive.path("t.nc"), Some("t")).unwrap();
    field.coordinates.push(
        fieldreel::formats::Coordinate::axis("y", axis).with_attribute("units", "degrees_north"),
    );
    fieldreel::formats::write_netcdf(&input, &field, &Default::default()).unwrap();
    let schema = fieldreel::dataset::read_schema(&input).unwrap();
    let has_bound = |options: &DatasetOptions| {
        let summary = compress_dataset(&input, &output, options).unwrap();
        let variables = &summary.variables;
        ["t", "y"].map(|name| {
            let variable = variables.iter().find(|variable| variable.name == name);
            matches!(variable.unwrap().fidelity, Fidelity::Bounded { .. })
        })
    };
    let by_unit = "[[rules]]\nunits = ['K', 'degrees_north']\nbound = 'abs:0.5'";
    let settings = parse(by_unit).unwrap().resolve(&schema);
    assert_eq!(settings.variables.len(), 2);
    assert_eq!(has_bound(&settings.to_options().unwrap()), [true, false]);
    // A bound for the name of a coordinate has to apply.
    let by_name = parse("[[rules]]\nvariable = 'y'\nbound = 'abs:0.5'").unwrap();
    let options = by_name.resolve(&schema).to_options().unwrap();
    assert_eq!(has_bound(&options), [false, true]);
}

#[test]
fn mistakes_are_located() {
    for (text, line, problem) in [
        ("\ndefault = 'abs:-1'", 2, "abs:-1"),
        ("bound = 'abs:1'", 1, "unknown field `bound`"),
        ("default = 3", 1, "invalid type: integer"),
        ("effort = 'slow'", 1, "slow"),
        ("format = 'grib'", 1, "unknown variant `grib`"),
        ("chunks = { y = 0 }", 1, "nonzero"),
        ("\nsplit_above = '4 GB'", 2, "needs `format = \"zarr\"`"),
        ("split_above = '4 Gb'", 1, "invalid size \"4 Gb\""),
        ("split_above = 4", 1, "invalid type: integer"),
        ("\n\n[[rules]]\nunits = 'K'", 3, "missing field `bound`"),
        ("\n[[rules]]\nbound = 'abs:1'", 2, "a rule needs `variable`"),
        ("[[rules]]\nunits = 'K'\nbound = 'abs'", 3, "abs"),
        (
            "[[rules]]\nunit = 'K'\nbound = 'abs:1'",
            2,
            "unknown field `unit`",
        ),
        ("[[rules]]\nunits = []\nbound = 'abs:1'", 2, "empty array"),
        ("[[rules]]\nunits = [1]\nbound = 'abs:1'", 2, "invalid type"),
        (
            "[[rules]]\nvariable = 'a['\nbound = 'abs:1'",
            1,
            "malformed pattern",
        ),
        (
            "[[rules]]\nvariable = 'a'\nbound = 'abs:1'\nbound = 'abs:2'",
            4,
            "duplicate",
        ),
        ("a = [", 1, ""),
    ] {
        match parse(text) {
            Err(error @ ArchiveError::InvalidRules { line: found, .. }) => {
                let message = error.to_string();
                assert_eq!(found, line, "{text}: {message}");
                assert!(
                    message.starts_with(&format!("bounds.toml, line {line}: "))
                        && message.contains(problem)
                        && message.lines().count() == 1,
                    "{text}: {message}"
                );
                assert_eq!(error.kind(), fieldreel::ErrorKind::Argument);
            }
            other => panic!("{text}: {other:?}"),
        }
    }
}

/// A build without the feature reads manifests of Zarr stores, but plans none.
#[test]
fn zarr_stores_need_the_feature() {
    let rules = parse("effort = 'fast'\nformat = 'zarr'\n");
    match (cfg!(feature = "zarr"), rules) {
        (true, Ok(rules)) => assert_eq!(rules.format().extension(), "zarr"),
        (false, Err(error @ ArchiveError::InvalidRules { line: 2, .. })) => {
            assert!(error.to_string().contains("the feature `zarr`"), "{error}");
        }
        (_, other) => panic!("{other:?}"),
    }
}

#[test]
fn files_are_read_or_refused() {
    let archive = Archive::new(0);
    let path = archive.path("bounds.toml");
    assert!(matches!(Rules::read(&path), Err(ArchiveError::Io { .. })));
    std::fs::write(&path, FULL).unwrap();
    assert_eq!(Rules::read(&path).unwrap().text(), FULL);
    std::fs::write(&path, [0xff, 0xfe]).unwrap();
    assert!(matches!(Rules::read(&path), Err(ArchiveError::Io { .. })));
    std::fs::write(&path, " ".repeat((1 << 20) + 1)).unwrap();
    let error = Rules::read(&path).unwrap_err();
    assert_eq!(error.kind(), fieldreel::ErrorKind::Limit);
}

/// Every prefix of valid rules is either valid or has a mistake in one of its lines.
#[test]
fn every_prefix_is_parsed() {
    let mut refused = 0;
    for length in 0..FULL.len() {
        let prefix = &FULL[..length];
        match parse(prefix) {
            Ok(rules) => assert_eq!(rules.text(), prefix),
            Err(ArchiveError::InvalidRules { line, .. }) => {
                assert!((1..=prefix.lines().count() + 1).contains(&line));
                refused += 1;
            }
            Err(error) => panic!("{error}"),
        }
    }
    assert!(refused > FULL.len() / 2, "{refused}");
}

proptest! {
    #[test]
    fn changed_rules_never_panic(at in 0..FULL.len(), byte in 0_u8..128) {
        let mut bytes = FULL.as_bytes().to_vec();
        bytes[at] = byte;
        if let Ok(rules) = parse(&String::from_utf8(bytes).unwrap()) {
            let _ = rules.resolve(&schema(&[("t", &[("units", "K")])])).to_options();
        }
    }
}
