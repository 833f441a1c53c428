//! The errors of a reel, from the certificates of its segments.

use fieldreel::reel::SegmentInfo;

/// The errors over all segments of a reel.
#[derive(Clone, Copy, Default)]
pub(crate) struct ReelErrors {
    /// The number of valid values.
    pub(crate) valid: u64,
    /// The largest absolute error, in the unit of the field.
    pub(crate) max_abs: f64,
    /// The root mean square error, in the unit of the field.
    pub(crate) rmse: f64,
}

impl ReelErrors {
    /// Combines the certificates of segments.
    pub(crate) fn new(segments: &[SegmentInfo]) -> Self {
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
