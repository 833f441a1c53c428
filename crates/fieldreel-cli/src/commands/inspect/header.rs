//! The metadata of a reel as text.

use std::io::{Read, Seek};

use fieldreel::ReelReader;
use fieldreel::reel::{AttributeValue, Attributes, NumericArray};

/// Returns the name, type, dimensions, coordinates and attributes of a reel as lines of text.
pub(super) fn header<R: Read + Seek>(reader: &ReelReader<R>) -> String {
    let metadata = reader.metadata();
    let name = match metadata.name.as_str() {
        "" => "(no name)",
        name => name,
    };
    let [frames, height, width] = reader.shape();
    let mut text = format!(
        "{name}: {}, {frames} frames of {height}×{width}\n",
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
        text += &format!("  dimensions: {}\n", axes.join(", "));
    }
    for coordinate in &metadata.coordinates {
        let axes: Vec<&str> = coordinate.dimension_names().collect();
        let unit = coordinate.attributes.text("units").unwrap_or_default();
        let (name, axes) = (&coordinate.name, axes.join(", "));
        let ends = ends(&coordinate.values);
        text += &format!("  coordinate: {name}({axes}) {ends}{unit}\n");
    }
    text += &attribute_lines("attribute", &metadata.attributes);
    text + &attribute_lines("file attribute", &metadata.file_attributes)
}

fn attribute_lines(label: &str, attributes: &Attributes) -> String {
    let line = |(name, value): (&str, &AttributeValue)| {
        let text = match value {
            AttributeValue::Text(text) => text.clone(),
            AttributeValue::Texts(texts) => texts.join("; "),
            AttributeValue::Numbers(NumericArray::F32(numbers)) => join(numbers),
            AttributeValue::Numbers(numbers) => join(&numbers.to_f64()),
        };
        // Line breaks are escaped, so that each attribute takes one line.
        format!("  {label}: {name} = {}\n", text.escape_debug())
    };
    attributes.iter().map(line).collect()
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
