//! The sums of the errors of decoded values.

use multiversion::multiversion;

use crate::value::ReelElement;

/// The number of sums side by side, so that loops vectorize.
const LANES: usize = 8;

/// The sums of the errors `x̂ − x` of some values.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct DecodedErrors {
    /// The largest magnitude.
    pub(super) max_abs: f64,
    pub(super) sum: f64,
    pub(super) squares: f64,
}

impl DecodedErrors {
    /// Sums the errors of values; with `classes`, only of those whose class is 0.
    pub(super) fn new<T: ReelElement>(
        original: &[T],
        decoded: &[T],
        classes: Option<&[u8]>,
    ) -> Self {
        match classes {
            None => errors(original, decoded),
            Some(classes) => errors_of_coded(original, decoded, classes),
        }
    }

    /// Adds the sums of other values.
    pub(super) fn add(&mut self, other: Self) {
        self.max_abs = self.max_abs.max(other.max_abs);
        self.sum += other.sum;
        self.squares += other.squares;
    }
}

#[derive(Default)]
struct LaneSums {
    max_abs: [f64; LANES],
    sum: [f64; LANES],
    squares: [f64; LANES],
}

impl LaneSums {
    #[inline(always)]
    fn add(&mut self, lane: usize, error: f64) {
        let magnitude = error.abs();
        if magnitude > self.max_abs[lane] {
            self.max_abs[lane] = magnitude;
        }
        self.sum[lane] += error;
        self.squares[lane] += error * error;
    }

    #[inline(always)]
    fn total(&self) -> DecodedErrors {
        DecodedErrors {
            max_abs: self.max_abs.into_iter().fold(0.0, f64::max),
            sum: self.sum.into_iter().sum(),
            squares: self.squares.into_iter().sum(),
        }
    }
}

#[multiversion(targets("x86_64+avx2"))]
fn errors<T: ReelElement>(original: &[T], decoded: &[T]) -> DecodedErrors {
    let mut sums = LaneSums::default();
    let ((x, x_rest), (y, y_rest)) = (original.as_chunks::<LANES>(), decoded.as_chunks::<LANES>());
    for (x, y) in x.iter().zip(y) {
        for lane in 0..LANES {
            sums.add(lane, y[lane].minus(x[lane]));
        }
    }
    for (lane, (x, y)) in x_rest.iter().zip(y_rest).enumerate() {
        sums.add(lane, y.minus(*x));
    }
    sums.total()
}

#[multiversion(targets("x86_64+avx2"))]
fn errors_of_coded<T: ReelElement>(original: &[T], decoded: &[T], classes: &[u8]) -> DecodedErrors {
    let mut sums = LaneSums::default();
    let ((x, x_rest), (y, y_rest)) = (original.as_chunks::<LANES>(), decoded.as_chunks::<LANES>());
    let (classes, class_rest) = classes.as_chunks::<LANES>();
    let error_of = |x: T, y: T, class: u8| {
        let error = y.minus(x);
        if class == 0 { error } else { 0.0 }
    };
    for ((x, y), classes) in x.iter().zip(y).zip(classes) {
        for lane in 0..LANES {
            sums.add(lane, error_of(x[lane], y[lane], classes[lane]));
        }
    }
    let rest = x_rest.iter().zip(y_rest).zip(class_rest).enumerate();
    for (lane, ((&x, &y), &class)) in rest {
        sums.add(lane, error_of(x, y, class));
    }
    sums.total()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_all_and_of_coded_values_are_summed() {
        let original: Vec<f32> = (0..37).map(|x| x as f32).collect();
        let mut decoded = original.clone();
        (decoded[3], decoded[20], decoded[36]) = (5.0, 19.5, f32::NAN);
        let mut classes = [0; 37];
        classes[36] = 1;
        let found = DecodedErrors::new(&original, &decoded, Some(&classes));
        assert_eq!((found.max_abs, found.sum, found.squares), (2.0, 1.5, 4.25));
        let found = DecodedErrors::new(&original[..36], &decoded[..36], None);
        assert_eq!((found.max_abs, found.sum, found.squares), (2.0, 1.5, 4.25));
    }
}
