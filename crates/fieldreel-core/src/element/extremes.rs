//! The smallest and the largest of many values.

use multiversion::multiversion;

use super::Element;

/// The number of extremes that are kept side by side, so that the loops vectorize.
const LANES: usize = 16;

/// The values among which the extremes are looked for.
#[derive(Clone, Copy, Debug)]
pub struct ValueSelection<'a, T> {
    /// The least and the greatest value that count, both included. NaN never counts.
    pub limits: [T; 2],
    /// Values that do not count.
    pub excluded: &'a [T],
    /// A class for each value: only those of class 0 count. `None` if there are no classes.
    pub classes: Option<&'a [u8]>,
}

impl<T: Element> Default for ValueSelection<'_, T> {
    /// All finite values.
    fn default() -> Self {
        Self {
            limits: [T::LOWEST, T::HIGHEST],
            excluded: &[],
            classes: None,
        }
    }
}

/// Returns the smallest and the largest of the values that count; `None` if none does.
///
/// Values without a class, where there are fewer classes than values, are not looked at.
///
/// ```
/// use fieldreel_core::element::{ValueSelection, min_max};
///
/// let values = [3.0, -999.0, f32::NAN, 1.0, 7.0];
/// assert_eq!(min_max(&values, ValueSelection::default()), Some([-999.0, 7.0]));
/// let among = ValueSelection { excluded: &[-999.0], classes: Some(&[0, 0, 0, 0, 1]), ..ValueSelection::default() };
/// assert_eq!(min_max(&values, among), Some([1.0, 3.0]));
/// ```
#[multiversion(targets("x86_64+avx2"))]
#[must_use]
pub fn extremes<T: Element>(values: &[T], among: ValueSelection<'_, T>) -> Option<[T; 2]> {
    let [lowest, highest] = among.limits;
    let mut extremes = ([T::HIGHEST; LANES], [T::LOWEST; LANES]);
    let mut add = |block: &[T; LANES], classes: Option<&[u8; LANES]>| {
        let (mut low, mut high) = ([T::HIGHEST; LANES], [T::LOWEST; LANES]);
        for ((&value, low), high) in block.iter().zip(&mut low).zip(&mut high) {
            let counts = (lowest <= value) & (value <= highest);
            *low = if counts { value } else { *low };
            *high = if counts { value } else { *high };
        }
        for excluded in among.excluded {
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
        for (least, low) in extremes.0.iter_mut().zip(low) {
            *least = if low < *least { low } else { *least };
        }
        for (largest, high) in extremes.1.iter_mut().zip(high) {
            *largest = if high > *largest { high } else { *largest };
        }
    };
    let count = among.classes.map_or(values.len(), |classes| classes.len());
    let (blocks, rest) = values[..count.min(values.len())].as_chunks::<LANES>();
    for (at, block) in blocks.iter().enumerate() {
        let classes = among.classes.map(|classes| &classes[at * LANES..]);
        add(block, classes.and_then(<[u8]>::first_chunk));
    }
    if !rest.is_empty() {
        // What is beyond the end has a class that does not count.
        let (mut block, mut classes) = ([T::default(); LANES], [1; LANES]);
        block[..rest.len()].copy_from_slice(rest);
        let of_rest = &mut classes[..rest.len()];
        match among.classes {
            Some(all) => of_rest.copy_from_slice(&all[blocks.len() * LANES..][..rest.len()]),
            None => of_rest.fill(0),
        }
        add(&block, Some(&classes));
    }
    let least = extremes
        .0
        .into_iter()
        .fold(T::HIGHEST, |a, b| if b < a { b } else { a });
    let largest = extremes
        .1
        .into_iter()
        .fold(T::LOWEST, |a, b| if b > a { b } else { a });
    (least <= largest).then_some([least, largest])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn expected<T: Element>(values: &[T], among: ValueSelection<'_, T>) -> Option<[T; 2]> {
        let [lowest, highest] = among.limits;
        let counts = |&(at, value): &(usize, T)| {
            lowest <= value
                && value <= highest
                && !among.excluded.contains(&value)
                && among.classes.is_none_or(|classes| classes[at] == 0)
        };
        let counted = values.iter().copied().enumerate().filter(counts);
        counted.map(|(_, value)| value).fold(None, |found, value| {
            let [least, largest] = found.unwrap_or([value; 2]);
            Some([
                if value < least { value } else { least },
                if value > largest { value } else { largest },
            ])
        })
    }

    proptest! {
        #[test]
        fn extremes_are_those_of_the_values_that_count(
            seeds in prop::collection::vec((-40_i32..40, 0_u8..2), 0..70),
            limits in (-50_i32..10, -10_i32..50),
            excluded in prop::collection::vec(-40_i32..40, 0..3),
            has_classes: bool,
        ) {
            let classes: Vec<u8> = seeds.iter().map(|&(_, class)| class).collect();
            let classes = has_classes.then_some(classes.as_slice());
            let values: Vec<i32> = seeds.iter().map(|&(value, _)| value).collect();
            let among = ValueSelection { limits: [limits.0, limits.1], excluded: &excluded, classes };
            prop_assert_eq!(min_max(&values, among), expected(&values, among));
            let float = |x: i32| if x == 7 { f32::NAN } else { x as f32 };
            let values: Vec<f32> = values.into_iter().map(float).collect();
            let excluded: Vec<f32> = excluded.iter().map(|&x| x as f32).collect();
            let among = ValueSelection {
                limits: [limits.0 as f32, limits.1 as f32],
                excluded: &excluded,
                classes,
            };
            prop_assert_eq!(min_max(&values, among), expected(&values, among));
        }
    }

    #[test]
    fn the_limits_of_a_type_count_and_infinities_do_not() {
        assert_eq!(
            extremes(&[u8::MAX; 3], ValueSelection::default()),
            Some([255; 2])
        );
        let values = [f64::INFINITY, f64::MAX, f64::NEG_INFINITY];
        assert_eq!(
            min_max(&values, ValueSelection::default()),
            Some([f64::MAX; 2])
        );
        assert_eq!(min_max(&values[..1], ValueSelection::default()), None);
        assert_eq!(extremes::<f32>(&[], ValueSelection::default()), None);
    }
}
