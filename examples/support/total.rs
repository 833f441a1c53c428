//! What the segments of a reel are together.

use fieldreel::reel::SegmentInfo;

/// What was measured when each segment was encoded, over all of them.
#[derive(Clone, Copy, Default)]
pub(crate) struct Total {
    /// How many values are not missing.
    pub(crate) valid: u64,
    /// The largest magnitude of an error, in the field's unit.
    pub(crate) max_abs: f64,
    /// The root mean square error, in the field's unit.
    pub(crate) rmse: f64,
}

impl Total {
    pub(crate) fn of(segments: &[SegmentInfo]) -> Self {
        let mut total = Self::default();
        let mut squares = 0.0;
        for certificate in segments.iter().map(|segment| &segment.certificate) {
            total.valid += certificate.valid;
            total.max_abs = total.max_abs.max(certificate.max_abs);
            squares += certificate.valid as f64 * f64::from(certificate.rmse).powi(2);
        }
        if total.valid > 0 {
            total.rmse = (squares / total.valid as f64).sqrt();
        }
        total
    }
}
