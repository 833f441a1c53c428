//! The values of the classes of a mask, and writing them into an array.

use super::ValueClass;
use crate::{Float, QuantError};

/// Returns the number and the value of each missing-value class that occurs.
///
/// Bit `c` of `class_bits` is set if class `c` occurs. The values are the quiet NaN of positive
/// sign and no payload, ±∞, and `fill`. The bit of [`ValueClass::Valid`] and bits above the last
/// class are ignored.
///
/// ```
/// use fieldreel_quant::{ValueClass, class_values};
///
/// let class_bits = 1 << ValueClass::PosInf as u8 | 1 << ValueClass::Fill as u8;
/// assert_eq!(class_values(class_bits, Some(-999.0))?, [(2, f64::INFINITY), (4, -999.0)]);
/// assert!(class_values::<f64>(class_bits, None).is_err());
/// # Ok::<(), fieldreel_quant::QuantError>(())
/// ```
///
/// # Errors
///
/// [`QuantError::NoFill`] if [`ValueClass::Fill`] occurs and `fill` is `None`.
pub fn class_values<T: Float>(class_bits: u8, fill: Option<T>) -> Result<Vec<(u8, T)>, QuantError> {
    let candidates = [
        (ValueClass::Nan, Some(T::NAN)),
        (ValueClass::PosInf, Some(T::INFINITY)),
        (ValueClass::NegInf, Some(T::NEG_INFINITY)),
        (ValueClass::Fill, fill),
    ];
    let occurring = candidates
        .into_iter()
        .filter(|&(class, _)| class_bits >> class as u8 & 1 == 1);
    occurring
        .map(|(class, value)| Ok((class as u8, value.ok_or(QuantError::NoFill)?)))
        .collect()
}

/// Writes the value of each listed class wherever `classes` contains that class.
///
/// Values of other classes are not changed. If one slice is longer than the other, the excess is
/// ignored. The time is proportional to the length of `class_values`: list only classes that
/// occur.
///
/// ```
/// use fieldreel_quant::restore_class_values;
///
/// let mut values = [1.5, 0.0, 2.5, 0.0];
/// restore_class_values(&[0, 2, 0, 4], &mut values, &[(2, f64::INFINITY), (4, -999.0)]);
/// assert_eq!(values, [1.5, f64::INFINITY, 2.5, -999.0]);
/// ```
#[inline(always)]
pub fn restore_class_values<T: Copy>(classes: &[u8], values: &mut [T], class_values: &[(u8, T)]) {
    let count = classes.len().min(values.len());
    let (class_groups, class_remainder) = classes[..count].as_chunks();
    let (value_groups, value_remainder) = values[..count].as_chunks_mut();
    for (classes, values) in class_groups.iter().zip(value_groups) {
        restore_group(classes, values, class_values);
    }
    restore_each(class_remainder, value_remainder, class_values);
}

/// The number of classes that are compared at a time, as one integer.
const GROUP: usize = size_of::<u64>();

/// Restores one group. Most groups have a single class, which is nearly always the valid one.
#[inline(always)]
fn restore_group<T: Copy>(
    classes: &[u8; GROUP],
    values: &mut [T; GROUP],
    class_values: &[(u8, T)],
) {
    let packed = u64::from_le_bytes(*classes);
    let single_class = class_values
        .iter()
        .find(|&&(class, _)| packed == u64::from_le_bytes([class; GROUP]));
    match single_class {
        Some(&(_, class_value)) => values.fill(class_value),
        None if packed == 0 => {}
        None => restore_each(classes, values, class_values),
    }
}

#[inline(always)]
fn restore_each<T: Copy>(classes: &[u8], values: &mut [T], class_values: &[(u8, T)]) {
    for &(restored_class, class_value) in class_values {
        for (&class, value) in classes.iter().zip(&mut *values) {
            // A branch would prevent vectorization.
            *value = if class == restored_class {
                class_value
            } else {
                *value
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn each_listed_class_gets_its_value(
            runs in prop::collection::vec((0..6_u8, 1_usize..30), 0..20),
            count in 0_usize..300,
        ) {
            let classes: Vec<u8> = runs.into_iter().flat_map(|(class, run)| vec![class; run]).collect();
            let class_values = [(1, -1), (4, -4), (2, -2)];
            let mut values: Vec<i32> = (0..count as i32).collect();
            restore_class_values(&classes, &mut values, &class_values);
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
