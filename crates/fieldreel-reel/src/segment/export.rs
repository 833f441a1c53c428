//! The base layer as a video that plays.

use fieldreel_codec::{Container, VideoOptions, mux_stream};

use super::layout::{Body, Layout};
use crate::options::video_limits;
use crate::{Limits, ReelError};

/// The base layer of a segment as an MP4 or MKV file, in memory, without encoding it again.
///
/// The frames are those of the base layer's axis order, which is not always the field's; a code
/// `c` stands for `offset + scale · c`, as the tags `fieldreel_offset` and `fieldreel_scale` say,
/// before means are added and corrections made.
///
/// # Errors
/// [`ReelError::NoVideo`] if the segment has no base layer; [`ReelError::Codec`] if it is damaged
/// or the container does not hold its codec; otherwise as [`inspect`](super::inspect).
pub fn export_video(
    bytes: &[u8],
    container: Container,
    limits: &Limits,
) -> Result<Vec<u8>, ReelError> {
    let layout = Layout::parse(bytes)?;
    let Body::Coded(coded) = layout.body else {
        return Err(ReelError::NoVideo);
    };
    let base = coded.base.ok_or(ReelError::NoVideo)?;
    let options = VideoOptions {
        tags: [
            ("fieldreel_offset", format!("{:?}", coded.offset)),
            ("fieldreel_scale", format!("{:?}", base.scale)),
            ("fieldreel_order", coded.order.to_string()),
        ]
        .map(|(key, value)| (key.to_owned(), value))
        .into(),
        ..VideoOptions::default()
    };
    Ok(mux_stream(
        base.format,
        base.stream,
        base.shape(coded.order.shape(layout.shape)),
        base.shift,
        container,
        &options,
        &video_limits(limits),
    )?)
}
