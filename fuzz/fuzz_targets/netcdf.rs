//! Arbitrary bytes as a classic NetCDF file: reading either fails or returns a consistent field.
#![no_main]

use std::io::Write;

use fieldreel::read_field;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    // The part that is parsed in Rust, without the start-up of the C library.
    let _ = fieldreel::formats::fuzzing::fuzz_classic_header(bytes);
    // HDF5 1.10 itself crashes on damaged files, which this target cannot test.
    if bytes.windows(4).any(|window| window == b"\x89HDF") {
        return;
    }
    let mut file = tempfile::Builder::new()
        .suffix(".nc")
        .tempfile()
        .expect("a temporary file can be created");
    file.write_all(bytes)
        .expect("the temporary file can be written");
    if let Ok(field) = read_field(file.path(), None) {
        field
            .validate()
            .expect("dimensions, coordinates and values agree");
    }
});
