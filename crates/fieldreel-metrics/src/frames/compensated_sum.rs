//! Compensated summation.

/// A sum with Neumaier's compensation of rounding errors.
///
/// Unlike Kahan's sum, it is also accurate if a term exceeds the sum so far.
///
/// A. Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen", ZAMM 54
/// (1974).
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct CompensatedSum {
    sum: f64,
    correction: f64,
}

impl CompensatedSum {
    pub(crate) fn add(&mut self, term: f64) {
        let sum = self.sum + term;
        self.correction += if self.sum.abs() >= term.abs() {
            (self.sum - sum) + term
        } else {
            (term - sum) + self.sum
        };
        self.sum = sum;
    }

    pub(crate) fn merge(&mut self, other: Self) {
        self.add(other.sum);
        self.correction += other.correction;
    }

    pub(crate) fn value(self) -> f64 {
        // After an overflow the correction is NaN, but the sum is the infinity of the right sign.
        if self.sum.is_finite() {
            self.sum + self.correction
        } else {
            self.sum
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_terms_beside_large_ones_are_not_lost() {
        let mut sum = CompensatedSum::default();
        for term in [1.0, 1e100, 1.0, -1e100] {
            sum.add(term);
        }
        assert_eq!(sum.value(), 2.0);
    }

    #[test]
    fn an_overflow_is_infinite_and_not_nan() {
        let mut sum = CompensatedSum::default();
        for _ in 0..3 {
            sum.add(f64::MAX);
        }
        assert_eq!(sum.value(), f64::INFINITY);
    }
}
