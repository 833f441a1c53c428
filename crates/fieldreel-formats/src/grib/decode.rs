//! Decoding: the values of a message.

use std::ffi::CStr;
use std::path::Path;

use super::message::MessageKeys;
use crate::{FormatError, Result};

/// The number by which ecCodes marks points without a value. No packing decodes to it.
const DECODED_MISSING: f64 = f64::MIN;

/// The most bits per value for which `f32` is exact to one unit in the last place.
pub(super) const MAX_F32_BITS: i64 = 24;

/// Checks the keys that ecCodes and its decoders use without validation. `points` must be within
/// the limits.
pub(super) fn check_decodable(message: &dyn MessageKeys, path: &Path, points: usize) -> Result<()> {
    let damaged = |problem| {
        Err(FormatError::Damaged {
            path: path.to_path_buf(),
            problem,
        })
    };
    if message.value_count() != Some(points) {
        return damaged("a message has different numbers of grid points and values");
    }
    // ecCodes allocates as many values as these keys state, and aborts the process if it cannot.
    let is_at_most = |key, max: usize| {
        message
            .long(key)
            .is_none_or(|value| (0..=max as i64).contains(&value))
    };
    if !is_at_most(c"numberOfValues", points) || !is_at_most(c"numberOfCodedValues", points) {
        return damaged("a message packs more values than its grid has points");
    }
    if !is_at_most(c"bitsPerValue", 64) {
        return damaged("a message has more than 64 bits per value");
    }
    // ecCodes aborts the process on spectral data whose truncation is not triangular, or whose
    // unpacked subset exceeds the truncation.
    if let Some([j, k, m]) = integers(message, [c"J", c"K", c"M"])
        && message
            .text(c"packingType")
            .is_some_and(|packing| packing.starts_with("spectral"))
    {
        let subset = integers(message, [c"JS", c"KS", c"MS"]).unwrap_or([0; 3]);
        let is_triangle = j == k && j == m && (0..=1 << 14).contains(&j);
        if !is_triangle || subset != [subset[0]; 3] || !(0..=j).contains(&subset[0]) {
            return damaged("the truncation of spectral data is not triangular");
        }
    }
    // libaec writes out of bounds for block sizes that CCSDS 121.0-B does not define.
    let block = message.long(c"ccsdsBlockSize");
    let interval = message.long(c"ccsdsRsi");
    if !block.is_none_or(|size| [8, 16, 32, 64].contains(&size))
        || !interval.is_none_or(|blocks| (1..=4096).contains(&blocks))
        || (block.is_some() && !is_at_most(c"bitsPerValue", 32))
    {
        return damaged("a message has invalid CCSDS parameters");
    }
    Ok(())
}

/// Returns three integer keys, or `None` if any is absent.
fn integers(message: &dyn MessageKeys, keys: [&CStr; 3]) -> Option<[i64; 3]> {
    let [a, b, c] = keys.map(|key| message.long(key));
    Some([a?, b?, c?])
}

/// Decodes the values of a message of `points` points, in storage order. Points without a value
/// are NaN.
pub(super) fn decode_values(
    message: &mut dyn MessageKeys,
    path: &Path,
    points: usize,
) -> Result<Vec<f64>> {
    check_decodable(message, path, points)?;
    let has_bitmap = message.long(c"bitmapPresent") == Some(1);
    let decoded = match message.set_missing_value(DECODED_MISSING) {
        // Without a bitmap the key may be absent, and is not needed.
        Err(error) if has_bitmap => Err(error),
        _ => message.doubles(c"values", points),
    };
    let mut values = decoded.map_err(|source| FormatError::UndecodablePacking {
        path: path.to_path_buf(),
        packing: message.text(c"packingType").unwrap_or_default(),
        source,
    })?;
    if values.len() != points {
        return Err(file_changed(path));
    }
    for value in &mut values {
        if *value == DECODED_MISSING {
            *value = f64::NAN;
        }
    }
    Ok(values)
}

/// Returns the error for a file that no longer matches the headers read earlier.
pub(super) fn file_changed(path: &Path) -> FormatError {
    FormatError::Damaged {
        path: path.to_path_buf(),
        problem: "the file changed while it was read",
    }
}
