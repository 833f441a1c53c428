//! Any bytes as a GRIB file: an error, or a field whose parts agree.
#![no_main]

use std::io::Write;

use fieldreel::read_field;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    // The part that is parsed here, without the C library's start-up.
    let _ = fieldreel::formats::fuzzing::fuzz_framing(bytes);
    let mut file = tempfile::Builder::new()
        .suffix(".grib")
        .tempfile()
        .expect("a temporary file");
    file.write_all(bytes).expect("room for it");
    if let Ok(field) = read_field(file.path(), None) {
        field
            .validate()
            .expect("dimensions, coordinates and values agree");
    }
});
