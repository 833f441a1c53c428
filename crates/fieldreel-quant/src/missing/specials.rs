//! What values that are missing are, put in their place.

use super::Class;
use crate::{Float, QuantError};

/// The classes that have a bit in `kinds` (bit `c` for class `c`), and what values of each are: the quiet NaN of positive
/// sign and no payload, ±∞ and `fill`. Bits of no class, and of valid values, say nothing.
///
/// # Errors
///
/// [`QuantError::NoFill`] if [`Class::Fill`] is one of them, and `fill` is `None`.
pub fn class_values<T: Float>(kinds: u8, fill: Option<T>) -> Result<Vec<(u8, T)>, QuantError> {
    let all = [
        (Class::Nan, Some(T::NAN)),
        (Class::PosInf, Some(T::INFINITY)),
        (Class::NegInf, Some(T::NEG_INFINITY)),
        (Class::Fill, fill),
    ];
    let there = all
        .into_iter()
        .filter(|&(class, _)| kinds >> class as u8 & 1 == 1);
    there
        .map(|(class, value)| Ok((class as u8, value.ok_or(QuantError::NoFill)?)))
        .collect()
}

/// Puts a value in place of each value of a class, for each pair of these; other values are left as they are.
///
/// Where one slice is longer than the other, the rest of it is left alone. It takes as long as there are pairs: leave out
/// classes of which there is none.
#[inline(always)]
pub fn restore_class_values<T: Copy>(classes: &[u8], values: &mut [T], specials: &[(u8, T)]) {
    let count = classes.len().min(values.len());
    let (groups, last) = classes[..count].as_chunks();
    let (of_groups, of_last) = values[..count].as_chunks_mut();
    for (classes, values) in groups.iter().zip(of_groups) {
        put_into_group(classes, values, specials);
    }
    put_one_by_one(last, of_last, specials);
}

/// Classes that are looked at at once.
const GROUP: usize = size_of::<u64>();

/// Most groups are of one class, and nearly all of those of values that are valid.
#[inline(always)]
fn put_into_group<T: Copy>(classes: &[u8; GROUP], values: &mut [T; GROUP], specials: &[(u8, T)]) {
    let all = u64::from_le_bytes(*classes);
    let one = specials
        .iter()
        .find(|&&(class, _)| all == u64::from_le_bytes([class; GROUP]));
    match one {
        Some(&(_, special)) => values.fill(special),
        None if all == 0 => {}
        None => put_one_by_one(classes, values, specials),
    }
}

#[inline(always)]
fn put_one_by_one<T: Copy>(classes: &[u8], values: &mut [T], specials: &[(u8, T)]) {
    for &(class, special) in specials {
        for (&of, value) in classes.iter().zip(&mut *values) {
            // Without a branch, which would not vectorize.
            *value = if of == class { special } else { *value };
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn each_value_is_of_its_class(
            runs in prop::collection::vec((0..6_u8, 1_usize..30), 0..20),
            count in 0_usize..300,
        ) {
            let classes: Vec<u8> = runs.into_iter().flat_map(|(class, run)| vec![class; run]).collect();
            let specials = [(1, -1), (4, -4), (2, -2)];
            let mut values: Vec<i32> = (0..count as i32).collect();
            restore_class_values(&classes, &mut values, &specials);
            for (i, value) in values.into_iter().enumerate() {
                let expected = match classes.get(i) {
                    Some(class @ (1 | 2 | 4)) => -i32::from(*class),
                    _ => i as i32,
                };
                prop_assert_eq!(value, expected);
            }
        }
    }
}
