//! Printing of the metadata of a reel.

use std::io::{Read, Seek};

use fieldreel::ReelReader;
use fieldreel::reel::{AttributeValue, Attributes, NumericArray};

/// Prints the name, type, dimensions, coordinates and attributes of a reel.
pub(super) fn print<R: Read + Seek>(reader: &ReelReader<R>) {
    let metadata = reader.metadata();
    let name = match metadata.name.as_str() {
        "" => "(no name)",
        name => name,
    };
    let [frames, height, width] = reader.shape();
    println!(
        "{name}: {}, {frames} frames of {height}×{width}",
        reader.dtype()
    );
    let lengths = reader.unfolded_shape().unwrap_or_default();
    let axes: Vec<String> = metadata
        .dimensions
        .iter()
        .zip(lengths.into_iter().map(Some).chain(std::iter::repeat(None)))
        .map(
            |(axis, length)| match length.or(Some(axis.len).filter(|_| !axis.is_unlimited)) {
                Some(length) => format!("{} {length}", axis.name),
                None => axis.name.clone(),
            },
        )
        .collect();
    if !axes.is_empty() {
        println!("  dimensions: {}", axes.join(", "));
    }
    for coordinate in &metadata.coordinates {
        let axes: Vec<&str> = coordinate.dimension_names().collect();
        let unit = coordinate.attributes.text("units").unwrap_or_default();
        let (name, axes) = (&coordinate.name, axes.join(", "));
        println!(
            "  coordinate: {name}({axes}) {}{unit}",
            ends(&coordinate.values)
        );
    }
    print_attributes("attribute", &metadata.attributes);
    print_attributes("file attribute", &metadata.file_attributes);
}

fn print_attributes(label: &str, attributes: &Attributes) {
    for (name, value) in attributes.iter() {
        let text = match value {
            AttributeValue::Text(text) => text.clone(),
            AttributeValue::Texts(texts) => texts.join("; "),
            AttributeValue::Numbers(NumericArray::F32(numbers)) => join(numbers),
            AttributeValue::Numbers(numbers) => join(&numbers.to_f64()),
        };
        // Line breaks are escaped, so that each attribute takes one line.
        println!("  {label}: {name} = {}", text.escape_debug());
    }
}

fn join<T: ToString>(numbers: &[T]) -> String {
    let texts: Vec<String> = numbers.iter().map(T::to_string).collect();
    texts.join(", ")
}

/// Returns the first and the last number as text.
fn ends(numbers: &NumericArray) -> String {
    match numbers.to_f64().as_slice() {
        [] => String::new(),
        [one] => format!("{one} "),
        [first, .., last] => format!("{first} … {last} "),
    }
}
