//! The preparation of a segment: from values to the numbers that are coded.
//!
//! The later stages share a [`PreparedSegment`], and none changes it. A [`Tolerance`] is a
//! criterion applied to its values.

mod exact;
mod lattice;
mod numbers;
mod permute;
mod row_extremes;
mod sample;
mod statistics;
mod tolerance;
mod uncoded;

use fieldreel_quant::fill_smoothly;
use ndarray::{Array3, ArrayView3, Zip};

use crate::arithmetic::{Domain, Grid};
use crate::value::ReelElement;
use crate::{Criterion, ErrorBound, ReelError, SegmentOptions, Validity};
pub(crate) use exact::MAX_RANKS;
pub(crate) use numbers::CodedNumbers;
pub(crate) use permute::permuted_classes;
pub(crate) use statistics::Statistics;
pub(crate) use tolerance::{Grids, Tolerance};
use uncoded::find_uncoded;
pub(crate) use uncoded::{ClassValues, MAX_CLASS_VALUES};

/// The values of a segment, and the numbers that are coded. All arrays have the axis order `(time,
/// y, x)`.
#[derive(Debug)]
pub(crate) struct PreparedSegment<'a, T> {
    pub(crate) values: ArrayView3<'a, T>,
    pub(crate) validity: Validity<T>,
    pub(crate) domain: Domain,
    /// The classes of the values, 0 where a number is coded; `None` if all values are coded.
    pub(crate) classes: Option<Array3<u8>>,
    /// The values that the classes represent.
    pub(crate) class_values: ClassValues,
    /// The values of the class whose values are listed.
    pub(crate) listed_values: Vec<T>,
    /// 1 where a value is negative, if numbers are logarithms; `None` if no value is.
    pub(crate) signs: Option<Array3<u8>>,
    /// The numbers, with a smooth in-fill where no number is coded.
    pub(crate) numbers: CodedNumbers<'a, T>,
    /// The sorted table of the distinct values, if the numbers are ranks.
    pub(crate) table: Vec<T>,
    pub(crate) statistics: Statistics,
}

impl<'a, T: ReelElement> PreparedSegment<'a, T> {
    /// Prepares values for encoding with these options.
    ///
    /// # Errors
    /// [`ReelError::InvalidCriterion`] if the number of the criterion is out of range;
    /// [`ReelError::Empty`] if there are no values.
    pub(crate) fn new(
        values: ArrayView3<'a, T>,
        options: &SegmentOptions,
    ) -> Result<Self, ReelError> {
        options.criterion.check()?;
        if values.is_empty() {
            return Err(ReelError::Empty {
                shape: values.dim().into(),
            });
        }
        let validity = Validity::new(&options.fill_values, options.valid_range);
        let domain = match options.criterion {
            Criterion::Bound(ErrorBound::PointwiseRelative(_)) => Domain::Log2,
            _ => Domain::Linear,
        };
        // Zeros have no logarithm, and the lowest integer of a type has no magnitude.
        let uncoded = find_uncoded(values, &validity, domain == Domain::Log2);
        let (mut valid, mut count) = (values.len() as u64, values.len());
        let (classes, class_values, listed_values) = match uncoded {
            Some(uncoded) => {
                valid -= uncoded.missing_count;
                count = uncoded.coded_count;
                (Some(uncoded.classes), uncoded.values, uncoded.list)
            }
            None => (None, ClassValues::default(), Vec::new()),
        };
        let coded = || {
            let mut classes = classes.iter().flatten();
            let is_coded = move |_: &T| classes.next().is_none_or(|&class| class == 0);
            values.iter().copied().filter(is_coded)
        };
        let table = match options.criterion {
            Criterion::Bound(ErrorBound::Lossless) => exact::rank_table(coded(), count),
            _ => None,
        };
        let domain = if table.is_some() {
            Domain::Ranks
        } else {
            domain
        };
        let lossless_grid = match (options.criterion, domain) {
            (Criterion::Bound(ErrorBound::Lossless), Domain::Linear) => {
                exact::lossless_grid(coded(), count)
            }
            _ => Grid::Ulps,
        };
        let table = table.unwrap_or_default();
        let signs = match domain {
            Domain::Linear | Domain::Ranks => None,
            Domain::Log2 => signs_of(values, classes.as_ref()),
        };
        let numbers = match (domain, &classes) {
            (Domain::Linear, None) => CodedNumbers::Values(values),
            (Domain::Linear, Some(classes)) => {
                CodedNumbers::Filled(fill_in(values.to_owned(), Some(classes))?)
            }
            (Domain::Log2, classes) => {
                let mut numbers = Array3::zeros(values.raw_dim());
                Zip::from(&mut numbers)
                    .and(&values)
                    .par_for_each(|number, value| *number = domain.transform(value.to_f64()));
                CodedNumbers::Mapped(fill_in(numbers, classes.as_ref())?)
            }
            (Domain::Ranks, classes) => {
                let mut numbers = Array3::zeros(values.raw_dim());
                Zip::from(&mut numbers)
                    .and(&values)
                    .par_for_each(|number, value| *number = rank_of(&table, *value));
                CodedNumbers::Mapped(fill_in(numbers, classes.as_ref())?)
            }
        };
        let statistics = Statistics {
            lossless_grid,
            ..Statistics::new(&numbers, classes.as_ref(), count, valid)
        };
        Ok(Self {
            values,
            validity,
            domain,
            classes,
            class_values,
            listed_values,
            signs,
            numbers,
            table,
            statistics,
        })
    }

