//! From a message to its values.

use std::ffi::CStr;
use std::path::Path;

use super::message::MessageKeys;
use crate::{FormatError, Result};

/// What ecCodes puts at points without a value: no packing reaches this number.
const DECODED_MISSING: f64 = f64::MIN;

/// `f32` holds any value of up to this many bits to within its last place.
pub(super) const MAX_F32_BITS: i64 = 24;

/// Checks what ecCodes and the decoders below it take on trust. `points` is within the limits.
pub(super) fn check_decodable(message: &dyn MessageKeys, path: &Path, points: usize) -> Result<()> {
    let damaged = |problem| {
        Err(FormatError::Damaged {
            path: path.to_path_buf(),
            problem,
        })
    };
    if message.value_count() != Some(points) {
        return damaged("the grid of a message has not as many points as its values");
    }
    // ecCodes allocates what these say, and aborts the process when it cannot.
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
    // ecCodes ends the process where spectral data is cut off otherwise than in a triangle, and this is not within that.
    if let Some([j, k, m]) = integers(message, [c"J", c"K", c"M"])
        && message
            .text(c"packingType")
            .is_some_and(|packing| packing.starts_with("spectral"))
    {
        let subset = integers(message, [c"JS", c"KS", c"MS"]).unwrap_or([0; 3]);
        let is_triangle = j == k && j == m && (0..=1 << 14).contains(&j);
        if !is_triangle || subset != [subset[0]; 3] || !(0..=j).contains(&subset[0]) {
            return damaged("spectral data is not cut off in a triangle");
        }
    }
    // libaec writes out of bounds for block sizes that CCSDS 121.0-B does not have.
    let block = message.long(c"ccsdsBlockSize");
    let interval = message.long(c"ccsdsRsi");
    if !block.is_none_or(|size| [8, 16, 32, 64].contains(&size))
        || !interval.is_none_or(|blocks| (1..=4096).contains(&blocks))
        || (block.is_some() && !is_at_most(c"bitsPerValue", 32))
    {
        return damaged("a message has CCSDS parameters that are none");
    }
    Ok(())
}

/// Whole numbers, if all are there.
fn integers(message: &dyn MessageKeys, keys: [&CStr; 3]) -> Option<[i64; 3]> {
    let [a, b, c] = keys.map(|key| message.long(key));
    Some([a?, b?, c?])
}

/// The values of a message of so many points in the order of storage; NaN where there is none.
pub(super) fn decode_values(
    message: &mut dyn MessageKeys,
    path: &Path,
    points: usize,
) -> Result<Vec<f64>> {
    check_decodable(message, path, points)?;
    let has_bitmap = message.long(c"bitmapPresent") == Some(1);
    let decoded = match message.set_missing_value(DECODED_MISSING) {
        // Without a bitmap there may be no such key, nor need for it.
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

/// The file is no more what it was when its headers were read.
pub(super) fn file_changed(path: &Path) -> FormatError {
    FormatError::Damaged {
        path: path.to_path_buf(),
        problem: "the file changed while it was read",
    }
}
