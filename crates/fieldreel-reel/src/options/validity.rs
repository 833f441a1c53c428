//! The condition by which a value is valid.

use fieldreel_core::Scalar;
use fieldreel_core::element::{ValueSelection, min_max};
use ndarray::{ArrayView3, Axis};
use rayon::prelude::*;

use crate::value::ReelElement;

/// The condition by which a value of a field is valid: it is finite, within the valid range, and
/// no fill value.
///
/// ```
/// use fieldreel_reel::{Scalar, Validity};
///
/// let limits = [0.0, f64::INFINITY].map(Scalar::from);
/// let validity = Validity::<f32>::new(&[Scalar::from(-999)], Some(limits));
/// assert!(validity.contains(0.5));
/// assert!(![-0.1, -999.0, f32::NAN, f32::INFINITY].iter().any(|&x| validity.contains(x)));
/// assert_eq!(validity.min_max(&[3.0, -999.0, 1.0, f32::NAN]).range(), Some(2.0));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Validity<T> {
    fill_values: Vec<T>,
    lowest: T,
    highest: T,
}

impl<T: ReelElement> Validity<T> {
    /// Returns the condition for these fill values and this valid range. Both are converted to the
    /// type as [`SegmentOptions::fill_values`](crate::SegmentOptions::fill_values) and
    /// [`SegmentOptions::valid_range`](crate::SegmentOptions::valid_range) describe.
    #[must_use]
    pub fn new(fill_values: &[Scalar], valid_range: Option<[Scalar; 2]>) -> Self {
        let [min, max] =
            valid_range.unwrap_or([f64::NEG_INFINITY, f64::INFINITY].map(Scalar::Float));
        let [lowest, highest] = match (T::at_least(min), T::at_most(max)) {
            (Some(lowest), Some(highest)) => [lowest, highest],
            // No value of the type is in the range.
            _ => [T::HIGHEST, T::LOWEST],
        };
        let fill_values = fill_values.iter().filter(|fill| fill.to_f64().is_finite());
        Self {
            fill_values: fill_values
                .filter_map(|&fill| T::from_scalar(fill))
                .collect(),
            lowest,
            highest,
        }
    }

    /// Returns whether a value is valid.
    #[inline]
    #[must_use]
    pub fn contains(&self, value: T) -> bool {
        self.lowest <= value && value <= self.highest && !self.fill_values.contains(&value)
    }

    /// Returns whether all values are valid.
    pub(crate) fn contains_all(&self, values: &[T]) -> bool {
        // Each loop tests one condition without a branch, so that it vectorizes.
        let all_in_range = values.iter().fold(true, |all, &value| {
            all & (self.lowest <= value) & (value <= self.highest)
        });
        all_in_range
            && self.fill_values.iter().all(|fill| {
                !values
                    .iter()
                    .fold(false, |any, value| any | (value == fill))
            })
    }

    /// Returns whether all values of class 0 are valid.
    pub(crate) fn contains_coded(&self, values: &[T], classes: &[u8]) -> bool {
        let all = || values.iter().zip(classes);
        let all_in_range = all().fold(true, |all, (&value, &class)| {
            all & ((class != 0) | ((self.lowest <= value) & (value <= self.highest)))
        });
        all_in_range
            && self.fill_values.iter().all(|fill| {
                !all().fold(false, |any, (value, &class)| {
                    any | ((class == 0) & (value == fill))
                })
            })
    }

    /// Returns the smallest and the largest valid value of a slice.
    #[must_use]
    pub fn min_max(&self, values: &[T]) -> MinMax<T> {
        let among = ValueSelection {
            limits: self.limits(),
            excluded: &self.fill_values,
            classes: None,
        };
        MinMax(min_max(values, among))
    }

    /// Returns the smallest and the largest valid value of an array, axis order `(time, y, x)`.
    pub(crate) fn array_min_max(&self, values: ArrayView3<'_, T>) -> MinMax<T> {
        if let Some(values) = values.as_slice() {
            let parts = values.par_chunks(1 << 16).map(|part| self.min_max(part));
            return parts.reduce(MinMax::default, MinMax::merge);
        }
        let frames = values.axis_iter(Axis(0)).into_par_iter();
        let extremes = frames.map(|frame| {
            let rows = frame.rows().into_iter().map(|row| match row.as_slice() {
                Some(row) => self.min_max(row),
                None => self.min_max(&row.to_vec()),
            });
            rows.fold(MinMax::default(), MinMax::merge)
        });
        extremes.reduce(MinMax::default, MinMax::merge)
    }

