//! The values that are not coded as numbers: missing values and, if the numbers are logarithms,
//! values without a magnitude.

use std::borrow::Cow;
use std::collections::HashMap;

use ndarray::{Array3, ArrayView3, s};
use rayon::prelude::*;

use crate::Validity;
use crate::mask::MAX_CLASS;
use crate::value::ReelElement;

/// The maximum number of classes of a mask that represent one value each.
pub(crate) const MAX_CLASS_VALUES: usize = MAX_CLASS as usize;

/// The maximum number of distinct values that are counted. Further ones are listed.
const MAX_COUNTED: usize = 256;

/// The values that the classes of a mask represent, from class 1 on.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct ClassValues {
    bits: [u64; MAX_CLASS_VALUES],
    count: usize,
    listed: Option<u8>,
}

impl ClassValues {
    /// Returns classes that represent these values, given by their bits, from class 1 on.
    pub(crate) fn new(bits: &[u64]) -> Self {
        let mut special = Self::default();
        for (into, &bits) in special.bits.iter_mut().zip(bits) {
            *into = bits;
            special.count += 1;
        }
        special
    }

    /// Adds a class after the other classes. It stands for several values, which are listed.
    pub(crate) fn with_list(mut self) -> Self {
        self.listed = Some(self.count as u8 + 1);
        self
    }

    /// Returns the bits of the value of each class, from class 1 on.
    pub(crate) fn bits(&self) -> &[u64] {
        &self.bits[..self.count]
    }

    /// Returns the class whose values are listed.
    pub(crate) const fn listed_class(&self) -> Option<u8> {
        self.listed
    }

    /// Returns the highest class.
    pub(crate) fn last_class(&self) -> u8 {
        (self.count as u8).max(self.listed.unwrap_or(0))
    }
}

/// The values of a field that are not coded as numbers.
#[derive(Clone, Debug)]
pub(crate) struct UncodedValues<T> {
    /// The classes of the values, 0 where a number is coded; axis order `(time, y, x)`.
    pub(crate) classes: Array3<u8>,
    pub(crate) values: ClassValues,
    /// The values of the class whose values are listed, in row-major order.
    pub(crate) list: Vec<T>,
    /// The number of values that are coded.
    pub(crate) coded_count: usize,
    /// The number of values that are missing.
    pub(crate) missing_count: u64,
}

/// Finds the values of a field that are not coded as numbers: missing values and, if the numbers
/// are logarithms, values without a magnitude. Returns `None` if all values are coded.
pub(crate) fn find_uncoded<T: ReelElement>(
    values: ArrayView3<'_, T>,
    validity: &Validity<T>,
    are_logarithms: bool,
) -> Option<UncodedValues<T>> {
    let coded = CodedPredicate {
        validity,
        are_logarithms,
    };
    let mut counts = PatternCounts::default();
    let (mut uncoded_count, mut missing_count) = (0, 0);
    let (slices, length) = row_major_slices(values);
    let are_coded: Vec<bool> = slices
        .par_iter()
        .map(|slice| coded.codes_all(slice))
        .collect();
    for (slice, _) in slices
        .iter()
        .zip(&are_coded)
        .filter(|(_, are_coded)| !**are_coded)
    {
        for &value in slice.iter().filter(|&&value| !coded.codes(value)) {
            counts.add(value.bits());
            uncoded_count += 1;
            missing_count += u64::from(!validity.contains(value));
        }
    }
    if counts.counts.is_empty() {
        return None;
    }
    let special = counts.most_frequent();
    let mut classes = Array3::zeros(values.raw_dim());
    let of_slices = classes.as_slice_mut().unwrap_or_default();
    of_slices
        .par_chunks_mut(length)
        .zip(&slices)
        .zip(&are_coded)
        .filter(|(_, are_coded)| !**are_coded)
        .for_each(|((classes, slice), _)| coded.classify(slice, &special, classes));
    let mut list = Vec::new();
    if let Some(listed) = special.listed_class() {
        let values = values.iter().zip(&classes);
        list.extend(
            values
                .filter(|&(_, &class)| class == listed)
                .map(|(&value, _)| value),
        );
    }
    Some(UncodedValues {
        list,
        values: special,
        coded_count: values.len() - uncoded_count,
        missing_count,
        classes,
    })
}

/// Returns values in row-major order as slices of the same length, of which the last may be
/// shorter, and that length. Slices are so short that in nearly all of them, either all values
/// are coded or many are not.
fn row_major_slices<'a, T: ReelElement>(values: ArrayView3<'a, T>) -> (Vec<Cow<'a, [T]>>, usize) {
    if let Some(values) = values.to_slice() {
        let length = 1 << 10;
        return (values.chunks(length).map(Cow::Borrowed).collect(), length);
    }
    let (frames, height, width) = values.dim();
    let rows = (0..frames).flat_map(|t| (0..height).map(move |y| (t, y)));
    let slices = rows.map(|(t, y)| {
        let row = values.slice_move(s![t, y, ..]);
        let slice = row.to_slice().map(Cow::Borrowed);
        slice.unwrap_or_else(|| Cow::Owned(row.to_vec()))
    });
    (slices.collect(), width)
}

/// The condition by which a value is coded as a number.
struct CodedPredicate<'a, T> {
    validity: &'a Validity<T>,
    are_logarithms: bool,
}

