//! User-defined types.

use std::path::Path;
use std::process::Command;

use fieldreel::dataset::{DatasetOptions, ExactReason, Fidelity, compress_dataset};
use fieldreel::formats::{FormatError, read_netcdf};
use fieldreel::{Effort, Error, ErrorBound};

use crate::compare::{lock_hdf5, ncgen, round_trip, run_tool};
use crate::features::wave;

/// Returns the CDL text of a file with a variable and an attribute of each type, in the root and
/// in a group, and with a field to compress.
fn text() -> String {
    let types = [
        ("byte enum e_i8 {p1 = -1, q1 = 2}", "e_i8", "p1, q1, p1"),
        ("ubyte enum e_u8 {p2 = 1, q2 = 200}", "e_u8", "p2, q2, p2"),
        (
            "short enum e_i16 {p3 = -300, q3 = 2}",
            "e_i16",
            "p3, q3, q3",
        ),
        (
            "ushort enum e_u16 {p4 = 60000, q4 = 2}",
            "e_u16",
            "p4, q4, q4",
        ),
        (
            "int enum e_i32 {p5 = -70000, q5 = 2}",
            "e_i32",
            "q5, q5, p5",
        ),
        (
            "uint enum e_u32 {p6 = 4000000000, q6 = 2}",
            "e_u32",
            "q6, q6, p6",
        ),
        (
            "int64 enum e_i64 {p7 = -9000000000000000000, q7 = 2}",
            "e_i64",
            "q7, p7, p7",
        ),
        (
            "uint64 enum e_u64 {p8 = 18000000000000000000, q8 = 2}",
            "e_u64",
            "q8, p8, p8",
        ),
        (
            "opaque(5) blob",
            "blob",
            "0X0102030405, 0XFFFEFDFCFB, 0X0000000000",
        ),
        (
            "compound pair {int i; double d; }",
            "pair",
            "{1, 1.5}, {2, 2.5}, {-3, NaN}",
        ),
        (
            "compound grid {byte k; float m(2, 3); e_i8 e(2); }",
            "grid",
            "{1, {1, 2, 3, 4, 5, 6}, {p1, q1}}, {2, {0, 0, 0, 0, 0, 0}, {q1, q1}}, {3, {1, 1, 1, 1, 1, 1}, {p1, p1}}",
        ),
        (
            "compound nested {pair p; short s; blob o; }",
            "nested",
            "{{1, 2.5}, 3, 0X0102030405}, {{4, 5.5}, 6, 0X0000000000}, {{7, 8.5}, 9, 0X0A0B0C0D0E}",
        ),
        ("int(*) ints", "ints", "{1, 2, 3}, {}, {4}"),
        ("double(*) reals", "reals", "{}, {}, {0.5, NaN}"),
        (
            "pair(*) pairs",
            "pairs",
            "{{1, 1.5}, {2, 2.5}}, {}, {{3, 3.5}}",
        ),
        (
            "compound texts {string s; int i; }",
            "texts",
            "{\"one\", 1}, {\"zwei, drei\", 2}, {\"\", 3}",
        ),
    ];
    let define: String = types.iter().map(|(text, ..)| format!("{text}; ")).collect();
    let (mut variables, mut data) = (String::new(), String::new());
    let (mut inner, mut inner_data) = (String::new(), String::new());
    for (_, name, values) in types {
        // ncgen of netcdf-c 4.9.0 cannot write strings in attributes of compound types.
        let attribute = match name {
            "texts" => String::new(),
            _ => format!("{name} v_{name}:also = {values};"),
        };
        variables += &format!("{name} v_{name}(x); {attribute} v_{name}:note = \"of {name}\";");
        data += &format!("v_{name} = {values};");
        inner += &format!("/{name} w_{name}(n, x);");
        inner_data += &format!("w_{name} = {values};");
    }
    format!(
        "netcdf f {{ types: {define} dimensions: x = 3; n = UNLIMITED; r = 30; c = 40;
        variables: {variables} e_u8 filled(x); e_u8 filled:_FillValue = q2; float t(r, c); e_i8 :of_file = p1, q1;
        data: {data} t = {};
        group: g {{ types: short enum own {{ no = 0, yes = 1 }};
          variables: {inner} own o(x); own o:kinds = yes; own :of_group = no;
          data: {inner_data} o = yes, no, yes;
        }} }}",
        wave(1200)
    )
}

