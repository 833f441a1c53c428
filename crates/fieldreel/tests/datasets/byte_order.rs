//! The byte order of variables.

use fieldreel::dataset::{DatasetOptions, Fidelity};
use fieldreel::{Effort, ErrorBound};

use crate::compare::{lock_hdf5, ncgen, round_trip, round_trip_with, run_tool};
use crate::features::wave;

/// Returns the byte orders that ncdump prints for the variables of a file.
fn orders(path: &std::path::Path) -> Vec<String> {
    let text = run_tool("ncdump", &["-hs", path.to_str().unwrap()]);
    let orders = text.lines().filter(|line| line.contains(":_Endianness"));
    orders.map(|line| line.trim().to_owned()).collect()
}

#[test]
fn every_type_keeps_its_byte_order_in_every_storage() {
    let _lock = lock_hdf5();
    let kinds = [
        "short", "int", "int64", "ushort", "uint", "uint64", "float", "double",
    ];
    let integers = (0..240).map(|at| (at * 7 % 100).to_string());
    let integers = integers.collect::<Vec<_>>().join(",");
    let (mut variables, mut data) = (String::new(), String::new());
    for order in ["big", "little"] {
        for kind in kinds {
            for (storage, dimensions) in [("grows", "t, y, x"), ("whole", "two, y, x")] {
                let name = format!("{kind}_{order}_{storage}");
                variables +=
                    &format!("{kind} {name}({dimensions}); {name}:_Endianness = \"{order}\";");
                let values = if ["float", "double"].contains(&kind) {
                    wave(240)
                } else {
                    integers.clone()
                };
                data += &format!("{name} = {values};");
            }
        }
    }
    let text = format!(
        "netcdf f {{ dimensions: t = UNLIMITED; two = 2; y = 10; x = 12; variables: {variables} data: {data} }}"
    );
    let folder = tempfile::tempdir().unwrap();
    let path = ncgen(folder.path(), "3", &text);
    let expected = orders(&path);
    assert_eq!(expected.len(), 2 * 8 * 2);
    assert_eq!(
        expected.iter().filter(|line| line.contains("big")).count(),
        16
    );
    let options = DatasetOptions::lossless().with_effort(Effort::Fast);
    let summary = round_trip(&path, &options);
    assert!(
        summary
            .variables
            .iter()
            .all(|v| matches!(v.fidelity, Fidelity::Exact { .. }))
    );
    // With these bounds, there are lossy and lossless segments in both byte orders.
    let options = options
        .with_bound("*", ErrorBound::Absolute(0.01))
        .unwrap()
        .with_bound("double_*_whole", ErrorBound::Lossless)
        .unwrap();
    let summary = round_trip_with(&path, &options, |compressed, decompressed| {
        assert_eq!(orders(compressed), expected);
        assert_eq!(orders(decompressed), expected);
    });
    let lossy = summary
        .variables
        .iter()
        .filter(|v| matches!(v.fidelity, Fidelity::Bounded { .. }));
    assert_eq!(lossy.count(), 8);
}
