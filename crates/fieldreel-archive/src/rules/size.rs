//! Sizes in bytes, such as `4 GB`.

use std::str::FromStr;

use serde::Deserialize;

/// The units of sizes, and their numbers of bytes.
const UNITS: [(&str, u64); 9] = [
    ("B", 1),
    ("kB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("TB", 1_000_000_000_000),
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("TiB", 1 << 40),
];

/// A size of at least one byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct ByteSize(pub(super) u64);

impl TryFrom<String> for ByteSize {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl FromStr for ByteSize {
    type Err = String;

    /// Reads a whole number and a unit. The space between them is optional.
    fn from_str(text: &str) -> Result<Self, String> {
        let digits = text.trim_start_matches(|c: char| c.is_ascii_digit());
        let (number, unit) = text.split_at(text.len() - digits.len());
        let unit = UNITS.iter().find(|(name, _)| *name == unit.trim());
        let bytes = unit.and_then(|(_, bytes)| number.parse::<u64>().ok()?.checked_mul(*bytes));
        match bytes {
            Some(bytes @ 1..) => Ok(Self(bytes)),
            _ => Err(format!(
                "invalid size {text:?}: use a whole number of B, kB, MB, GB, TB, KiB, MiB, GiB or \
                 TiB that is not 0, such as \"4 GB\""
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_numbers_with_units() {
        for (text, bytes) in [
            ("1 B", 1),
            ("4 GB", 4_000_000_000),
            ("4GiB", 4 << 30),
            ("12  kB", 12_000),
        ] {
            assert_eq!(text.parse(), Ok(ByteSize(bytes)), "{text}");
        }
        for text in [
            "",
            "4",
            "GB",
            "0 MB",
            "-1 MB",
            "1.5 GB",
            "4 gb",
            "4 GB 1 B",
            "99999999 TB",
        ] {
            assert!(text.parse::<ByteSize>().is_err(), "{text}");
        }
    }
}
