//! The errors measured on the decoded values of a segment.

use crate::ReelError;
use crate::wire::{ByteReader, ByteWriter};

/// The errors measured on the decoded values of a segment when it was encoded.
///
/// Error metrics cover the valid values; see `fieldreel_metrics::ErrorMetrics` for the formulas.
///
/// ```
/// use fieldreel_reel::{ErrorBound, SegmentOptions, segment};
/// use ndarray::Array3;
///
/// # fn main() -> Result<(), fieldreel_reel::ReelError> {
/// let mut values = Array3::from_shape_fn((8, 9, 10), |(t, y, x)| (t + y * x) as f32 / 3.0);
/// values[[0, 0, 0]] = f32::NAN;
/// let options = SegmentOptions::new(ErrorBound::Absolute(0.01));
/// let certificate = segment::encode(values.view(), &options)?.info.certificate;
/// assert_eq!(certificate.valid, 8 * 9 * 10 - 1);
/// assert!(f64::from(certificate.rmse) <= certificate.max_abs && certificate.max_abs <= 0.01);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Certificate {
    /// The number of valid values: those that are finite, within the valid range, and not equal to
    /// a fill value.
    pub valid: u64,
    /// The largest magnitude of an error, in the field's unit.
    pub max_abs: f64,
    /// The mean error, decoded − original, in the field's unit; stored in single precision.
    pub bias: f32,
    /// The root mean square error, in the field's unit; stored in single precision.
    pub rmse: f32,
    /// The PSNR `20·log10(range / RMSE)` in dB, with the range of the segment's valid values;
    /// infinite if there is no error; stored in single precision.
    pub psnr_db: f32,
    /// The XXH64, seed 0, of all decoded values in little-endian bytes, axis order `(time, y, x)`.
    pub checksum: u64,
}

impl Certificate {
    /// Returns the certificate of `valid` values before their errors are measured.
    pub(crate) const fn unmeasured(valid: u64) -> Self {
        Self {
            valid,
            max_abs: 0.0,
            bias: 0.0,
            rmse: 0.0,
            psnr_db: f32::INFINITY,
            checksum: 0,
        }
    }

    pub(crate) fn write(&self, writer: &mut ByteWriter) {
        writer.varint(self.valid);
        if self.valid > 0 {
            writer.f64(self.max_abs);
            for number in [self.bias, self.rmse, self.psnr_db] {
                writer.u32(number.to_bits());
            }
        }
        writer.u64(self.checksum);
    }

    pub(crate) fn read(reader: &mut ByteReader<'_>) -> Result<Self, ReelError> {
        let mut certificate = Self::unmeasured(reader.varint()?);
        if certificate.valid > 0 {
            certificate.max_abs = reader.f64()?;
            certificate.bias = f32::from_bits(reader.u32()?);
            certificate.rmse = f32::from_bits(reader.u32()?);
            certificate.psnr_db = f32::from_bits(reader.u32()?);
        }
        certificate.checksum = reader.u64()?;
        Ok(certificate)
    }
}
