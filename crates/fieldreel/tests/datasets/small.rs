//! Files with many small variables.

use fieldreel::dataset::{DatasetOptions, Fidelity, compress_dataset};
use fieldreel::{Effort, ErrorBound};

use crate::compare::{lock_hdf5, ncgen, round_trip};

/// Returns the CDL text of a file with a number of time series of 300 values each.
fn series(kind: &str, count: usize, dimension: &str) -> String {
    let (mut variables, mut data) = (String::new(), String::new());
    for number in 0..count {
        variables += &format!("float s{number}(time, one); s{number}:units = \"J\";");
        let values =
            (0..300).map(|at| format!("{:.6}", number as f64 + 1e3 + (f64::from(at) / 20.0).sin()));
        data += &format!("s{number} = {};", values.collect::<Vec<_>>().join(","));
    }
    format!(
        "netcdf {kind} {{ dimensions: time = {dimension}; one = 1; variables: {variables} data: {data} }}"
    )
}

#[test]
fn files_of_small_series_grow_only_by_headers() {
    let _lock = lock_hdf5();
    for (kind, dimension) in [
        ("classic", "UNLIMITED"),
        ("classic", "300"),
        ("netcdf4", "UNLIMITED"),
        ("netcdf4", "300"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let version = if kind == "classic" { "1" } else { "3" };
        let path = ncgen(folder.path(), version, &series(kind, 60, dimension));
        let out = folder.path().join("out.nc");
        for options in [
            DatasetOptions::lossless(),
            DatasetOptions::new(ErrorBound::RangeRelative(1e-3)).with_effort(Effort::Fast),
        ] {
            let summary = compress_dataset(&path, &out, &options).unwrap();
            let (before, after) = (summary.input_bytes, summary.output_bytes);
            if kind == "classic" {
                // HDF5 needs 800 bytes for the header, the index and the names of a variable, and
                // deflate saves about as many.
                assert!(
                    after < before + before / 4,
                    "{dimension}: {before} to {after}"
                );
            } else {
                assert!(after <= before, "{dimension}: {before} to {after}");
            }
        }
    }
}

#[test]
fn small_variables_of_every_rank_and_type_do_not_make_files_larger() {
    let _lock = lock_hdf5();
    let kinds = [
        "byte", "short", "int", "int64", "float", "double", "char", "string",
    ];
    let (mut variables, mut data, mut count) = (String::new(), String::new(), 0);
    let sides = [
        "",
        "a",
        "a, b",
        "a, b, c",
        "n",
        "n, b",
        "n, b, c",
        "a, b, c, d, e, f",
        "n, m",
    ];
    for kind in kinds {
        for (number, sides) in sides.iter().enumerate() {
            let name = format!("{kind}{number}");
            let count_of_values: usize = sides
                .split(", ")
                .map(|side| match side {
                    "" | "n" | "f" => 1,
                    "m" => 0,
                    "a" | "e" => 2,
                    _ => 3,
                })
                .product();
            variables += &match *sides {
                "" => format!("{kind} {name};"),
                sides => format!("{kind} {name}({sides});"),
            };
            let value = match kind {
                "string" => "\"q\"",
                _ => "7",
            };
            // ncgen of netcdf-c 4.9.0 crashes on the data of some shapes of characters.
            if count_of_values > 0 && kind != "char" {
                data += &format!("{name} = {};", vec![value; count_of_values].join(","));
            }
            count += 1;
        }
    }
    let text = format!(
        "netcdf f {{ dimensions: a = 2; b = 3; c = 3; d = 3; e = 2; f = 1; n = UNLIMITED; m = UNLIMITED;
        variables: {variables} data: {data} }}"
    );
    let folder = tempfile::tempdir().unwrap();
    let path = ncgen(folder.path(), "3", &text);
    let summary = round_trip(&path, &DatasetOptions::new(ErrorBound::Absolute(0.5)));
    assert_eq!((summary.variables.len(), count), (72, 72));
    // All variables are too small for a default bound.
    let all = summary.variables.iter();
    assert!(
        all.into_iter()
            .all(|variable| matches!(variable.fidelity, Fidelity::Exact { .. }))
    );
    let (before, after) = (summary.input_bytes, summary.output_bytes);
    assert!(after <= before, "{before} to {after}");
}

#[test]
fn any_number_of_attributes_keeps_its_order() {
    let _lock = lock_hdf5();
    for count in [0, 1, 4, 5, 6, 7, 8, 9, 20] {
        let attributes: String = (0..count)
            .rev()
            .map(|n| format!("v:z{n} = {n}; :g{n} = {n};"))
            .collect();
        let text = format!(
            "netcdf f {{ dimensions: t = UNLIMITED; x = 9; variables: float v(t, x); v:_FillValue = 1.f; {attributes}
            data: v = 1, 2, 3, 4, 5, 6, 7, 8, 9; }}"
        );
        let folder = tempfile::tempdir().unwrap();
        let path = ncgen(folder.path(), "3", &text);
        for options in [
            DatasetOptions::lossless(),
            DatasetOptions::lossless()
                .with_bound("v", ErrorBound::Absolute(0.1))
                .unwrap(),
        ] {
            round_trip(&path, &options.with_effort(Effort::Fast));
        }
    }
}
