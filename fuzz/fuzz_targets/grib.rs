//! Any bytes as a GRIB file: an error, or a field whose parts agree; and as a dataset, its first boxes.
#![no_main]

use std::io::Write;

use fieldreel::formats::dataset::DatasetSource;
use fieldreel::formats::{GribDataset, GribSelection, Limits, read_grib_with};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    // The part that is parsed here, without the C library's start-up.
    let _ = fieldreel::formats::fuzzing::fuzz_framing(bytes);
    let mut file = tempfile::Builder::new()
        .suffix(".grib")
        .tempfile()
        .expect("a temporary file");
    file.write_all(bytes).expect("room for it");
    // The default limit is right for real files, and more than a fuzzer may take.
    let limits = Limits { max_bytes: 8 << 20 };
    if let Ok(field) = read_grib_with(file.path(), &GribSelection::default(), &limits) {
        field
            .validate()
            .expect("dimensions, coordinates and values agree");
    }
    if let Ok(dataset) = GribDataset::open(file.path(), &limits) {
        let schema = dataset.schema();
        for (index, variable) in schema.variables.iter().enumerate() {
            // The first box: at most two places along each dimension.
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
