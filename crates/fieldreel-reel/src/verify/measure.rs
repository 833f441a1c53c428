//! The errors that are left, as the certificate states them.

use ndarray::{Array3, ArrayView3, Zip};

use super::errors::Errors;
use super::{Certificate, checksum};
use crate::ReelError;
use crate::arithmetic::Domain;
use crate::prepare::Prepared;
use crate::value::Value;

/// Measures decoded values.
///
/// # Errors
/// [`ReelError::Verification`] if the errors cannot be measured.
pub(super) fn certify<T: Value>(
    prepared: &Prepared<'_, T>,
    decoded: &Array3<T>,
    errors: Errors,
) -> Result<Certificate, ReelError> {
    let mut certificate = Certificate::open(prepared.statistics.valid);
    certificate.checksum = checksum(decoded.view());
    if prepared.statistics.valid == 0 {
        return Ok(certificate);
    }
    if prepared.domain == Domain::Linear {
        // All valid values are coded.
        let count = prepared.statistics.valid as f64;
        let (min, max) = prepared.statistics.extremes;
        let rmse = (errors.squares / count).sqrt();
        certificate.max_abs = errors.max_abs;
        certificate.bias = (errors.sum / count) as f32;
        certificate.rmse = rmse as f32;
        certificate.psnr_db = match rmse {
            0.0 => f32::INFINITY,
            _ => (20.0 * ((max - min) / rmse).log10()) as f32,
        };
        return Ok(certificate);
    }
    // To the metrics, finite values are valid, and others are not.
    let all = prepared.special.bits().iter().map(|&bits| T::of_bits(bits));
    let is_invalid = |value: T| value.is_finite() && !prepared.validity.contains(value);
    let some_are_finite = all.chain(prepared.list.iter().copied()).any(is_invalid);
    let metrics = match some_are_finite {
        false => T::metrics(prepared.values, decoded.view()),
        true => {
            let valid_of = |array: ArrayView3<'_, T>| {
                let mut array = array.to_owned();
                Zip::from(&mut array)
                    .and(&prepared.values)
                    .par_for_each(|value, &original| {
                        if is_invalid(original) {
                            *value = T::nearest(f64::NAN);
                        }
                    });
                array
            };
            let (original, decoded) = (valid_of(prepared.values), valid_of(decoded.view()));
            T::metrics(original.view(), decoded.view())
        }
    };
    let metrics = metrics.map_err(|_| ReelError::Verification)?;
    certificate.max_abs = metrics.max_abs;
    certificate.bias = metrics.bias as f32;
    certificate.rmse = metrics.rmse as f32;
    certificate.psnr_db = metrics.psnr_db() as f32;
    Ok(certificate)
}
