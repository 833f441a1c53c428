//! Export of a base layer to a video file.

use fieldreel_codec::{Container, VideoOptions, mux_stream};

use super::super::{BaseKind, BaseParts};
use super::read_limits;
use crate::{Limits, ReelError};

/// Copies the video of a base layer into a container without encoding it again. `shape` is the
/// shape of the field.
///
/// # Errors
/// [`ReelError::NoVideo`] if the base layer is no video; [`ReelError::Codec`] if the video is
/// damaged or the container does not support its codec.
pub(crate) fn export(
    parts: &BaseParts<&[u8]>,
    shape: [usize; 3],
    container: Container,
    limits: &Limits,
) -> Result<Vec<u8>, ReelError> {
    let BaseKind::Video(stream) = &parts.kind else {
        return Err(ReelError::NoVideo);
    };
    let tags = [
        ("fieldreel_offset", format!("{:?}", parts.offset)),
        ("fieldreel_scale", format!("{:?}", stream.scale)),
        ("fieldreel_order", parts.order.to_string()),
    ];
    let tags = tags.map(|(key, value)| (key.to_owned(), value)).into();
    let options = VideoOptions::default().with_tags(tags);
    Ok(mux_stream(
        stream.format.into(),
        stream.bytes,
        stream.shape(parts.order.shape(shape)),
        stream.shift,
        container,
        &options,
        &read_limits(limits),
    )?)
}
