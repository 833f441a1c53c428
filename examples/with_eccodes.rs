//! Compresses messages of the `eccodes` crate into a reel within an error bound.
//!
//! ```text
//! cargo run --release --features eccodes-crate --example with_eccodes -- \
//!     INPUT.grib SHORT_NAME OUTPUT.reel
//! ```

use eccodes::{CodesFile, FallibleIterator, KeyRead, ProductKind};
use fieldreel::formats::Field;
use fieldreel::metrics::ErrorMetrics;
use fieldreel::{Compressor, ErrorBound, read_field};
use ndarray::Ix3;

const BOUND: f64 = 0.05;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [input, short_name, output] = arguments.as_slice() else {
        return Err("usage: with_eccodes INPUT.grib SHORT_NAME OUTPUT.reel".into());
    };
    let mut file = CodesFile::new_from_file(input, ProductKind::GRIB)?;
    let messages: Vec<_> = file
        .ref_message_iter()
        .filter(|message| {
            let name: String = message.read_key("shortName")?;
            Ok(name == *short_name)
        })
        .collect()?;
    let field = Field::from_eccodes(&messages)?;
    let count = messages.len();
    println!("{} {:?} of {count} messages", field.name, field.shape());

    Compressor::new(ErrorBound::Absolute(BOUND)).write_field(output, &field)?;
    let decoded = read_field(output, None)?;
    let [original, decoded] =
        [&field, &decoded].map(|field| field.values.to_f64().into_dimensionality::<Ix3>());
    let errors = ErrorMetrics::between(original?.view(), decoded?.view())?;
    let bytes = std::fs::metadata(output)?.len();
    println!("reel: {bytes} bytes, largest error {}", errors.max_abs);
    assert!(errors.max_abs <= BOUND, "values are within the bound");
    Ok(())
}
