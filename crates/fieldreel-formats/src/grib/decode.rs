//! From a message to its values.

use std::ffi::CStr;
use std::path::Path;

use super::message::Keys;
use crate::{FormatError, Result};

/// What ecCodes puts at points without a value: no packing reaches this number.
const ABSENT: f64 = f64::MIN;

/// `f32` holds any value of up to this many bits to within its last place.
pub(super) const SINGLE_BITS: i64 = 24;

/// Checks what ecCodes and the decoders below it take on trust. `points` is within the limits.
pub(super) fn check(message: &dyn Keys, path: &Path, points: usize) -> Result<()> {
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
    let fits = |key, most: usize| {
        message
            .long(key)
            .is_none_or(|number| (0..=most as i64).contains(&number))
    };
    if !fits(c"numberOfValues", points) || !fits(c"numberOfCodedValues", points) {
        return damaged("a message packs more values than its grid has points");
    }
    if !fits(c"bitsPerValue", 64) {
        return damaged("a message has more than 64 bits per value");
    }
    // ecCodes ends the process where spectral data is cut off otherwise than in a triangle, and this is not within that.
    if let Some([j, k, m]) = numbers(message, [c"J", c"K", c"M"])
        && message
            .text(c"packingType")
            .is_some_and(|packing| packing.starts_with("spectral"))
    {
        let sub = numbers(message, [c"JS", c"KS", c"MS"]).unwrap_or([0; 3]);
        let is_triangle = j == k && j == m && (0..=1 << 14).contains(&j);
        if !is_triangle || sub != [sub[0]; 3] || !(0..=j).contains(&sub[0]) {
            return damaged("spectral data is not cut off in a triangle");
        }
    }
    // libaec writes out of bounds for block sizes that CCSDS 121.0-B does not have.
    let block = message.long(c"ccsdsBlockSize");
    let interval = message.long(c"ccsdsRsi");
    if !block.is_none_or(|size| [8, 16, 32, 64].contains(&size))
        || !interval.is_none_or(|blocks| (1..=4096).contains(&blocks))
        || (block.is_some() && !fits(c"bitsPerValue", 32))
    {
        return damaged("a message has CCSDS parameters that are none");
    }
    Ok(())
}

/// Whole numbers, if all are there.
fn numbers(message: &dyn Keys, keys: [&CStr; 3]) -> Option<[i64; 3]> {
    let [a, b, c] = keys.map(|key| message.long(key));
    Some([a?, b?, c?])
}

/// The values of a message of so many points in the order of storage; NaN where there is none.
pub(super) fn decode(message: &mut dyn Keys, path: &Path, points: usize) -> Result<Vec<f64>> {
    check(message, path, points)?;
    let has_bitmap = message.long(c"bitmapPresent") == Some(1);
    let decoded = match message.set_absent(ABSENT) {
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
        return Err(changed(path));
    }
    for value in &mut values {
        if *value == ABSENT {
            *value = f64::NAN;
        }
    }
    Ok(values)
}

/// The file is no more what it was when its headers were read.
pub(super) fn changed(path: &Path) -> FormatError {
    FormatError::Damaged {
        path: path.to_path_buf(),
        problem: "the file changed while it was read",
    }
}
