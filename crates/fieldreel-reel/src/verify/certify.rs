//! Measurement of the certificate.

use ndarray::Array3;

use super::decoded_errors::DecodedErrors;
use super::{Certificate, checksum};
use crate::prepare::PreparedSegment;
use crate::value::ReelElement;

/// Returns the certificate of decoded values with these errors.
pub(super) fn certify<T: ReelElement>(
    prepared: &PreparedSegment<'_, T>,
    decoded: &Array3<T>,
    errors: DecodedErrors,
) -> Certificate {
    let mut certificate = Certificate::unmeasured(prepared.statistics.valid);
    certificate.checksum = checksum(decoded.view());
    if prepared.statistics.valid == 0 {
        return certificate;
    }
    // Valid values that are not coded have no error.
    let count = prepared.statistics.valid as f64;
    let range = prepared.value_range();
    let rmse = (errors.squares / count).sqrt();
    certificate.max_abs = errors.max_abs;
    certificate.bias = (errors.sum / count) as f32;
    certificate.rmse = rmse as f32;
    certificate.psnr_db = match rmse {
        0.0 => f32::INFINITY,
        _ => (20.0 * (range / rmse).log10()) as f32,
    };
    certificate
}
