//! JSON as zarr-python writes it: with `NaN`, `Infinity` and `-Infinity`, which JSON lacks.

use serde_json::Value;

/// The first character of the texts that stand for numbers that JSON lacks.
const MARK: char = '\u{0}';

/// The numbers that JSON lacks, as Python writes them.
const NUMBERS: [(&str, f64); 3] = [
    ("-Infinity", f64::NEG_INFINITY),
    ("Infinity", f64::INFINITY),
    ("NaN", f64::NAN),
];

/// Parses JSON. A number that JSON lacks becomes a text that [`marked_number`] recognizes.
pub(super) fn parse(bytes: &[u8]) -> Result<Value, serde_json::Error> {
    match serde_json::from_slice(bytes) {
        Err(error) if error.is_syntax() => match std::str::from_utf8(bytes) {
            // The error of the original text has the right position.
            Ok(text) => serde_json::from_str(&mark_numbers(text)).map_err(|_| error),
            Err(_) => Err(error),
        },
        parsed => parsed,
    }
}

/// Returns the number that a text of [`parse`] stands for.
pub(super) fn marked_number(text: &str) -> Option<f64> {
    text.strip_prefix(MARK).and_then(number)
}

/// Returns the number with this name.
pub(super) fn number(text: &str) -> Option<f64> {
    let found = NUMBERS.iter().find(|(name, _)| *name == text);
    found.map(|&(_, number)| number)
}

/// Returns the name of a number that is not finite.
pub(super) fn number_name(number: f64) -> &'static str {
    match number {
        number if number.is_nan() => "NaN",
        number if number > 0.0 => "Infinity",
        _ => "-Infinity",
    }
}

/// Replaces the numbers outside of texts that JSON lacks.
fn mark_numbers(text: &str) -> String {
    let mut marked = String::with_capacity(text.len());
    let mut rest = text;
    let mut is_in_text = false;
    while let Some(next) = rest.chars().next() {
        let found = NUMBERS.iter().find(|(name, _)| rest.starts_with(name));
        if let (false, Some((name, _))) = (is_in_text, found) {
            marked += &format!("\"\\u0000{name}\"");
            rest = &rest[name.len()..];
            continue;
        }
        let mut len = next.len_utf8();
        if next == '\\' && is_in_text {
            len += rest[len..].chars().next().map_or(0, char::len_utf8);
        }
        is_in_text ^= next == '"';
        marked += &rest[..len];
        rest = &rest[len..];
    }
    marked
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_that_json_lacks_are_marked() {
        let json = br#"{"a": [NaN, -Infinity, Infinity], "NaN": "\"NaN, \\", "b": 1}"#;
        let value = parse(json).unwrap();
        let numbers = value["a"].as_array().unwrap().iter();
        let numbers: Vec<_> = numbers
            .map(|text| marked_number(text.as_str().unwrap()).unwrap())
            .collect();
        assert!(numbers[0].is_nan());
        assert_eq!(numbers[1..], [f64::NEG_INFINITY, f64::INFINITY]);
        assert_eq!(value["NaN"], "\"NaN, \\");
        assert_eq!(value["b"], 1);
        assert_eq!(marked_number("NaN"), None);
        assert!(parse(b"{\"a\": Nan}").is_err() && parse(b"NaN NaN").is_err());
        assert!(parse(b"{\"a\": \"\xff\"}").is_err());
    }

    proptest! {
        #[test]
        fn valid_json_stays_the_same(text in ".{0,20}", number in any::<f64>()) {
            let value = serde_json::json!({ "t": text, "n": number });
            prop_assert_eq!(mark_numbers(&value.to_string()), value.to_string());
        }

        #[test]
        fn parsing_never_panics(text in "[\\[\\]{}:,NaInfity\"\\\\ -]{0,20}") {
            let _ = parse(text.as_bytes());
        }
    }
}
