//! Values to places along an axis.

/// Where a value lies between the two ends of an axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Scale {
    Linear {
        min: f64,
        max: f64,
    },
    /// Both ends positive.
    Log {
        min: f64,
        max: f64,
    },
}

impl Scale {
    /// A logarithmic scale of whole decades around the positive finite values; 0.1 to 1 without any.
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
        // The powers of ten at the two ends of f64 are 0 and ∞.
        Self::Log {
            min: 10_f64.powf(lower).max(f64::MIN_POSITIVE),
            max: 10_f64.powf(upper).min(f64::MAX),
        }
    }

    /// 0 at the lower end, 1 at the upper, beyond for values outside.
    pub(crate) fn share(&self, value: f64) -> f64 {
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
    fn shares() {
        let linear = Scale::Linear {
            min: -1.0,
            max: 3.0,
        };
        assert_eq!(
            [linear.share(-1.0), linear.share(1.0), linear.share(3.0)],
            [0.0, 0.5, 1.0]
        );
        let log = Scale::Log {
            min: 1e-2,
            max: 1e2,
        };
        assert!((log.share(1.0) - 0.5).abs() < 1e-12);
    }

    #[test]
    fn decades_hold_the_values() {
        let Scale::Log { min, max } = Scale::decades([0.0, 3e-5, 0.2, f64::INFINITY, f64::NAN])
        else {
            panic!("not logarithmic");
        };
        assert!((min / 1e-5 - 1.0).abs() < 1e-12 && (max - 1.0).abs() < 1e-12);
        assert_eq!(
            Scale::decades([1.0]),
            Scale::Log {
                min: 1.0,
                max: 10.0
            }
        );
        assert_eq!(Scale::decades([]), Scale::Log { min: 0.1, max: 1.0 });
        let Scale::Log { min, max } = Scale::decades([1e-320, f64::MAX]) else {
            panic!("not logarithmic");
        };
        assert!(min > 0.0 && max.is_finite());
    }
}
