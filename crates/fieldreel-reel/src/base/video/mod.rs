//! Base layers that are videos.

mod encoder;
mod export;

use fieldreel_codec::{FrameSize, ReadLimits, VideoShape, decode_stream, encode_stream};
use ndarray::{Array2, Array3};

use super::{VideoFormat, VideoStream};
use crate::plan::{AxisOrder, BIT_DEPTH, VideoCodec, VideoPlan, scale_for};
use crate::prepare::CodedNumbers;
use crate::value::ReelElement;
use crate::{Limits, ReelError};
pub(crate) use encoder::encoder;
pub(crate) use export::export;

const MAX_CODE: f64 = ((1_u16 << BIT_DEPTH) - 1) as f64;

/// Encodes numbers, minus their temporal means if given, as a video. `min` and `max` are the
/// extremes after that subtraction. Returns `None` if the encoder fails on the numbers.
///
/// # Errors
/// [`ReelError::Codec`] if no other plan would succeed.
pub(super) fn encode<T: ReelElement>(
    numbers: &CodedNumbers<'_, T>,
    means: Option<&Array2<f64>>,
    plan: &VideoPlan,
    (min, max): (f64, f64),
) -> Result<Option<VideoStream<Vec<u8>>>, ReelError> {
    let (scale, plan) = scale_for_range(plan, max - min);
    let axes = plan.axis_order.axes();
    let codes_per_unit = if scale > 0.0 { 1.0 / scale } else { 0.0 };
    let shape = plan.axis_order.shape(numbers.shape());
    let codes = Array3::from_shape_fn(shape, |(a, b, c)| {
        let mut at = [0; 3];
        (at[axes[0]], at[axes[1]], at[axes[2]]) = (a, b, c);
        let code = (numbers.at(at, means) - min) * codes_per_unit;
        code.round().clamp(0.0, MAX_CODE) as u16
    });
    let encoder = encoder(plan.codec, plan.quantizer);
    match encode_stream(codes.view(), BIT_DEPTH, encoder.as_ref()) {
        Ok(stream) => Ok(Some(VideoStream {
            format: plan.codec.format(),
            bit_depth: BIT_DEPTH,
            shift: stream.shift,
            quantizer: plan.quantizer,
            speed: plan.codec.speed_id(),
            scale,
            bytes: stream.bytes,
        })),
        Err(error) if error.is_encoder_failure() => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Decodes the codes of a video. `shape` is the shape of the video, in its own axis order.
///
/// # Errors
/// [`ReelError::Codec`] if the video is damaged or exceeds the limits.
pub(super) fn decode(
    stream: &VideoStream<&[u8]>,
    shape: [usize; 3],
    limits: &Limits,
) -> Result<Array3<u16>, ReelError> {
    let format = stream.format.into();
    let shape = stream.shape(shape);
    Ok(decode_stream(
        format,
        stream.bytes,
        shape,
        stream.shift,
        &read_limits(limits),
    )?)
}

/// Returns whether an encoder accepts the planes of a field of `shape` in this axis order, padded
/// to at most 8 times their size.
pub(crate) fn accepts_frames(order: AxisOrder, shape: [usize; 3], codec: VideoCodec) -> bool {
    let [_, height, width] = order.shape(shape);
    let (finest, _) = codec.quantizer_range();
    FrameSize::new(height, width).is_ok_and(|size| {
        let encoded = encoder(codec, finest).encoded_size(size);
        encoded.pixels() <= 8 * size.pixels()
    })
}

/// Returns the limits of decoding a video, whose codes take two bytes.
fn read_limits(limits: &Limits) -> ReadLimits {
    let codes = limits.max_bytes / 2;
    ReadLimits::default()
        .with_max_frame_pixels(codes)
        .with_max_codes(codes)
}

/// Returns the scale of a plan, widened to span `range`, and the plan with a quantizer that is
/// about as fine as before in the unit of the numbers.
fn scale_for_range(plan: &VideoPlan, range: f64) -> (f64, VideoPlan) {
    let min_scale = scale_for(range);
    match plan.step {
        Some(scale) if scale >= min_scale => (scale, *plan),
        Some(scale) if scale > 0.0 => {
            // The quantizer step of x265 doubles every six quantization parameters, and that of
            // AV1 about as fast.
            let refinement = (6.0 * (min_scale / scale).log2()).round().clamp(0.0, 63.0) as u8;
            let (finest, _) = plan.codec.quantizer_range();
            let quantizer = plan.quantizer.saturating_sub(refinement).max(finest);
            (min_scale, VideoPlan { quantizer, ..*plan })
        }
        _ => (min_scale, *plan),
    }
}

impl<B> VideoStream<B> {
    /// Returns the description that a decoder needs of a video of this shape, in its own axis
    /// order.
    const fn shape(&self, [frames, height, width]: [usize; 3]) -> VideoShape {
        VideoShape {
            frames,
            size: FrameSize { height, width },
            bit_depth: self.bit_depth,
        }
    }
}

impl From<VideoFormat> for fieldreel_codec::StreamFormat {
    fn from(format: VideoFormat) -> Self {
        match format {
            VideoFormat::Hevc => Self::Hevc,
            VideoFormat::Av1 => Self::Av1,
        }
    }
}
