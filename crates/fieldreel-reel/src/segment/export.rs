//! Export of the base layer as a video file.

use fieldreel_codec::Container;

use super::layout::{Body, SegmentLayout};
use crate::base::video;
use crate::{Limits, ReelError};

/// Exports the base layer of a segment as an MP4 or MKV file, in memory, without encoding it
/// again.
///
/// The frames follow the axis order of the base layer, which is not always that of the field. A
/// code `c` represents `offset + scale · c`, where `offset` and `scale` are the tags
/// `fieldreel_offset` and `fieldreel_scale` of the file. The decoder adds temporal means and
/// residuals to these numbers.
///
/// # Errors
/// - [`ReelError::NoVideo`] if the segment has no video.
/// - [`ReelError::Codec`] if the video is damaged, or if the container does not support its codec.
/// - [`ReelError::BadMagic`], [`ReelError::UnsupportedVersion`] or [`ReelError::Corrupt`] as for
///   [`inspect`](super::inspect).
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
