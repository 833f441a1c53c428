//! From values to the numbers that are coded, once a segment.
//!
//! [`Prepared`] is what the later stages share, and none of them changes it. [`Tolerance`] is the bound, as it applies to these
//! values.

mod exact;
mod extremes;
mod lattice;
mod numbers;
mod permute;
mod sample;
mod special;
mod statistics;
mod tolerance;

use fieldreel_quant::fill_smoothly;
use ndarray::{Array3, ArrayView3, Zip};

use crate::arithmetic::{Domain, Grid};
use crate::plan::AxisOrder;
use crate::value::ReelElement;
use crate::{Criterion, ErrorBound, ReelError, SegmentOptions, Validity};
pub(crate) use exact::MOST_RANKS;
pub(crate) use numbers::Numbers;
use special::special_values;
pub(crate) use special::{MOST_SPECIAL, SpecialValues};
pub(crate) use statistics::Statistics;
pub(crate) use tolerance::{Grids, Tolerance};

/// A segment's values, and the numbers that are coded in their place. Axis order `(time, y, x)`.
#[derive(Debug)]
pub(crate) struct Prepared<'a, T> {
    pub(crate) values: ArrayView3<'a, T>,
    pub(crate) validity: Validity<T>,
    pub(crate) domain: Domain,
    /// 0 where a number is coded; `None` if one is everywhere.
    pub(crate) classes: Option<Array3<u8>>,
    /// The values that the classes stand for, and those of the class whose values are listed.
    pub(crate) special: SpecialValues,
    pub(crate) list: Vec<T>,
    pub(crate) signs: Option<Array3<u8>>,
    /// The numbers, filled in smoothly where there is none.
    pub(crate) numbers: Numbers<'a, T>,
    /// All distinct values in order, if the numbers are places in it.
    pub(crate) table: Vec<T>,
    pub(crate) statistics: Statistics,
}

impl<'a, T: ReelElement> Prepared<'a, T> {
    /// Prepares values for encoding with these options.
    ///
    /// # Errors
    /// [`ReelError::InvalidCriterion`]; [`ReelError::Empty`] if there are no values.
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
        let special = special_values(values, &validity, domain == Domain::Log2);
        let mut valid = values.len() as u64;
        let (classes, special, list) = match special {
            Some(special) => {
                valid -= special.invalid;
                (Some(special.classes), special.values, special.list)
            }
            None => (None, SpecialValues::default(), Vec::new()),
        };
        let coded = || {
            let mut classes = classes.iter().flatten();
            let is_coded = move |_: &T| classes.next().is_none_or(|&class| class == 0);
            values.iter().copied().filter(is_coded)
        };
        let count = classes.as_ref().map_or(values.len(), |classes| {
            classes.iter().filter(|&&class| class == 0).count()
        });
        let table = match options.criterion {
            Criterion::Bound(ErrorBound::Lossless) => exact::ranks(coded(), count),
            _ => None,
        };
        let domain = if table.is_some() {
            Domain::Ranks
        } else {
            domain
        };
        let exact = match (options.criterion, domain) {
            (Criterion::Bound(ErrorBound::Lossless), Domain::Linear) => exact::grid(coded(), count),
            _ => Grid::Ulps,
        };
        let table = table.unwrap_or_default();
        let signs = match domain {
            Domain::Linear | Domain::Ranks => None,
            Domain::Log2 => signs_of(values, classes.as_ref()),
        };
        let numbers = match (domain, &classes) {
            (Domain::Linear, None) => Numbers::Values(values),
            (Domain::Linear, Some(classes)) => {
                Numbers::Filled(filled(values.to_owned(), Some(classes))?)
            }
            (Domain::Log2, classes) => {
                let mut numbers = Array3::zeros(values.raw_dim());
                Zip::from(&mut numbers)
                    .and(&values)
                    .par_for_each(|number, value| *number = domain.of_value(value.to_f64()));
                Numbers::Mapped(filled(numbers, classes.as_ref())?)
            }
            (Domain::Ranks, classes) => {
                let mut numbers = Array3::zeros(values.raw_dim());
                Zip::from(&mut numbers)
                    .and(&values)
                    .par_for_each(|number, value| *number = rank(&table, *value));
                Numbers::Mapped(filled(numbers, classes.as_ref())?)
            }
        };
        let statistics = Statistics {
            exact,
            ..Statistics::of(&numbers, classes.as_ref(), valid)
        };
        Ok(Self {
            values,
            validity,
            domain,
            classes,
            special,
            list,
            signs,
            numbers,
            table,
            statistics,
        })
    }

    /// The shape, axis order `(time, y, x)`.
    pub(crate) fn shape(&self) -> [usize; 3] {
        self.values.dim().into()
    }

    /// Returns the largest valid value minus the smallest.
    pub(crate) fn value_range(&self) -> f64 {
        match self.domain {
            // All valid values are coded as they are.
            Domain::Linear => self.statistics.range,
            Domain::Log2 | Domain::Ranks => {
                let extremes = self.validity.min_max_of(self.values);
                extremes.range().unwrap_or(0.0)
            }
        }
    }

    /// Returns the classes in another order of axes, row by row; `None` if a number is coded everywhere.
    pub(crate) fn classes_in(&self, order: AxisOrder) -> Option<Array3<u8>> {
        let classes = self.classes.as_ref()?;
        let permuted = order.permuted(classes.view());
        Some(permuted.as_standard_layout().into_owned())
    }

    /// Returns the value at a place, or its magnitude where signs are kept apart.
    pub(crate) fn coded_at(&self, at: [usize; 3]) -> T {
        let value = self.values[at];
        match self.domain {
            Domain::Linear | Domain::Ranks => value,
            Domain::Log2 => value.magnitude().unwrap_or_default(),
        }
    }

    /// Returns a number whose value has about as many values of the type below it as above it, among all magnitudes.
    pub(crate) fn middle_number(&self) -> f64 {
        let (min, max) = self.statistics.extremes;
        let of = |number: f64| i128::from(T::from_f64(self.domain.to_value(number)).ordinal());
        let middle = (of(min) + of(max)) / 2;
        self.domain
            .of_value(T::from_ordinal(middle as i64).to_f64())
    }

    /// The values at which a number is coded, in order.
    pub(crate) fn coded_values(&self) -> Vec<T> {
        self.coded().collect()
    }

    /// Returns the values at which a number is coded, in order.
    pub(crate) fn coded(&self) -> impl Iterator<Item = T> + '_ {
        let mut classes = self.classes.iter().flatten();
        let coded = move |_: &T| classes.next().is_none_or(|&class| class == 0);
        self.values.iter().copied().filter(coded)
    }
}

/// Returns the place of a value in a table of values in order; the last if it is not there, as of values that are not coded.
fn rank<T: ReelElement>(table: &[T], value: T) -> f64 {
    let ordinal = value.ordinal();
    let place = table.partition_point(|other| other.ordinal() < ordinal);
    place.min(table.len().saturating_sub(1)) as f64
}

/// Fills numbers in smoothly where none is coded.
fn filled<N: ReelElement>(
    mut numbers: Array3<N>,
    classes: Option<&Array3<u8>>,
) -> Result<Array3<N>, ReelError> {
    if let Some(classes) = classes {
        fill_smoothly(numbers.view_mut(), classes.view()).map_err(|_| ReelError::BoundExceeded)?;
    }
    Ok(numbers)
}

/// Returns 1 where a value is negative; where none is coded, the sign of the one before, which costs least.
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
