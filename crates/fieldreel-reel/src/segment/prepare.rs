//! From values to the numbers that are coded: what is missing, signs, logarithms, in-fill.

use fieldreel_quant::{Mask, fill_smoothly};
use ndarray::{Array3, ArrayView3, Slice, Zip};

use super::source::Numbers;
use super::special::{SpecialValues, special_values};
use crate::arithmetic::{Check, Domain, Grid, step_for};
use crate::value::Value;
use crate::{Bound, Options, ReelError, Validity};

/// A segment's values, and the numbers that are coded in their place. Axis order `(time, y, x)`.
#[derive(Clone, Debug)]
pub(crate) struct Prepared<'a, T> {
    pub(crate) values: ArrayView3<'a, T>,
    /// 0 where a number is coded; `None` if one is everywhere.
    pub(crate) classes: Option<Array3<u8>>,
    /// The values that the classes stand for, and those of the class whose values are listed.
    pub(super) special: SpecialValues,
    pub(super) list: Vec<T>,
    pub(crate) signs: Option<Array3<u8>>,
    /// The numbers, filled in smoothly where there is none.
    pub(crate) numbers: Numbers<'a, T>,
    pub(crate) domain: Domain,
    pub(crate) check: Check,
    pub(crate) grid: Grid,
    pub(crate) validity: Validity<T>,
    /// The limits of valid values, if a decoded one might be beyond them.
    pub(super) clamp: Option<[T; 2]>,
    /// The number of valid values.
    pub(crate) valid: u64,
    /// The smallest and the largest number; the smallest is the larger if there is none.
    pub(crate) extremes: (f64, f64),
}

impl<'a, T: Value> Prepared<'a, T> {
    /// `bound` is that of `options`, or what a target was turned into.
    pub(crate) fn new(
        values: ArrayView3<'a, T>,
        options: &Options,
        bound: Bound,
    ) -> Result<Self, ReelError> {
        let validity = Validity::new(&options.fills, options.valid_range);
        let domain = match bound {
            Bound::Pointwise(_) => Domain::Log2,
            _ => Domain::Linear,
        };
        // Zeros have no logarithm.
        let special = special_values(values, &validity, domain == Domain::Log2);
        let mut valid = values.len() as u64;
        let (classes, special, list) = match special {
            Some(special) => {
                valid -= special.invalid;
                (Some(special.classes), special.values, special.list)
            }
            None => (None, SpecialValues::default(), Vec::new()),
        };
        let signs = match domain {
            Domain::Linear => None,
            Domain::Log2 => signs_of(values, classes.as_ref()),
        };
        let numbers = match (domain, &classes) {
            (Domain::Linear, None) => Numbers::Values(values),
            _ => {
                let mut numbers = Array3::zeros(values.raw_dim());
                Zip::from(&mut numbers)
                    .and(&values)
                    .par_for_each(|number, value| *number = domain.of_value(value.to_f64()));
                if let Some(classes) = &classes {
                    let mask = Mask::new(classes.mapv(|class| u8::from(class != 0)));
                    mask.and_then(|mask| fill_smoothly(numbers.view_mut(), &mask))
                        .map_err(|_| ReelError::Verification)?;
                }
                Numbers::Own(numbers)
            }
        };
        let extremes = numbers.extremes(None, classes.as_ref());
        let check = match bound {
            Bound::Absolute(epsilon) => Check::Absolute(epsilon),
            Bound::Relative(part) => {
                let range = options.range.unwrap_or(extremes.1 - extremes.0);
                Check::Absolute((part * range.min(f64::MAX)).max(0.0))
            }
            Bound::Pointwise(part) => Check::Pointwise(part),
            _ => Check::Exact,
        };
        let grid = grid_for::<T>(check, extremes);
        let limits = validity.limits();
        let is_near = match check {
            Check::Exact => false,
            Check::Absolute(epsilon) => {
                let [lowest, highest] = limits.map(T::to_f64);
                extremes.0 - epsilon < lowest || extremes.1 + epsilon > highest
            }
            Check::Pointwise(_) => true,
        };
        let clamp = (is_near && options.valid_range.is_some()).then_some(limits);
        Ok(Self {
            values,
            classes,
            special,
            list,
            signs,
            numbers,
            domain,
            check,
            grid,
            validity,
            clamp,
            valid,
            extremes,
        })
    }

    /// The value at a place, or its magnitude where signs are kept apart.
    pub(crate) fn magnitude(&self, at: [usize; 3]) -> T {
        match self.domain {
            Domain::Linear => self.values[at],
            Domain::Log2 => T::nearest(self.values[at].to_f64().abs()),
        }
    }

