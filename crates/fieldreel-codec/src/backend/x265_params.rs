//! The x265 parameters that a caller may set, with their ranges.
//!
//! The list is taken from the command-line options in the documentation of x265 3.5. It omits the
//! parameters that would undo a fixed parameter of [`X265`](super::X265), write files, or enable
//! features that only players need.

use crate::error::CodecError;

/// The x265 parameters that take a number, as name, smallest value and largest value. Values are
/// integers except for `aq-strength`, `ipratio`, `pbratio`, `psy-rd`, `psy-rdoq` and `qcomp`. The
/// parameters `ctu`, `min-cu-size`, `max-tu-size` and `qg-size`, which take a size, are also
/// accepted.
pub const X265_PARAMS: &[(&str, f64, f64)] = &[
    ("amp", 0.0, 1.0),
    ("aq-mode", 0.0, 4.0),
    ("aq-strength", 0.0, 3.0),
    ("b-adapt", 0.0, 2.0),
    ("b-intra", 0.0, 1.0),
    ("b-pyramid", 0.0, 1.0),
    ("bframe-bias", -90.0, 100.0),
    ("bframes", 0.0, 16.0),
    ("cbqpoffs", -12.0, 12.0),
    ("constrained-intra", 0.0, 1.0),
    ("cu-lossless", 0.0, 1.0),
    ("cutree", 0.0, 1.0),
    ("deadzone-inter", 0.0, 32.0),
    ("deadzone-intra", 0.0, 32.0),
    ("deblock", 0.0, 1.0),
    ("fast-intra", 0.0, 1.0),
    ("ipratio", 0.5, 2.0),
    ("keyint", -1.0, 1_000_000.0),
    ("limit-modes", 0.0, 1.0),
    ("limit-refs", 0.0, 3.0),
    ("limit-tu", 0.0, 4.0),
    ("max-merge", 1.0, 5.0),
    ("me", 0.0, 5.0),
    ("merange", 0.0, 32768.0),
    ("min-keyint", 0.0, 1_000_000.0),
    ("nr-inter", 0.0, 2000.0),
    ("nr-intra", 0.0, 2000.0),
    ("open-gop", 0.0, 1.0),
    ("pbratio", 0.5, 2.0),
    ("psy-rd", 0.0, 5.0),
    ("psy-rdoq", 0.0, 50.0),
    ("qcomp", 0.5, 1.0),
    ("rc-lookahead", 0.0, 250.0),
    ("rd", 1.0, 6.0),
    ("rd-refine", 0.0, 1.0),
    ("rdoq-level", 0.0, 2.0),
    ("rect", 0.0, 1.0),
    ("ref", 1.0, 16.0),
    ("rskip", 0.0, 2.0),
    ("sao", 0.0, 1.0),
    ("scenecut", 0.0, 1000.0),
    ("signhide", 0.0, 1.0),
    ("splitrd-skip", 0.0, 1.0),
    ("strong-intra-smoothing", 0.0, 1.0),
    ("subme", 0.0, 7.0),
    ("temporal-mvp", 0.0, 1.0),
    ("tskip", 0.0, 1.0),
    ("tskip-fast", 0.0, 1.0),
    ("tu-inter-depth", 1.0, 4.0),
    ("tu-intra-depth", 1.0, 4.0),
];

/// The parameters that may be fractions.
const FRACTIONAL: &[&str] = &[
    "aq-strength",
    "ipratio",
    "pbratio",
    "psy-rd",
    "psy-rdoq",
    "qcomp",
];

/// The parameters that take a size, and the sizes that x265 accepts.
const SIZE_PARAMS: &[(&str, &[&str])] = &[
    ("ctu", &["16", "32", "64"]),
    ("min-cu-size", &["8", "16", "32"]),
    ("max-tu-size", &["4", "8", "16", "32"]),
    ("qg-size", &["8", "16", "32", "64"]),
];

/// Checks the name and the value of a parameter.
///
/// # Errors
/// [`CodecError::InvalidOption`] if the name is unknown or the value is out of range.
pub(super) fn check_param(name: &str, value: &str) -> Result<(), CodecError> {
    let expected = if let Some((_, values)) = SIZE_PARAMS.iter().find(|(known, _)| *known == name) {
        if values.contains(&value) {
            return Ok(());
        }
        values.join(", ")
    } else if let Some(&(_, min, max)) = X265_PARAMS.iter().find(|(known, ..)| *known == name) {
        let is_integer = !FRACTIONAL.contains(&name);
        // Only digits, a sign and a point are accepted, because x265 reads `1e1`, `inf` and
        // `1:pools=8` differently.
        let is_plain_decimal = value
            .bytes()
            .all(|b| b.is_ascii_digit() || b == b'-' || (b == b'.' && !is_integer));
        if is_plain_decimal && value.parse::<f64>().is_ok_and(|v| (min..=max).contains(&v)) {
            return Ok(());
        }
        format!(
            "{} {min} to {max}",
            if is_integer {
                "an integer,"
            } else {
                "a number,"
            }
        )
    } else {
        "one of the names in X265_PARAMS".to_owned()
    };
    Err(CodecError::InvalidOption {
        codec: "x265",
        option: name.to_owned(),
        value: value.to_owned(),
        expected,
    })
}
