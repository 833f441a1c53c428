//! The base layer as a video that plays.

use fieldreel_codec::Container;

use super::layout::{Body, SegmentLayout};
use crate::base::video;
use crate::{Limits, ReelError};

/// The base layer of a segment as an MP4 or MKV file, in memory, without encoding it again.
///
/// The frames are those of the base layer's axis order, which is not always the field's; a code
/// `c` stands for `offset + scale · c`, as the tags `fieldreel_offset` and `fieldreel_scale` say,
/// before means and residuals are added.
///
/// # Errors
/// [`ReelError::NoVideo`] if the segment has no video; [`ReelError::Codec`] if it is damaged
/// or the container does not hold its codec; otherwise as [`inspect`](super::inspect).
pub fn export_video(
    bytes: &[u8],
    container: Container,
    limits: &Limits,
) -> Result<Vec<u8>, ReelError> {
    let layout = SegmentLayout::parse(bytes)?;
    match &layout.body {
        Body::Coded(coded) => video::export(&coded.base, layout.shape, container, limits),
        Body::Missing | Body::Constant(_) | Body::Pco(_) => Err(ReelError::NoVideo),
    }
}
