//! The lattice of integer values.

use crate::value::ReelElement;

/// The arithmetic progression `offset + k · spacing`. Both numbers are integers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Lattice {
    pub(crate) spacing: f64,
    /// The smallest nonnegative element, which is less than the spacing.
    pub(crate) offset: f64,
}

impl Default for Lattice {
    /// Returns the lattice of all integers.
    fn default() -> Self {
        Self {
            spacing: 1.0,
            offset: 0.0,
        }
    }
}

impl Lattice {
    /// Returns the coarsest lattice that contains all values. Returns the lattice of all integers
    /// if the type is a floating-point type, or if the values do not differ.
    pub(super) fn from_values<T: ReelElement>(mut values: impl Iterator<Item = T>) -> Self {
        let Some(first) = values.next().filter(|_| !T::IS_FLOAT) else {
            return Self::default();
        };
        let mut spacing = 0_u64;
        for value in values {
            // Distances of integers of 64 bits may be rounded. The lattice is then not exact, and
            // not used either: the fixed grid excludes such integers.
            let distance = value.minus(first).abs() as u64;
            if distance != 0 {
                spacing = greatest_common_divisor(spacing, distance);
            }
            if spacing == 1 {
                break;
            }
        }
        match spacing {
            0 | 1 => Self::default(),
            _ => {
                let spacing = spacing as f64;
                Self {
                    spacing,
                    offset: first.to_f64().rem_euclid(spacing),
                }
            }
        }
    }

    /// Returns whether the lattice lacks some integers.
    pub(crate) fn is_sparse(&self) -> bool {
        self.spacing > 1.0
    }
}

/// Returns the greatest common divisor of two numbers, by Euclid's algorithm.
fn greatest_common_divisor(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lattice_contains_all_values() {
        let of = |values: &[i32]| Lattice::from_values(values.iter().copied());
        let lattice = |spacing, offset| Lattice { spacing, offset };
        assert_eq!(of(&[12, 27, -18, 57]), lattice(15.0, 12.0));
        assert_eq!(of(&[12, 13]), Lattice::default());
        assert_eq!(of(&[12, 12]), Lattice::default());
        assert_eq!(of(&[]), Lattice::default());
        assert_eq!(
            Lattice::from_values([4.0_f32, 8.0].into_iter()),
            Lattice::default()
        );
        assert_eq!(
            Lattice::from_values([-16_i8, 112].into_iter()),
            lattice(128.0, 112.0)
        );
    }
}
