//! Arguments that select frames, rows and columns.

use std::ops::Range;

/// Parses a range `A..B` that is not empty.
pub(crate) fn frame_range(text: &str) -> Result<Range<usize>, &'static str> {
    let ends = text.split_once("..");
    let ends = ends.and_then(|(start, end)| Some((start.parse().ok()?, end.parse().ok()?)));
    match ends {
        Some((start, end)) if start < end => Ok(start..end),
        _ => Err("use two numbers such as 10..20, the second larger"),
    }
}

/// Parses two ranges `A..B,C..D` that are not empty.
pub(crate) fn region(text: &str) -> Result<[Range<usize>; 2], &'static str> {
    match text.split_once(',') {
        Some((rows, columns)) => Ok([frame_range(rows)?, frame_range(columns)?]),
        None => Err("use two ranges such as 10..20,30..40"),
    }
}

/// Parses the shape of a tile, `Y,X`, of two positive numbers.
pub(crate) fn tile(text: &str) -> Result<[usize; 2], &'static str> {
    let shape = text.split_once(',');
    let shape = shape.and_then(|(y, x)| Some([y.parse().ok()?, x.parse().ok()?]));
    shape
        .filter(|shape| !shape.contains(&0))
        .ok_or("use two positive numbers such as 256,256")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_and_tiles_are_parsed() {
        assert_eq!(frame_range("3..9"), Ok(3..9));
        assert_eq!(region("1..2,3..4"), Ok([1..2, 3..4]));
        assert_eq!(tile("8,9"), Ok([8, 9]));
        for wrong in ["", "3", "3..3", "4..3", "a..b", "-1..3"] {
            assert!(frame_range(wrong).is_err() && region(wrong).is_err());
        }
        assert!(tile("0,8").is_err() && tile("8").is_err());
    }
}
