//! Arbitrary bytes as a GRIB file: reading either fails or returns a consistent field. The first
//! values of each variable are also read through the dataset.
#![no_main]

use std::io::Write;

use fieldreel::formats::dataset::DatasetSource;
use fieldreel::formats::{GribDataset, GribSelection, Limits, read_grib_with};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    // The part that is parsed in Rust, without the start-up of the C library.
    let _ = fieldreel::formats::fuzzing::fuzz_framing(bytes);
    let mut file = tempfile::Builder::new()
        .suffix(".grib")
        .tempfile()
        .expect("a temporary file can be created");
    file.write_all(bytes)
        .expect("the temporary file can be written");
    // The default limit is for real files and too large for a fuzzer.
    let limits = Limits::new(8 << 20);
    if let Ok(field) = read_grib_with(file.path(), &GribSelection::default(), &limits) {
        field
            .validate()
            .expect("dimensions, coordinates and values agree");
    }
    if let Ok(dataset) = GribDataset::open(file.path(), &limits) {
        let schema = dataset.schema();
        for (index, variable) in schema.variables.iter().enumerate() {
            // At most the first two values along each dimension are read.
            let count: Vec<usize> = schema
                .shape(variable)
                .iter()
                .map(|len| *len.min(&2))
                .collect();
            if let Ok(values) = dataset.read(index, &vec![0; count.len()], &count) {
                assert_eq!(values.len(), count.iter().product::<usize>());
                assert_eq!(values.kind(), variable.kind);
            }
        }
    }
});
