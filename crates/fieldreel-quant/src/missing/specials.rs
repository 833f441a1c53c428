//! What values that are missing are, put in their place.

/// Puts a value in place of each value of a class, for each pair of these; other values are left as they are.
///
/// Where one slice is longer than the other, the rest of it is left alone. It takes as long as there are pairs: leave out
/// classes of which there is none.
#[inline(always)]
pub fn put_specials<T: Copy>(classes: &[u8], values: &mut [T], specials: &[(u8, T)]) {
    for &(class, special) in specials {
        for (&of, value) in classes.iter().zip(&mut *values) {
            // Without a branch, which would not vectorise.
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
        fn each_value_is_of_its_class(classes in prop::collection::vec(0..6_u8, 0..100), count in 0_usize..100) {
            let specials = [(1, -1), (4, -4), (2, -2)];
            let mut values: Vec<i32> = (0..count as i32).collect();
            put_specials(&classes, &mut values, &specials);
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
