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
/// ```
/// use fieldreel_codec::{Container, X265Preset};
/// use fieldreel_reel::{ErrorBound, Limits, Plan, SegmentOptions, VideoCodec, VideoPlan, segment};
/// use ndarray::Array3;
///
/// let field = Array3::from_shape_fn((4, 48, 64), |(t, y, x)| (t + y * x) as f32);
/// let plan = VideoPlan::new(VideoCodec::X265(X265Preset::Ultrafast), 20);
/// let options = SegmentOptions::new(ErrorBound::Absolute(1.0)).with_plan(Plan::Video(plan));
/// let bytes = segment::encode(field.view(), &options)?.bytes;
/// let video = segment::export_video(&bytes, Container::Mp4, &Limits::default())?;
/// assert_eq!(&video[4..8], b"ftyp"); // An MP4 file begins with this box.
/// # Ok::<(), fieldreel_reel::ReelError>(())
/// ```
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
