//! The comparison of an output with the exact values.

use std::ops::Range;
use std::path::Path;

use fieldreel_reel::ErrorBound;
use ndarray::{Array3, Axis};

use crate::Error;
use crate::domain::Tile;
use crate::neighbors::Alone;
use crate::range::{extremes, range};
use crate::shallow_water::ShallowWater;

/// The result of a comparison.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Accuracy {
    /// The number of values.
    pub values: usize,
    /// The largest error, |x − x̂|, in m.
    pub largest_error: f64,
    /// The largest error as a part of the error that the bound allows at that value; 0 for lossless
    /// values.
    pub largest_part: f64,
    /// The range of the first frames, in m, if the bound is relative to it.
    pub range: Option<f64>,
}

/// Simulates in this process alone, and compares each value of an output with the exact one.
///
/// `read` returns frames of the whole domain, axis order `(time, y, x)`; `path` is for messages.
///
/// # Errors
/// [`Error::Exceeded`] for the first value that is not within the bound; [`Error::Range`] if the
/// bound is relative to the range, and the first frames have none; the errors of `read`.
pub fn compare(
    path: &Path,
    bound: ErrorBound,
    mut read: impl FnMut(Range<usize>) -> Result<Array3<f32>, Error>,
) -> Result<Accuracy, Error> {
    let mut water = ShallowWater::new(&Tile::DOMAIN, Alone);
    let mut accuracy = Accuracy {
        values: 0,
        largest_error: 0.0,
        largest_part: 0.0,
        range: None,
    };
    let mut start = 0;
    while let Some(exact) = water.next_frames() {
        if start == 0 && matches!(bound, ErrorBound::RangeRelative(_)) {
            accuracy.range = Some(range(extremes(&exact))?);
        }
        let end = start + exact.len_of(Axis(0));
        let decoded = read(start..end)?;
        for ((t, y, x), &exact) in exact.indexed_iter() {
            let decoded = decoded[[t, y, x]];
            let error = (f64::from(exact) - f64::from(decoded)).abs();
            let allowed = allowed(bound, accuracy.range, exact);
            // An error that is NaN is not within the bound either.
            let is_within = match bound {
                ErrorBound::Lossless => exact.to_bits() == decoded.to_bits(),
                _ => error <= allowed,
            };
            if !is_within {
                return Err(Error::Exceeded {
                    path: path.to_owned(),
                    position: [start + t, y, x],
                    decoded,
                    exact,
                    allowed,
                });
            }
            accuracy.values += 1;
            accuracy.largest_error = accuracy.largest_error.max(error);
            if allowed > 0.0 {
                accuracy.largest_part = accuracy.largest_part.max(error / allowed);
            }
        }
        start = end;
    }
    Ok(accuracy)
}

/// Returns the largest error of a value that a bound allows.
fn allowed(bound: ErrorBound, range: Option<f64>, exact: f32) -> f64 {
    match (bound, range) {
        (ErrorBound::Absolute(error), _) => error,
        (ErrorBound::RangeRelative(part), Some(range)) => part * range,
        (ErrorBound::PointwiseRelative(part), _) => part * f64::from(exact).abs(),
        // Nothing is allowed by `Lossless`, and by a bound that this program does not know.
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{CELLS, FRAMES};

    /// Compares the exact values, one of which is changed.
    fn compare_changed(bound: ErrorBound, change: impl Fn(f32) -> f32) -> Result<Accuracy, Error> {
        let mut water = ShallowWater::new(&Tile::DOMAIN, Alone);
        compare(Path::new("height"), bound, |frames| {
            let mut values = water.next_frames().unwrap();
            if frames.contains(&20) {
                let value = &mut values[[20 - frames.start, 100, 33]];
                *value = change(*value);
            }
            Ok(values)
        })
    }

    #[test]
    fn a_single_value_beyond_the_bound_is_found() {
        let bound = ErrorBound::Absolute(0.25);
        let accuracy = compare_changed(bound, |value| value + 0.125).unwrap();
        assert_eq!(accuracy.values, FRAMES * CELLS[0] * CELLS[1]);
        assert!((accuracy.largest_error - 0.125).abs() < 1e-6);
        assert!((accuracy.largest_part - 0.5).abs() < 1e-6);
        for changed in [|value| value + 0.5, |_| f32::NAN] {
            match compare_changed(bound, changed) {
                Err(Error::Exceeded { position, .. }) => assert_eq!(position, [20, 100, 33]),
                other => panic!("{other:?}"),
            }
        }
        let next = |value: f32| f32::from_bits(value.to_bits() + 1);
        assert!(compare_changed(ErrorBound::Lossless, next).is_err());
        assert!(compare_changed(ErrorBound::RangeRelative(1e-3), next).is_ok());
    }
}
