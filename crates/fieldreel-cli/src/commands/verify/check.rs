//! The check that a decoded value is within its bound, apart from the one of the encoder.

use fieldreel::{Criterion, ErrorBound, Scalar, Target};
use fieldreel_core::Element;

/// The condition that every valid value meets.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Check {
    /// `|x − x̂| ≤ ε`.
    Absolute(f64),
    /// `|x − x̂| ≤ r·|x|`, with the sign of `x`.
    PointwiseRelative(f64),
    /// The same bits.
    Exact,
}

impl Check {
    /// Returns the check for a criterion. `range` is that of the original, and `certified` the
    /// largest error that the file records, which is checked for a target.
    pub(super) fn new(criterion: Criterion, range: f64, certified: Option<f64>) -> Self {
        match criterion {
            Criterion::Bound(ErrorBound::Absolute(epsilon)) => Self::Absolute(epsilon),
            Criterion::Bound(ErrorBound::RangeRelative(part)) => Self::Absolute(part * range),
            Criterion::Bound(ErrorBound::PointwiseRelative(part)) => Self::PointwiseRelative(part),
            Criterion::Target(Target::Psnr(_) | Target::Ratio(_)) => {
                Self::Absolute(certified.unwrap_or(f64::INFINITY))
            }
            _ => Self::Exact,
        }
    }

    /// Returns whether a decoded value meets the condition. Values are multiplied by `scale` before
    /// they are compared with an absolute bound.
    pub(super) fn holds<T: Element>(self, original: T, decoded: T, scale: f64) -> bool {
        match self {
            Self::Exact => original.bits() == decoded.bits(),
            Self::Absolute(epsilon) if scale == 1.0 => is_within(original, decoded, epsilon),
            Self::Absolute(epsilon) => difference(original, decoded).abs() * scale.abs() <= epsilon,
            Self::PointwiseRelative(part) => {
                let (x, y) = (original.to_f64(), decoded.to_f64());
                is_within(original, decoded, part * x.abs())
                    && (x < 0.0) == (y < 0.0)
                    && (x == 0.0) == (y == 0.0)
            }
        }
    }
}

/// Returns the difference `x̂ − x` of two numbers, rounded once.
pub(super) fn difference<T: Element>(original: T, decoded: T) -> f64 {
    match (original.to_scalar(), decoded.to_scalar()) {
        (Scalar::Integer(x), Scalar::Integer(y)) => (y - x) as f64,
        _ => decoded.to_f64() - original.to_f64(),
    }
}

/// Returns whether `|x − y| ≤ epsilon` for the exact difference, not the rounded one.
fn is_within<T: Element>(x: T, y: T, epsilon: f64) -> bool {
    if let (Scalar::Integer(x), Scalar::Integer(y)) = (x.to_scalar(), y.to_scalar()) {
        return (x - y).unsigned_abs() <= epsilon as u128;
    }
    let (x, y) = (x.to_f64(), y.to_f64());
    let rounded = x - y;
    if rounded.abs() != epsilon {
        // Rounding is monotonic, so an unequal rounded difference is on the same side of the bound
        // as the exact one.
        return rounded.abs() < epsilon;
    }
    // The rounding error of the difference (Knuth, The Art of Computer Programming 2, 4.2.2).
    let back = x - rounded;
    let remainder = (x - (rounded + back)) + (back - y);
    match rounded > 0.0 {
        true => remainder <= 0.0,
        false => remainder >= 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exact_difference_is_compared() {
        let tiny = 2_f64.powi(-60);
        let check = Check::Absolute(1.0);
        assert!(check.holds(1.0, 0.0, 1.0) && check.holds(1.0, tiny, 1.0));
        assert!(!check.holds(1.0, -tiny, 1.0) && !check.holds(-1.0, tiny, 1.0));
        assert!(Check::Absolute(3.9).holds(1_u64 << 60, (1 << 60) + 3, 1.0));
        assert!(!Check::Absolute(3.9).holds(1_u64 << 60, (1 << 60) + 4, 1.0));
    }

    #[test]
    fn packed_values_are_scaled() {
        assert!(Check::Absolute(0.5).holds(10_i16, 14, 0.125));
        assert!(!Check::Absolute(0.5).holds(10_i16, 15, -0.125));
    }

    #[test]
    fn criteria_have_checks() {
        let check = |text: &str| Check::new(text.parse().unwrap(), 20.0, Some(0.3));
        assert_eq!(check("abs:0.5"), Check::Absolute(0.5));
        assert_eq!(check("rel:0.5"), Check::Absolute(10.0));
        assert_eq!(check("psnr:60"), Check::Absolute(0.3));
        assert_eq!(check("lossless"), Check::Exact);
        assert!(!check("lossless").holds(0.0_f32, -0.0, 1.0));
        let relative = check("pointwise:0.5");
        assert!(relative.holds(-2.0, -3.0, 1.0) && !relative.holds(0.0_f32, 1e-40, 1.0));
    }
}