    /// Puts the original in place of decoded values that break the bound or are not valid, and says which.
    ///
    /// Missing values must be in place: that they are not is an error of the program, and every
    /// one is then mended.
    pub(super) fn mend(&self, decoded: &mut Array3<T>) -> Vec<(usize, T)> {
        let mut mended = Vec::new();
        let classes = self.classes.as_ref();
        for (index, ((t, y, x), &original)) in self.values.indexed_iter().enumerate() {
            let value = &mut decoded[[t, y, x]];
            let holds = match classes.map_or(0, |classes| classes[[t, y, x]]) {
                0 => self.check.holds(original, *value) && self.validity.contains(*value),
                _ => value.bits() == original.bits(),
            };
            if !holds {
                *value = original;
                mended.push((index, original));
            }
        }
        mended
    }

    /// Frees the numbers: from here on, only what was decoded is compared with the values.
    pub(crate) fn forget_numbers(&mut self) {
        self.numbers = Numbers::Values(self.values);
    }

    /// How many numbers are coded.
    pub(crate) fn coded(&self) -> usize {
        match &self.classes {
            None => self.values.len(),
            Some(classes) => classes.iter().filter(|&&class| class == 0).count(),
        }
    }

    /// The values at which a number is coded, in order.
    pub(crate) fn coded_values(&self) -> Vec<T> {
        match &self.classes {
            None => self.values.iter().copied().collect(),
            Some(classes) => {
                let all = self.values.iter().zip(classes);
                all.filter(|&(_, &class)| class == 0)
                    .map(|(&value, _)| value)
                    .collect()
            }
        }
    }

    /// A part of at most about `count` values, cut out of the middle; everything if that is less.
    pub(crate) fn sample(&self, count: usize) -> Prepared<'_, T> {
        let mut sides = <[usize; 3]>::from(self.values.dim());
        while sides.iter().product::<usize>() > count {
            let Some(longest) = sides.iter_mut().max() else {
                break;
            };
            *longest = longest.div_ceil(2);
        }
        let cut = |axis: usize, length: usize| {
            let from = (length - sides[axis]) / 2;
            Slice::from(from..from + sides[axis])
        };
        fn part<A: Clone>(all: &Array3<A>, cut: &impl Fn(usize, usize) -> Slice) -> Array3<A> {
            all.slice_each_axis(|axis| cut(axis.axis.index(), axis.len))
                .to_owned()
        }
        let classes = self.classes.as_ref().map(|all| part(all, &cut));
        let values = self
            .values
            .slice_each_axis(|axis| cut(axis.axis.index(), axis.len));
        let numbers = match &self.numbers {
            Numbers::Values(_) => Numbers::Values(values),
            Numbers::Own(all) => Numbers::Own(part(all, &cut)),
        };
        let extremes = numbers.extremes(None, classes.as_ref());
        Prepared {
            values,
            classes,
            signs: self.signs.as_ref().map(|all| part(all, &cut)),
            numbers,
            extremes,
            domain: self.domain,
            check: self.check,
            grid: self.grid,
            special: self.special,
            list: Vec::new(),
            validity: self.validity.clone(),
            clamp: self.clamp,
            valid: self.valid,
        }
    }
}

/// Which values are negative; where there is none, as the one before it, which costs least.
fn signs_of<T: Value>(
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

/// The widest grid that keeps the bound; ordinals where no sensible grid does.
fn grid_for<T: Value>(check: Check, (min, max): (f64, f64)) -> Grid {
    let max_abs = min.abs().max(max.abs());
    let step = match check {
        Check::Exact => return Grid::Ordinals,
        Check::Absolute(epsilon) => step_for(epsilon, T::nearest(max_abs)),
        Check::Pointwise(part) => {
            // Both the rounding to the type and that of the power and the logarithm are relative.
            let part = part - T::HALF_ULP - 16.0 * f64::EPSILON;
            2.0 * part.max(0.0).ln_1p() / std::f64::consts::LN_2 * (1.0 - 1e-9)
        }
    };
    // Numbers so large that sums with them lose the step, or might overflow, have no grid.
    let precise = step > 32.0 * f64::EPSILON * max_abs;
    let small = max_abs < 1e300 && (max - min) / step < 1e15;
    if step.is_normal() && precise && small {
        Grid::Step(step)
    } else {
        Grid::Ordinals
    }
}
