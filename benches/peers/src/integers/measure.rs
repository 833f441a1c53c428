//! The measurement of rows: each coder on a field, checked and timed.

use fieldreel::reel::ReelElement;
use fieldreel::{Compressor, Effort, ErrorBound, decompress};
use ndarray::Array3;

use crate::Result;
use crate::lossless_coders::LosslessCoder;
use crate::timing::{self, Seconds, timed};

/// A row of the table: a coder on a field at a bound.
#[derive(Clone, Debug)]
pub(super) struct IntegerRow {
    pub(super) field: &'static str,
    /// The element type and the shape.
    pub(super) array: String,
    /// The absolute bound; 0 for lossless.
    pub(super) bound: f64,
    pub(super) coder: String,
    pub(super) array_bytes: usize,
    pub(super) bytes: usize,
    /// The times of encoding and decoding; `None` for existing files.
    pub(super) times: Option<[Seconds; 2]>,
}

/// A field of any element type.
pub(super) trait MeasureField {
    /// Measures all coders, and fieldreel at each effort, at all bounds of the field.
    fn rows(&self, efforts: &[Effort]) -> Result<Vec<IntegerRow>>;
}

/// A field of one element type.
pub(super) struct TypedField<T> {
    pub(super) name: &'static str,
    /// The values, of axis order `(time, y, x)`, or without a grid `(time, 1, cell)` or
    /// `(1, station, time)`.
    pub(super) values: Array3<T>,
    /// The absolute bounds; 0 for lossless.
    pub(super) bounds: Vec<f64>,
    /// The names and lengths of existing files that contain the same values.
    pub(super) files: Vec<(&'static str, usize)>,
}

impl<T: ReelElement> MeasureField for TypedField<T> {
    fn rows(&self, efforts: &[Effort]) -> Result<Vec<IntegerRow>> {
        let row = |bound: f64, coder: String, bytes: usize, times| IntegerRow {
            field: self.name,
            array: format!("{}, {:?}", T::DTYPE, self.values.shape()),
            bound,
            coder,
            array_bytes: self.values.len() * T::BYTES,
            bytes,
            times,
        };
        let mut rows = Vec::new();
        for &bound in &self.bounds {
            if bound == 0.0 {
                for &(name, bytes) in &self.files {
                    rows.push(row(bound, name.to_owned(), bytes, None));
                }
            }
            let rounded = round_within_bound(&self.values, bound);
            let rounded = rounded.as_slice().unwrap_or_default();
            for coder in LosslessCoder::ALL {
                let (bytes, first) = timed(|| coder.encode(rounded))?;
                let (back, second) = timed(|| coder.decode::<T>(&bytes, rounded.len()))?;
                self.check(coder.name(), &back, bound)?;
                let encode = || timed(|| coder.encode(rounded)).map(|(_, seconds)| seconds);
                let decode = || {
                    let again = timed(|| coder.decode::<T>(&bytes, rounded.len()));
                    again.map(|(_, seconds)| seconds)
                };
                let times = [
                    timing::fastest(first, encode)?,
                    timing::fastest(second, decode)?,
                ];
                rows.push(row(
                    bound,
                    coder.name().to_owned(),
                    bytes.len(),
                    Some(times),
                ));
            }
            for &effort in efforts {
                let error_bound = match bound {
                    0.0 => ErrorBound::Lossless,
                    bound => ErrorBound::Absolute(bound),
                };
                let compressor = Compressor::new(error_bound)
                    .with_effort(effort)
                    .with_threads(1);
                let encode = || timed(|| Ok(compressor.compress(&self.values)?));
                let (bytes, first) = encode()?;
                let decode = || timed(|| Ok(decompress::<T>(&bytes)?));
                let (back, second) = decode()?;
                self.check("fieldreel", back.as_slice().unwrap_or_default(), bound)?;
                let times = [
                    timing::fastest(first, || encode().map(|(_, seconds)| seconds))?,
                    timing::fastest(second, || decode().map(|(_, seconds)| seconds))?,
                ];
                let name = format!("fieldreel {effort}").to_lowercase();
                rows.push(row(bound, name, bytes.len(), Some(times)));
            }
        }
        Ok(rows)
    }
}

impl<T: ReelElement> TypedField<T> {
    /// Checks that all values satisfy the bound, or that all bits are equal if it is 0.
    fn check(&self, coder: &str, back: &[T], bound: f64) -> Result<()> {
        let is_within_bound = |(&x, &y): (&T, &T)| match bound {
            0.0 => x.bits() == y.bits(),
            bound => x.minus(y).abs() <= bound,
        };
        let is_valid =
            back.len() == self.values.len() && self.values.iter().zip(back).all(is_within_bound);
        if is_valid {
            Ok(())
        } else {
            Err(format!("{coder} exceeds the bound {bound} on {}", self.name).into())
        }
    }
}

/// Rounds the values to multiples of the largest step that satisfies the bound.
///
/// Returns the values unchanged if the bound is 0.
fn round_within_bound<T: ReelElement>(values: &Array3<T>, bound: f64) -> Array3<T> {
    if bound == 0.0 {
        return values.clone();
    }
    let step = if T::IS_FLOAT {
        // The step is slightly smaller, because products are rounded as well.
        2.0 * bound * (1.0 - 1e-3)
    } else {
        // Rounding integers to multiples of an odd step changes them by at most (step − 1) / 2.
        2.0 * bound.floor() + 1.0
    };
    values.mapv(|x| T::from_f64((x.to_f64() / step).round() * step))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_rows_of_a_small_field_satisfy_their_bounds() {
        let field = TypedField {
            name: "waves",
            values: Array3::from_shape_fn((5, 8, 40), |(t, y, x)| {
                (100.0 * ((t + y) as f64 / 3.0).sin() + x as f64) as i16
            }),
            bounds: vec![0.0, 1.0],
            files: vec![("file", 17)],
        };
        let rows = field.rows(&[Effort::Fast]).unwrap();
        assert_eq!(rows.len(), 1 + 2 * 4);
        assert_eq!((rows[0].bytes, rows[0].array_bytes), (17, 3200));
        assert!(
            rows[1..]
                .iter()
                .all(|row| row.bytes > 0 && row.times.is_some())
        );
        let wrong = field.values.mapv(|x| x + 2);
        assert!(
            field
                .check("wrong", wrong.as_slice().unwrap(), 1.0)
                .is_err()
        );
        assert!(field.check("short", &[], 1.0).is_err());
    }
}
