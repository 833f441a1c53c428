//! Rows of the table: a coder on a field, checked and timed.

use fieldreel::reel::Value;
use fieldreel::{Bound, Compressor, Effort, decompress};
use ndarray::Array3;

use crate::Outcome;
use crate::coders::Coder;
use crate::timing::{self, Seconds, timed};

/// A coder on a field.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) field: &'static str,
    /// The type and the shape.
    pub(super) array: String,
    /// The largest error, in units of the numbers; 0 for none.
    pub(super) bound: f64,
    pub(super) coder: String,
    pub(super) array_bytes: usize,
    pub(super) bytes: usize,
    /// `None` of files that are there already.
    pub(super) times: Option<[Seconds; 2]>,
}

/// A field of any type.
pub(super) trait Measure {
    /// Measures all coders at all bounds of the field.
    fn rows(&self, efforts: &[Effort]) -> Outcome<Vec<Row>>;
}

/// A field of values of one type.
pub(super) struct Field<T> {
    pub(super) name: &'static str,
    /// Axis order `(time, y, x)`; `(time, 1, cell)` and `(1, station, time)` where there is no grid.
    pub(super) values: Array3<T>,
    /// 0 for none, in units of the numbers.
    pub(super) bounds: Vec<f64>,
    /// Files that hold the same values, by name, and their lengths.
    pub(super) files: Vec<(&'static str, usize)>,
}

impl<T: Value> Measure for Field<T> {
    fn rows(&self, efforts: &[Effort]) -> Outcome<Vec<Row>> {
        let row = |bound: f64, coder: String, bytes: usize, times| Row {
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
            let rounded = rounded(&self.values, bound);
            let rounded = rounded.as_slice().unwrap_or_default();
            for coder in Coder::ALL {
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
                let asked = match bound {
                    0.0 => ErrorBound::Lossless,
                    bound => ErrorBound::Absolute(bound),
                };
                let compressor = Compressor::new(asked).effort(effort).threads(1);
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

impl<T: Value> Field<T> {
    /// Fails where a value is further off than the bound; of none, where a bit differs.
    fn check(&self, coder: &str, back: &[T], bound: f64) -> Outcome<()> {
        let is_kept = |(&x, &y): (&T, &T)| match bound {
            0.0 => x.bits() == y.bits(),
            bound => x.minus(y).abs() <= bound,
        };
        let are_all = back.len() == self.values.len() && self.values.iter().zip(back).all(is_kept);
        if are_all {
            Ok(())
        } else {
            Err(format!("{coder} does not keep {bound} of {}", self.name).into())
        }
    }
}

/// The values as multiples of the widest step whose rounding keeps the bound; as they are if it is 0.
fn rounded<T: Value>(values: &Array3<T>, bound: f64) -> Array3<T> {
    if bound == 0.0 {
        return values.clone();
    }
    // Rounding to multiples of a step of an odd number of units is off by half of one less.
    let step = if T::IS_FLOAT {
        // A little less, as products are rounded as well.
        2.0 * bound * (1.0 - 1e-3)
    } else {
        2.0 * bound.floor() + 1.0
    };
    values.mapv(|x| T::from_f64((x.to_f64() / step).round() * step))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_rows_of_a_small_field_keep_their_bounds() {
        let field = Field {
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