    /// Returns whether the valid range excludes some finite values.
    pub(crate) fn is_limited(&self) -> bool {
        self.limits() != [T::LOWEST, T::HIGHEST]
    }

    /// Returns the smallest and the largest value of the valid range, as values of the type.
    pub(crate) const fn limits(&self) -> [T; 2] {
        [self.lowest, self.highest]
    }
}

/// The smallest and the largest of a set of values, which may be empty.
///
/// ```
/// use fieldreel_reel::{MinMax, Validity};
///
/// let validity = Validity::<i16>::new(&[], None);
/// let first = validity.min_max(&[4, -1]);
/// let both = first.merge(validity.min_max(&[9]));
/// assert_eq!(both.get(), Some([-1, 9]));
/// assert_eq!(both.range(), Some(10.0));
/// assert_eq!(MinMax::<i16>::default().range(), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MinMax<T>(Option<[T; 2]>);

impl<T> Default for MinMax<T> {
    /// Returns the value for an empty set.
    fn default() -> Self {
        Self(None)
    }
}

impl<T: ReelElement> MinMax<T> {
    /// Returns the smallest and the largest value of both sets together.
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        let both = self.0.zip(other.0).map(|([a, b], [c, d])| {
            let (min, max) = (if c < a { c } else { a }, if d > b { d } else { b });
            [min, max]
        });
        Self(both.or(self.0).or(other.0))
    }

    /// Returns the smallest and the largest value; `None` if the set is empty.
    #[must_use]
    pub const fn get(self) -> Option<[T; 2]> {
        self.0
    }

    /// Returns the maximum minus the minimum, rounded once and clamped to the largest `f64`;
    /// `None` if the set is empty.
    ///
    /// Clamping makes a range-relative bound a little narrower than necessary if the range exceeds
    /// the largest `f64`.
    #[must_use]
    pub fn range(self) -> Option<f64> {
        self.0.map(|[min, max]| max.minus(min).min(f64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_rounded_inward_to_the_type() {
        // 0.1 and 0.3 are larger in f32 than in f64.
        let limited = |min: f64, max: f64| {
            Validity::<f32>::new(&[], Some([Scalar::Float(min), Scalar::Float(max)]))
        };
        let validity = limited(0.1, 0.3);
        assert!(validity.contains(0.1) && !validity.contains(0.3));
        assert!(f64::from(validity.highest) <= 0.3 && f64::from(validity.lowest) >= 0.1);
        assert!(Validity::<f64>::new(&[], None).contains(f64::MAX));
        let no_lowest = limited(f64::NAN, 1.0);
        assert!(
            no_lowest.contains(f32::MIN) && no_lowest.contains(1.0) && !no_lowest.contains(1.5)
        );
        let nothing = limited(1e300, f64::INFINITY);
        assert!(!nothing.contains(f32::MAX) && !nothing.contains(0.0));
    }

    #[test]
    fn fill_values_and_limits_of_integers_are_exact() {
        let fill = u64::MAX - 1;
        let validity = Validity::<u64>::new(&[fill.into()], Some([5.into(), u64::MAX.into()]));
        assert!(validity.contains(u64::MAX) && validity.contains(5));
        assert!(!validity.contains(fill) && !validity.contains(4));
        // No value of the type equals one of these fill values.
        let fill_values = [Scalar::Float(-999.0), 1e20.into(), 0.5.into()];
        let validity = Validity::<u8>::new(&fill_values, Some([0.5.into(), 300.into()]));
        assert!((1..=255).all(|value| validity.contains(value)) && !validity.contains(0));
        let nothing = Validity::<u8>::new(&[], Some([300.into(), 400.into()]));
        assert!(!(0..=255).any(|value| nothing.contains(value)));
    }

    #[test]
    fn a_range_beyond_the_largest_double_is_clamped_to_it() {
        let validity = Validity::<f64>::new(&[], None);
        assert_eq!(
            validity.min_max(&[f64::MIN, f64::MAX]).range(),
            Some(f64::MAX)
        );
        assert_eq!(validity.min_max(&[f64::NAN]).range(), None);
        assert_eq!(validity.min_max(&[4.0]).range(), Some(0.0));
        // The range of integers beyond 2^53 is exact as well.
        let values = [u64::MAX, u64::MAX - 3];
        let validity = Validity::<u64>::new(&[], None);
        let [one, other] = [0, 1].map(|at| validity.min_max(&values[at..=at]));
        assert_eq!(one.merge(other).range(), Some(3.0));
        assert_eq!(one.merge(MinMax::default()), one);
    }
}
