//! The check of a segment before it is given out: it is decoded, and every value is compared in the caller's type.

mod certificate;
mod checksum;
mod compare;
mod errors;
mod measure;
pub(crate) mod patch;

pub use certificate::Certificate;
pub(crate) use checksum::checksum;

use crate::ReelError;
use crate::options::UNLIMITED;
use crate::prepare::{Goal, Prepared};
use crate::segment::{Body, Layout, Segment, SegmentInfo, reconstruct};
use crate::value::Value;

/// More single values than one in so many: the grid is wrong for them.
const PATCHES: usize = 64;

/// Decodes a segment, keeps single values as they are where the decoded ones are out of bound, measures what is left, and
/// returns the bytes with what they say. `None` if what was encoded cannot be decoded to values within the bound.
///
/// # Errors
/// [`ReelError::Codec`] if no other plan would do better; [`ReelError::Verification`].
pub(crate) fn verify<T: Value>(
    prepared: &Prepared<'_, T>,
    goal: &Goal<T>,
    layout: Layout<'_>,
) -> Result<Option<Segment>, ReelError> {
    let bytes = layout.encoded();
    let mut values = match reconstruct(&Layout::parse(&bytes)?, &UNLIMITED) {
        Ok(values) => values,
        Err(error) if error.is_encoder_failure() => return Ok(None),
        Err(error) => return Err(error),
    };
    let compare::Compared { mended, errors } = compare::mend(prepared, goal, &mut values);
    let most = match layout.body {
        Body::Coded(_) => values.len() / PATCHES + 2,
        Body::Missing | Body::Constant(_) | Body::Packed(_) => 0,
    };
    if mended.len() > most {
        return Ok(None);
    }
    let patches = patch::encode(&mended);
    let mut layout = layout;
    if let Body::Coded(coded) = &mut layout.body {
        coded.patches = &patches;
    }
    layout.certificate = measure::certify(prepared, &values, errors);
    let bytes = layout.encoded();
    let info = SegmentInfo::of(&layout, bytes.len());
    Ok(Some(Segment { bytes, info }))
}
