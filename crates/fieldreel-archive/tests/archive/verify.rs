//! Verification: intact, damaged, missing and unfinished outputs.

use std::fs;

use fieldreel_archive::{Manifest, Verdict, verify_unit};

use crate::common::{Archive, RULES, run_all};

fn problem(manifest: &Manifest) -> String {
    match verify_unit(manifest, &manifest.units()[0]).unwrap() {
        Verdict::Damaged { problem } => problem,
        other => panic!("{other:?}"),
    }
}

#[test]
fn damage_is_found_and_described() {
    let archive = Archive::new(1);
    let manifest = archive.plan(RULES);
    let unit = &manifest.units()[0];
    assert_eq!(verify_unit(&manifest, unit).unwrap(), Verdict::Unfinished);
    run_all(&manifest);
    assert!(matches!(
        verify_unit(&manifest, unit).unwrap(),
        Verdict::Intact(_)
    ));
    let (output, record) = (
        archive.path("out/0.nc"),
        manifest.records().join(format!("{}.json", unit.id())),
    );
    let (bytes, text) = (
        fs::read(&output).unwrap(),
        fs::read_to_string(&record).unwrap(),
    );

    for at in (0..bytes.len()).step_by(97) {
        let mut damaged = bytes.clone();
        damaged[at] ^= 1;
        fs::write(&output, &damaged).unwrap();
        assert!(problem(&manifest).contains("the checksum"));
    }
    fs::write(&output, &bytes[1..]).unwrap();
    assert!(problem(&manifest).contains("bytes instead of"));
    fs::remove_file(&output).unwrap();
    let missing = problem(&manifest);
    assert!(
        missing.contains("out/0.nc") && missing.contains("missing"),
        "{missing}"
    );
    fs::write(&output, &bytes).unwrap();

    // A record that states another error or another bound than the output.
    let start = text.find("\"max_abs\":").unwrap() + "\"max_abs\":".len();
    let other = format!("{}1{}", &text[..start], &text[start..]);
    fs::write(&record, other).unwrap();
    assert!(
        problem(&manifest).contains("t states abs:1e-2"),
        "{}",
        problem(&manifest)
    );
    let bound = "\"criterion\":\"abs:1e-2\"";
    fs::write(&record, text.replace(bound, "\"criterion\":\"abs:2e-2\"")).unwrap();
    assert!(
        problem(&manifest).contains("instead of abs:2e-2"),
        "{}",
        problem(&manifest)
    );
    fs::write(&record, &text[..text.len() / 2]).unwrap();
    assert!(
        problem(&manifest).contains("damaged record"),
        "{}",
        problem(&manifest)
    );

    // Other rules: the output is not that of the plan.
    fs::write(&record, &text).unwrap();
    let manifest = archive.plan("default = 'abs:0.5'");
    assert_eq!(
        verify_unit(&manifest, &manifest.units()[0]).unwrap(),
        Verdict::Unfinished
    );
}
