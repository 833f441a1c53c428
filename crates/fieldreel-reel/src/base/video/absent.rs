//! A stand-in for the video codecs in a build without the feature `video`.

use ndarray::Array3;

use super::VideoStream;
use crate::{Limits, ReelError};

/// Refuses a video.
///
/// # Errors
/// [`ReelError::VideoUnsupported`], always.
pub(super) fn decode(
    _: &VideoStream<&[u8]>,
    _: [usize; 3],
    _: &Limits,
) -> Result<Array3<u16>, ReelError> {
    Err(ReelError::VideoUnsupported)
}