#[test]
fn variables_of_every_type_are_copied_and_numeric_ones_are_compressed() {
    let _lock = lock_hdf5();
    let folder = tempfile::tempdir().unwrap();
    let path = ncgen(folder.path(), "3", &text());
    let options = DatasetOptions::new(ErrorBound::Absolute(0.01)).with_effort(Effort::Fast);
    let summary = round_trip(&path, &options);
    assert_eq!(summary.variables.len(), 16 + 2 + 16 + 1);
    for variable in &summary.variables {
        match &variable.fidelity {
            Fidelity::Bounded { .. } => assert_eq!(variable.name, "t"),
            fidelity => assert_eq!(
                *fidelity,
                Fidelity::Exact {
                    reason: ExactReason::NotNumeric
                }
            ),
        }
    }
    // A bound that is set for an exact name has to apply.
    let error = read_netcdf(&path, Some("v_e_i8")).unwrap_err();
    let FormatError::NotNumeric { variable, .. } = error else {
        panic!("{error}");
    };
    assert_eq!(variable, "v_e_i8");
    let named = DatasetOptions::lossless()
        .with_bound("v_pair", ErrorBound::Absolute(1.0))
        .unwrap();
    let result = compress_dataset(&path, folder.path().join("out.nc"), &named);
    assert!(matches!(result, Err(Error::BoundNotApplicable { variable }) if variable == "v_pair"));
}

#[test]
fn types_unsupported_by_netcdf_are_refused_by_name() {
    let _lock = lock_hdf5();
    let folder = tempfile::tempdir().unwrap();
    let script = "
import sys, h5py, numpy as np
out, case = sys.argv[1:]
f = h5py.File(out, 'w')
g = f.create_group('g')
d = f.create_dataset('fine', data=np.arange(12.0).reshape(3, 4))
if case == 'enum': g.create_dataset('bad', data=np.array([True, False]))
if case == 'reference': g.create_dataset('bad', data=np.array([d.ref], dtype=h5py.ref_dtype))
if case == 'compound': g.create_dataset('bad', data=np.zeros(2, [('a', 'i4')]))
if case == 'attribute': d.attrs['bad'] = True
if case == 'group attribute': g.attrs['bad'] = True
if case == 'none': g.create_dataset('good', data=np.arange(3)); d.attrs['good'] = 1
";
    for (case, name) in [
        ("none", None),
        ("enum", Some("/g/bad")),
        ("reference", Some("/g/bad")),
        ("compound", Some("/g/bad")),
        ("attribute", Some("/fine:bad")),
        ("group attribute", Some("/g/bad")),
    ] {
        let path = folder.path().join("generated.nc");
        let python = Command::new("/usr/bin/python3")
            .args(["-c", script, path.to_str().unwrap(), case])
            .output()
            .unwrap();
        assert!(
            python.status.success(),
            "{}",
            String::from_utf8_lossy(&python.stderr)
        );
        let out = folder.path().join("out.nc");
        // netcdf-c 4.9.3 supports types without a name: variables that it lists are copied.
        let is_listed =
            |path: &Path| run_tool("ncdump", &["-h", path.to_str().unwrap()]).contains("bad");
        match compress_dataset(&path, &out, &DatasetOptions::lossless()) {
            Err(Error::Format(error)) => {
                let FormatError::UnsupportedHdf5Type { name: found, .. } = *error else {
                    panic!("{case}: {error}");
                };
                assert_eq!(Some(found.as_str()), name, "{case}");
            }
            other => {
                other.unwrap();
                assert!(
                    name.is_none() || is_listed(&path) && is_listed(&out),
                    "{case}"
                );
                std::fs::remove_file(&out).unwrap();
            }
        }
        assert!(!out.exists());
    }
}