impl<T: ReelElement> CodedPredicate<'_, T> {
    fn codes(&self, value: T) -> bool {
        self.validity.contains(value) && !self.has_no_magnitude(value)
    }

    fn codes_all(&self, values: &[T]) -> bool {
        self.validity.contains_all(values)
            && !(self.are_logarithms && values.iter().any(|&value| self.has_no_magnitude(value)))
    }

    fn has_no_magnitude(&self, value: T) -> bool {
        self.are_logarithms && value.magnitude().is_none()
    }

    /// Sets the class of each value. All classes must be 0 before.
    fn classify(&self, values: &[T], special: &ClassValues, classes: &mut [u8]) {
        if let Some(listed) = special.listed_class() {
            for (class, &value) in classes.iter_mut().zip(values) {
                *class = if self.codes(value) { 0 } else { listed };
            }
        }
        for (other, &bits) in (1..).zip(special.bits()) {
            for (class, value) in classes.iter_mut().zip(values) {
                // No coded value has these bits: the condition depends on the bits alone.
                *class = if value.bits() == bits { other } else { *class };
            }
        }
    }
}

/// The frequencies of bit patterns.
#[derive(Default)]
struct PatternCounts {
    /// The index of each pattern in `counts`.
    indices: HashMap<u64, usize>,
    counts: Vec<(u64, u64)>,
    last: Option<(u64, usize)>,
    /// True if some patterns were not counted.
    is_incomplete: bool,
}

impl PatternCounts {
    fn add(&mut self, bits: u64) {
        // Most patterns equal the previous one.
        let index = match self.last {
            Some((last, index)) if last == bits => Some(index),
            _ => self.index(bits),
        };
        match index.and_then(|index| Some((index, self.counts.get_mut(index)?))) {
            Some((index, (_, count))) => {
                *count += 1;
                self.last = Some((bits, index));
            }
            None => self.is_incomplete = true,
        }
    }

    fn index(&mut self, bits: u64) -> Option<usize> {
        if let Some(&index) = self.indices.get(&bits) {
            return Some(index);
        }
        let index = self.counts.len();
        (index < MAX_COUNTED).then(|| {
            self.indices.insert(bits, index);
            self.counts.push((bits, 0));
            index
        })
    }

    /// Returns a class for each pattern; if there are too many, a class for each of the most
    /// frequent ones and one class for all others.
    fn most_frequent(mut self) -> ClassValues {
        let all_fit = !self.is_incomplete && self.counts.len() <= MAX_CLASS_VALUES;
        // The sort is stable: of equal counts, the pattern that was met first comes first.
        self.counts
            .sort_by_key(|&(_, count)| std::cmp::Reverse(count));
        let max = if all_fit {
            MAX_CLASS_VALUES
        } else {
            MAX_CLASS_VALUES - 1
        };
        let bits: Vec<u64> = self
            .counts
            .iter()
            .take(max)
            .map(|&(bits, _)| bits)
            .collect();
        let special = ClassValues::new(&bits);
        if all_fit {
            special
        } else {
            special.with_list()
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_value_has_the_class_of_its_bits(
            shape in prop::array::uniform3(1_usize..6),
            seeds in prop::collection::vec(0_u32..40, 125),
            kind_count in 1_u32..40,
            zeros_apart: bool,
        ) {
            let value = |seed: u32| match seed % kind_count {
                0 => 1.5,
                1 => f32::NAN,
                2 => -0.0,
                3 => -999.0,
                4 => f32::INFINITY,
                // NaN of many payloads.
                other => f32::from_bits(0x7fc0_0000 | other),
            };
            let count = shape.iter().product();
            let values: Vec<f32> = seeds.into_iter().take(count).map(value).collect();
            let values = Array3::from_shape_vec(shape, values).unwrap();
            let validity = Validity::new(&[(-999).into()], None);
            let is_special = |value: f32| !validity.contains(value) || zeros_apart && value == 0.0;
            let Some(special) = find_uncoded(values.view(), &validity, zeros_apart) else {
                prop_assert!(!values.iter().any(|&value| is_special(value)));
                return Ok(());
            };
            let mut list = special.list.iter();
            for (value, &class) in values.iter().zip(&special.classes) {
                let bits = value.to_bits();
                match class {
                    0 => prop_assert!(!is_special(*value)),
                    class if Some(class) == special.values.listed_class() => {
                        prop_assert_eq!(list.next().map(|value| value.to_bits()), Some(bits));
                    }
                    class => {
                        let class = usize::from(class) - 1;
                        prop_assert_eq!(special.values.bits()[class], u64::from(bits));
                    }
                }
            }
            prop_assert!(list.next().is_none());
            let missing_count = values.iter().filter(|&&value| !validity.contains(value)).count();
            prop_assert_eq!(special.missing_count, missing_count as u64);
            let coded_count = values.iter().filter(|&&value| !is_special(value)).count();
            prop_assert_eq!(special.coded_count, coded_count);
        }
    }

    #[test]
    fn the_most_frequent_values_have_classes_of_their_own() {
        let values = Array3::from_shape_fn((1, 100, 100), |(_, y, x)| match (y, x) {
            (0, x) => f64::from_bits(f64::NAN.to_bits() + x as u64),
            (y, _) if y < 50 => f64::NEG_INFINITY,
            _ => -1.0,
        });
        let special =
            find_uncoded(values.view(), &Validity::new(&[(-1).into()], None), false).unwrap();
        assert_eq!(
            special.values.bits()[..2],
            [(-1.0_f64).to_bits(), f64::NEG_INFINITY.to_bits()]
        );
        assert_eq!(special.values.listed_class(), Some(7));
        assert_eq!(special.list.len(), 96);
        assert_eq!(special.missing_count, 10_000);
    }
}
