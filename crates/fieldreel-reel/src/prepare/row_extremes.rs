//! The extremes of a row of numbers after means are subtracted.

use multiversion::multiversion;

use crate::value::ReelElement;

/// The number of extremes that are computed side by side, so that loops vectorize.
const LANES: usize = 16;

/// Returns the smallest and the largest of the numbers of class 0, minus their means.
#[multiversion(targets("x86_64+avx2"))]
pub(super) fn row_extremes<N: ReelElement>(
    numbers: &[N],
    means: &[f64],
    classes: Option<&[u8]>,
) -> (f64, f64) {
    let (mut least, mut largest) = ([f64::INFINITY; LANES], [f64::NEG_INFINITY; LANES]);
    for start in (0..numbers.len()).step_by(LANES) {
        let end = (start + LANES).min(numbers.len());
        let mut block = [0.0; LANES];
        let block = &mut block[..end - start];
        let pairs = numbers[start..end].iter().zip(&means[start..end]);
        for (to, (number, mean)) in block.iter_mut().zip(pairs) {
            *to = number.to_f64() - mean;
        }
        let none = [0; LANES];
        let classes = classes.map_or(&none[..end - start], |classes| &classes[start..end]);
        let sides = least.iter_mut().zip(&mut largest);
        for ((&number, &class), (least, largest)) in block.iter().zip(classes).zip(sides) {
            let (low, high) = if class == 0 {
                (number, number)
            } else {
                (f64::INFINITY, f64::NEG_INFINITY)
            };
            *least = if low < *least { low } else { *least };
            *largest = if high > *largest { high } else { *largest };
        }
    }
    (min(least), max(largest))
}

fn min(numbers: [f64; LANES]) -> f64 {
    numbers.into_iter().fold(f64::INFINITY, f64::min)
}

fn max(numbers: [f64; LANES]) -> f64 {
    numbers.into_iter().fold(f64::NEG_INFINITY, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extremes_exclude_uncoded_values_and_subtract_means() {
        let numbers: Vec<f32> = (0..37).map(|x| (x * x % 41) as f32).collect();
        assert_eq!(row_extremes(&numbers, &[0.0; 37], None), (0.0, 40.0));
        let means: Vec<f64> = (0..37).map(f64::from).collect();
        let classes: Vec<u8> = (0..37).map(|x| u8::from(x % 3 == 0)).collect();
        let kept = (0..37).filter(|x| x % 3 != 0);
        let expected: Vec<f64> = kept.map(|x| f64::from(numbers[x]) - means[x]).collect();
        let least = expected.iter().copied().fold(f64::INFINITY, f64::min);
        let largest = expected.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        assert_eq!(
            row_extremes(&numbers, &means, Some(&classes)),
            (least, largest)
        );
    }
}
