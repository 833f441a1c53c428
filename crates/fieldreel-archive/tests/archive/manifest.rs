//! Manifests: reading, truncation, damage and hostile lines.

use fieldreel_archive::{ArchiveError, Manifest};
use proptest::prelude::*;

use crate::common::{Archive, RULES};

fn text_of(manifest: &Manifest) -> String {
    std::fs::read_to_string(manifest.path()).unwrap()
}

fn parse(text: &str) -> Result<Manifest, ArchiveError> {
    Manifest::parse(text.as_bytes(), "m.jsonl")
}

#[test]
fn a_manifest_is_read_as_it_was_written() {
    let archive = Archive::new(3);
    let planned = archive.plan(RULES);
    let read = Manifest::read(planned.path()).unwrap();
    assert_eq!(read.units(), planned.units());
    assert_eq!((read.rules(), read.planned()), (RULES, planned.planned()));
    assert_eq!(read.records(), archive.path("out/manifest.records"));
    let output = read.output_path(&read.units()[0]);
    assert_eq!(
        output.canonicalize().err().map(|error| error.kind()),
        Some(std::io::ErrorKind::NotFound)
    );
    assert!(output.ends_with("0.nc"));
    assert!(read.units()[0].work() > 6 * 20 * 30 * 4);
}

/// No prefix that lacks a part of a unit is taken for a complete manifest.
#[test]
fn every_prefix_is_refused() {
    let archive = Archive::new(2);
    let text = text_of(&archive.plan(RULES));
    assert!(parse(&text).is_ok() && parse(text.trim_end()).is_ok());
    for length in 0..text.trim_end().len() {
        let error = parse(&text[..length]).unwrap_err();
        assert_eq!(
            error.kind(),
            fieldreel::ErrorKind::Corrupt,
            "{length}: {error}"
        );
        assert!(error.to_string().starts_with("m.jsonl"), "{error}");
    }
}

#[test]
fn hostile_lines_are_refused() {
    let archive = Archive::new(2);
    let text = text_of(&archive.plan(RULES));
    let lines: Vec<&str> = text.lines().collect();
    let [header, first, second] = lines.as_slice() else {
        panic!("{text}");
    };
    let with_output = |output: &str| {
        let unit = first.replace(
            "\"output\":\"0.nc\"",
            &format!("\"output\":{}", serde_json::to_string(output).unwrap()),
        );
        assert_ne!(&unit, first);
        format!("{header}\n{unit}\n{second}\n")
    };
    for output in [
        "../0.nc",
        "/etc/passwd",
        "a/../../0.nc",
        "./0.nc",
        "",
        "a\0b",
        "1.nc",
    ] {
        let error = parse(&with_output(output)).unwrap_err();
        assert!(
            matches!(error, ArchiveError::InvalidOutput { line: 2, .. }),
            "{output}: {error}"
        );
    }
    let repeated = parse(&format!("{header}\n{first}\n{first}\n")).unwrap_err();
    assert!(
        matches!(repeated, ArchiveError::RepeatedUnit { line: 3, .. }),
        "{repeated}"
    );
    for (from, to) in [
        ("\"kind\":\"file\"", "\"kind\":\"region\""),
        ("\"value_bytes\":", "\"value_byte\":"),
        ("\"bytes\":", "\"bytes\":-"),
        ("\"effort\":\"fast\"", "\"effort\":\"quick\""),
        ("abs:1e-2", "abs:nan"),
        ("\"settings\":{", "\"settings\":{\"new\":1,"),
        ("}", "}}"),
    ] {
        let unit = second.replace(from, to);
        assert_ne!(&unit, second, "{from}");
        let error = parse(&format!("{header}\n{first}\n{unit}\n")).unwrap_err();
        assert!(
            matches!(error, ArchiveError::InvalidUnit { line: 3, .. }),
            "{from}: {error}"
        );
    }
    let newer = text.replacen("\"fieldreel_archive\":1", "\"fieldreel_archive\":2", 1);
    let error = parse(&newer).unwrap_err();
    assert_eq!(error.kind(), fieldreel::ErrorKind::Unsupported);
    for count in ["1", "3", "18446744073709551615"] {
        let other = text.replacen("\"units\":2", &format!("\"units\":{count}"), 1);
        let error = parse(&other).unwrap_err();
        assert!(matches!(error, ArchiveError::UnitCount { .. }), "{error}");
    }
    for other in ["", "\n", "{}", "[1,2", "netcdf", "\u{feff}{}"] {
        let error = parse(other).unwrap_err();
        assert!(
            matches!(error, ArchiveError::NotAManifest { .. }),
            "{other:?}: {error}"
        );
    }
    let nested = "[".repeat(100_000);
    assert!(parse(&nested).is_err() && parse(&format!("{header}\n{nested}\n")).is_err());
    let long = format!("{header}\n{}", "x".repeat((16 << 20) + 1));
    assert_eq!(
        parse(&long).unwrap_err().kind(),
        fieldreel::ErrorKind::Limit
    );
}

#[test]
fn a_missing_file_is_named() {
    let error = Manifest::read("/nowhere/manifest.jsonl").unwrap_err();
    assert!(
        error.to_string().starts_with("/nowhere/manifest.jsonl: "),
        "{error}"
    );
}

#[test]
fn changed_bytes_never_panic() {
    let archive = Archive::new(2);
    let text = text_of(&archive.plan(RULES)).into_bytes();
    let mut runner = proptest::test_runner::TestRunner::default();
    let change = (0..text.len(), any::<u8>());
    let result = runner.run(&change, |(at, byte)| {
        let mut bytes = text.clone();
        bytes[at] = byte;
        if let Ok(manifest) = Manifest::parse(bytes.as_slice(), archive.path("m.jsonl")) {
            let folder = manifest.output_folder();
            for unit in manifest.units() {
                prop_assert!(manifest.output_path(unit).starts_with(&folder));
            }
        }
        Ok(())
    });
    result.unwrap();
}
