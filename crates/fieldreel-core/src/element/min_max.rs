//! The minimum and the maximum of many values.

use multiversion::multiversion;

use super::Element;

/// The number of minima and maxima that are computed side by side, so that the loops vectorize.
const LANES: usize = 16;

/// The values that [`min_max`] takes into account.
///
/// See the example of [`min_max`].
#[derive(Clone, Copy, Debug)]
pub struct ValueSelection<'a, T> {
    /// The smallest and the largest value to select, both inclusive. NaN is never selected.
    pub limits: [T; 2],
    /// Values that are not selected.
    pub excluded: &'a [T],
    /// The class of each value, if there are classes. Only values of class 0 are selected.
    pub classes: Option<&'a [u8]>,
}

impl<T: Element> Default for ValueSelection<'_, T> {
    /// Selects all finite values.
    fn default() -> Self {
        Self {
            limits: [T::LOWEST, T::HIGHEST],
            excluded: &[],
            classes: None,
        }
    }
}

/// Returns the smallest and the largest of the selected values, or `None` if none is selected.
///
/// If there are fewer classes than values, the values without a class are not selected.
///
/// ```
/// use fieldreel_core::element::{ValueSelection, min_max};
///
/// let values = [3.0, -999.0, f32::NAN, 1.0, 7.0];
/// assert_eq!(min_max(&values, ValueSelection::default()), Some([-999.0, 7.0]));
/// let selection = ValueSelection {
///     excluded: &[-999.0],
///     classes: Some(&[0, 0, 0, 0, 1]),
///     ..ValueSelection::default()
/// };
/// assert_eq!(min_max(&values, selection), Some([1.0, 3.0]));
/// ```
#[multiversion(targets("x86_64+avx2"))]
#[must_use]
pub fn min_max<T: Element>(values: &[T], selection: ValueSelection<'_, T>) -> Option<[T; 2]> {
    let mut extremes = LaneExtremes::new();
    let count = selection
        .classes
        .map_or(values.len(), |classes| classes.len());
    let (blocks, rest) = values[..count.min(values.len())].as_chunks::<LANES>();
    match selection.classes {
        None => {
            for block in blocks {
                extremes.add(block, None, &selection);
            }
        }
        Some(classes) => {
            for (block, classes) in blocks.iter().zip(classes.as_chunks().0) {
                extremes.add(block, Some(classes), &selection);
            }
        }
    }
    if !rest.is_empty() {
        // Pad the last block with values of a class that is not selected.
        let (mut block, mut classes) = ([T::default(); LANES], [1; LANES]);
        block[..rest.len()].copy_from_slice(rest);
        let rest_classes = &mut classes[..rest.len()];
        match selection.classes {
            Some(all) => rest_classes.copy_from_slice(&all[blocks.len() * LANES..][..rest.len()]),
            None => rest_classes.fill(0),
        }
        extremes.add(&block, Some(&classes), &selection);
    }
    let LaneExtremes { minima, maxima } = extremes;
    let min = minima
        .into_iter()
        .fold(T::HIGHEST, |a, b| if b < a { b } else { a });
    let max = maxima
        .into_iter()
        .fold(T::LOWEST, |a, b| if b > a { b } else { a });
    (min <= max).then_some([min, max])
}

/// The minima and maxima of every [`LANES`]-th value.
struct LaneExtremes<T> {
    minima: [T; LANES],
    maxima: [T; LANES],
}

impl<T: Element> LaneExtremes<T> {
    fn new() -> Self {
        Self {
            minima: [T::HIGHEST; LANES],
            maxima: [T::LOWEST; LANES],
        }
    }

    /// Adds the selected values of a block.
    #[inline(always)]
    fn add(
        &mut self,
        block: &[T; LANES],
        classes: Option<&[u8; LANES]>,
        selection: &ValueSelection<'_, T>,
    ) {
        let [lower, upper] = selection.limits;
        let (mut low, mut high) = ([T::HIGHEST; LANES], [T::LOWEST; LANES]);
        for ((&value, low), high) in block.iter().zip(&mut low).zip(&mut high) {
            let is_selected = (lower <= value) & (value <= upper);
            *low = if is_selected { value } else { *low };
            *high = if is_selected { value } else { *high };
        }
        for excluded in selection.excluded {
            for ((value, low), high) in block.iter().zip(&mut low).zip(&mut high) {
                *low = if value == excluded { T::HIGHEST } else { *low };
                *high = if value == excluded { T::LOWEST } else { *high };
            }
        }
        if let Some(classes) = classes {
            for ((&class, low), high) in classes.iter().zip(&mut low).zip(&mut high) {
                *low = if class == 0 { *low } else { T::HIGHEST };
                *high = if class == 0 { *high } else { T::LOWEST };
            }
        }
        for (min, low) in self.minima.iter_mut().zip(low) {
            *min = if low < *min { low } else { *min };
        }
        for (max, high) in self.maxima.iter_mut().zip(high) {
            *max = if high > *max { high } else { *max };
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn expected<T: Element>(values: &[T], selection: ValueSelection<'_, T>) -> Option<[T; 2]> {
        let [lower, upper] = selection.limits;
        let is_selected = |&(at, value): &(usize, T)| {
            lower <= value
                && value <= upper
                && !selection.excluded.contains(&value)
                && selection.classes.is_none_or(|classes| classes[at] == 0)
        };
        let selected = values.iter().copied().enumerate().filter(is_selected);
        selected.map(|(_, value)| value).fold(None, |found, value| {
            let [min, max] = found.unwrap_or([value; 2]);
            Some([
                if value < min { value } else { min },
                if value > max { value } else { max },
            ])
        })
    }

    proptest! {
        #[test]
        fn only_selected_values_are_taken_into_account(
            seeds in prop::collection::vec((-40_i32..40, 0_u8..2), 0..70),
            limits in (-50_i32..10, -10_i32..50),
            excluded in prop::collection::vec(-40_i32..40, 0..3),
            has_classes: bool,
        ) {
            let classes: Vec<u8> = seeds.iter().map(|&(_, class)| class).collect();
            let classes = has_classes.then_some(classes.as_slice());
            let values: Vec<i32> = seeds.iter().map(|&(value, _)| value).collect();
            let selection = ValueSelection { limits: [limits.0, limits.1], excluded: &excluded, classes };
            prop_assert_eq!(min_max(&values, selection), expected(&values, selection));
            let float = |x: i32| if x == 7 { f32::NAN } else { x as f32 };
            let values: Vec<f32> = values.into_iter().map(float).collect();
            let excluded: Vec<f32> = excluded.iter().map(|&x| x as f32).collect();
            let selection = ValueSelection {
                limits: [limits.0 as f32, limits.1 as f32],
                excluded: &excluded,
                classes,
            };
            prop_assert_eq!(min_max(&values, selection), expected(&values, selection));
        }
    }

    #[test]
    fn the_limits_of_a_type_are_selected_and_infinities_are_not() {
        assert_eq!(
            min_max(&[u8::MAX; 3], ValueSelection::default()),
            Some([255; 2])
        );
        let values = [f64::INFINITY, f64::MAX, f64::NEG_INFINITY];
        assert_eq!(
            min_max(&values, ValueSelection::default()),
            Some([f64::MAX; 2])
        );
        assert_eq!(min_max(&values[..1], ValueSelection::default()), None);
        assert_eq!(min_max::<f32>(&[], ValueSelection::default()), None);
    }
}