    /// Returns the shape, axis order `(time, y, x)`.
    pub(crate) fn shape(&self) -> [usize; 3] {
        self.values.dim().into()
    }

    /// Returns the largest valid value minus the smallest.
    pub(crate) fn value_range(&self) -> f64 {
        match self.domain {
            // All valid values are coded directly.
            Domain::Linear => self.statistics.range,
            Domain::Log2 | Domain::Ranks => {
                let extremes = self.validity.array_min_max(self.values);
                extremes.range().unwrap_or(0.0)
            }
        }
    }

    /// Returns the value at a position, or its magnitude if signs are stored separately.
    pub(crate) fn coded_at(&self, at: [usize; 3]) -> T {
        let value = self.values[at];
        match self.domain {
            Domain::Linear | Domain::Ranks => value,
            Domain::Log2 => value.magnitude().unwrap_or_default(),
        }
    }

    /// Returns the number whose value is in the middle of the range, counted in ulps.
    pub(crate) fn middle_number(&self) -> f64 {
        let (min, max) = self.statistics.extremes;
        let of = |number: f64| i128::from(T::from_f64(self.domain.to_value(number)).ordinal());
        let middle = (of(min) + of(max)) / 2;
        self.domain
            .transform(T::from_ordinal(middle as i64).to_f64())
    }

    /// Returns the coded values in row-major order.
    pub(crate) fn coded_values(&self) -> Vec<T> {
        self.coded().collect()
    }

    /// Returns an iterator of the coded values in row-major order.
    pub(crate) fn coded(&self) -> impl Iterator<Item = T> + '_ {
        let mut classes = self.classes.iter().flatten();
        let coded = move |_: &T| classes.next().is_none_or(|&class| class == 0);
        self.values.iter().copied().filter(coded)
    }
}

/// Returns the rank of a value in a sorted table. Values that are not coded may be missing from
/// the table, and their ranks have no meaning.
fn rank_of<T: ReelElement>(table: &[T], value: T) -> f64 {
    let ordinal = value.ordinal();
    let place = table.partition_point(|other| other.ordinal() < ordinal);
    place.min(table.len().saturating_sub(1)) as f64
}

/// Returns the numbers with a smooth in-fill where no number is coded.
fn fill_in<N: ReelElement>(
    mut numbers: Array3<N>,
    classes: Option<&Array3<u8>>,
) -> Result<Array3<N>, ReelError> {
    if let Some(classes) = classes {
        fill_smoothly(numbers.view_mut(), classes.view()).map_err(|_| ReelError::BoundExceeded)?;
    }
    Ok(numbers)
}

/// Returns 1 where a value is negative, and the previous sign where no value is coded, which costs
/// least; `None` if no sign is 1.
fn signs_of<T: ReelElement>(
    values: ArrayView3<'_, T>,
    classes: Option<&Array3<u8>>,
) -> Option<Array3<u8>> {
    let mut signs = values.mapv(|value| u8::from(value.to_f64() < 0.0));
    if let Some(classes) = classes {
        let mut last = 0;
        for (sign, &class) in signs.iter_mut().zip(classes) {
            if class != 0 {
                *sign = last;
            }
            last = *sign;
        }
    }
    signs.iter().any(|&sign| sign != 0).then_some(signs)
}
