//! Verification: each segment is decoded before it is returned, and every value is compared in the
//! caller's type.

mod certificate;
mod certify;
mod checksum;
mod compare;
mod decoded_errors;
pub(crate) mod outliers;

pub use certificate::Certificate;
pub(crate) use checksum::checksum;

use crate::ReelError;
use crate::options::UNLIMITED;
use crate::prepare::{PreparedSegment, Tolerance};
use crate::segment::{Body, Segment, SegmentInfo, SegmentLayout, reconstruct};
use crate::value::ReelElement;

/// The least number of values per outlier. If there are more outliers, the grid does not
/// suit the values.
const MIN_VALUES_PER_OUTLIER: usize = 64;

/// Decodes a segment, adds outliers for the values that exceed the bound, measures the remaining
/// errors, and returns the final bytes with their description. `None` if the segment cannot be
/// decoded to values within the bound.
///
/// # Errors
/// [`ReelError::Codec`] if another plan would not help; any other error of decoding.
pub(crate) fn verify<T: ReelElement>(
    prepared: &PreparedSegment<'_, T>,
    tolerance: &Tolerance<T>,
    layout: SegmentLayout<'_>,
) -> Result<Option<Segment>, ReelError> {
    let bytes = layout.serialize();
    let mut values = match reconstruct(&SegmentLayout::parse(&bytes)?, &UNLIMITED) {
        Ok(values) => values,
        Err(error) if error.is_encoder_failure() => return Ok(None),
        Err(error) => return Err(error),
    };
    let compare::Comparison { outliers, errors } =
        compare::replace_outliers(prepared, tolerance, &mut values);
    let max_outliers = match layout.body {
        Body::Coded(_) => values.len() / MIN_VALUES_PER_OUTLIER + 2,
        Body::Missing | Body::Constant(_) | Body::Pco(_) => 0,
    };
    if outliers.len() > max_outliers {
        return Ok(None);
    }
    let outliers = outliers::encode(&outliers);
    let mut layout = layout;
    if let Body::Coded(coded) = &mut layout.body {
        coded.outliers = &outliers;
    }
    layout.certificate = certify::certify(prepared, &values, errors);
    let bytes = layout.serialize();
    let info = SegmentInfo::from_layout(&layout, bytes.len());
    Ok(Some(Segment { bytes, info }))
}
