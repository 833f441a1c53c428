//! A sample of a segment, on which plans are tried.

use ndarray::{Array3, Slice};

use super::{CodedNumbers, PreparedSegment, Statistics};
use crate::value::ReelElement;

impl<T: ReelElement> PreparedSegment<'_, T> {
    /// Returns a sample of at most about `count` values from the middle of the segment, or
    /// everything if that is less.
    pub(crate) fn sample(&self, count: usize) -> PreparedSegment<'_, T> {
        let mut sides = self.shape();
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
            // Contiguous values are read much faster.
            CodedNumbers::Values(_) => CodedNumbers::Filled(values.to_owned()),
            CodedNumbers::Filled(all) => CodedNumbers::Filled(part(all, &cut)),
            CodedNumbers::Mapped(all) => CodedNumbers::Mapped(part(all, &cut)),
        };
        let coded = classes.as_ref().map_or(values.len(), |classes| {
            classes.iter().filter(|&&class| class == 0).count()
        });
        let statistics = Statistics {
            lattice: self.statistics.lattice,
            lossless_grid: self.statistics.lossless_grid,
            ..Statistics::new(&numbers, classes.as_ref(), coded, self.statistics.valid)
        };
        PreparedSegment {
            values,
            classes,
            table: self.table.clone(),
            signs: self.signs.as_ref().map(|all| part(all, &cut)),
            numbers,
            statistics,
            domain: self.domain,
            class_values: self.class_values,
            listed_values: Vec::new(),
            validity: self.validity.clone(),
        }
    }
}
