//! Scales: the map from values to positions along an axis.

/// A linear or logarithmic map from values to fractions of the length of an axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum AxisScale {
    Linear {
        min: f64,
        max: f64,
    },
    /// A logarithmic scale; `min` and `max` are positive.
    Log {
        min: f64,
        max: f64,
    },
}

impl AxisScale {
    /// Returns the logarithmic scale of whole decades that contains the positive finite values.
    ///
    /// Returns the scale from 0.1 to 1 if there are no such values.
    pub(crate) fn decades(values: impl IntoIterator<Item = f64>) -> Self {
        let positive = values
            .into_iter()
            .filter(|value| *value > 0.0 && value.is_finite());
        let (min, max) = positive.fold((f64::INFINITY, 0.0_f64), |(min, max), value| {
            (min.min(value), max.max(value))
        });
        if max == 0.0 {
            return Self::Log { min: 0.1, max: 1.0 };
        }
        let lower = min.log10().floor();
        let upper = max.log10().ceil().max(lower + 1.0);
        // The powers of ten just outside the range of f64 are 0 and ∞.
        Self::Log {
            min: 10_f64.powf(lower).max(f64::MIN_POSITIVE),
            max: 10_f64.powf(upper).min(f64::MAX),
        }
    }

    /// Returns 0 for `min`, 1 for `max`, and a number outside 0 to 1 for values outside the range.
    pub(crate) fn fraction(&self, value: f64) -> f64 {
        match *self {
            Self::Linear { min, max } => (value - min) / (max - min),
            Self::Log { min, max } => (value.log10() - min.log10()) / (max.log10() - min.log10()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_are_linear_or_logarithmic() {
        let linear = AxisScale::Linear {
            min: -1.0,
            max: 3.0,
        };
        assert_eq!(
            [
                linear.fraction(-1.0),
                linear.fraction(1.0),
                linear.fraction(3.0)
            ],
            [0.0, 0.5, 1.0]
        );
        let log = AxisScale::Log {
            min: 1e-2,
            max: 1e2,
        };
        assert!((log.fraction(1.0) - 0.5).abs() < 1e-12);
    }

    #[test]
    fn decades_contain_the_values() {
        let AxisScale::Log { min, max } =
            AxisScale::decades([0.0, 3e-5, 0.2, f64::INFINITY, f64::NAN])
        else {
            panic!("not logarithmic");
        };
        assert!((min / 1e-5 - 1.0).abs() < 1e-12 && (max - 1.0).abs() < 1e-12);
        assert_eq!(
            AxisScale::decades([1.0]),
            AxisScale::Log {
                min: 1.0,
                max: 10.0
            }
        );
        assert_eq!(
            AxisScale::decades([]),
            AxisScale::Log { min: 0.1, max: 1.0 }
        );
        let AxisScale::Log { min, max } = AxisScale::decades([1e-320, f64::MAX]) else {
            panic!("not logarithmic");
        };
        assert!(min > 0.0 && max.is_finite());
    }
}
