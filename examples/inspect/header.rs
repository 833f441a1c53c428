//! What a reel says about its values.

use std::io::{Read, Seek};

use fieldreel::ReelReader;
use fieldreel::reel::{AttributeValue, Attributes, NumericArray};

/// Prints name, type, dimensions, coordinates and attributes.
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
            |(axis, length)| match length.or(Some(axis.len).filter(|_| !axis.unlimited)) {
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
    attributes("attribute", &metadata.attributes);
    attributes("of the file", &metadata.file_attributes);
}

fn attributes(what: &str, attributes: &Attributes) {
    for (name, value) in attributes.iter() {
        let text = match value {
            AttributeValue::Text(text) => text.clone(),
            AttributeValue::Texts(texts) => texts.join("; "),
            AttributeValue::Numbers(NumericArray::F32(numbers)) => listed(numbers),
            AttributeValue::Numbers(numbers) => listed(&numbers.to_f64()),
        };
        // One line each, whatever is in them.
        println!("  {what}: {name} = {}", text.escape_debug());
    }
}

fn listed<T: ToString>(numbers: &[T]) -> String {
    let texts: Vec<String> = numbers.iter().map(T::to_string).collect();
    texts.join(", ")
}

/// The first and the last number.
fn ends(numbers: &NumericArray) -> String {
    match numbers.to_f64().as_slice() {
        [] => String::new(),
        [one] => format!("{one} "),
        [first, .., last] => format!("{first} … {last} "),
    }
}
