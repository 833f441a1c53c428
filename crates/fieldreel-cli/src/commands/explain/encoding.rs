//! The base layer and the decoded values of a segment.

use std::io::Cursor;

use fieldreel::codec::{Container, ReadLimits, decode_video};
use fieldreel::reel::segment::export_video;
use fieldreel::reel::{Plan, ReelElement, VideoPlan};
use fieldreel::{BaseChoice, Compressor, Criterion, Limits, ReelReader, decompress};
use ndarray::{Array3, ArrayView3, s};

use crate::error::Result;

/// The base layer and the decoded values of the first segment, axis order `(time, y, x)`.
pub(super) struct Encoding<T> {
    pub(super) base: Array3<T>,
    pub(super) decoded: Array3<T>,
    /// The number of the first frame of the segment.
    pub(super) start: usize,
    /// The size of the reel in bytes.
    pub(super) bytes: usize,
    pub(super) plan: VideoPlan,
    /// The sizes of the video and of the residuals of the first segment in bytes.
    pub(super) base_bytes: usize,
    pub(super) residual_bytes: usize,
}

/// Encodes frames as a video with residuals, and decodes both.
pub(super) fn encode<T: ReelElement>(
    criterion: Criterion,
    frames: ArrayView3<'_, T>,
) -> Result<Encoding<T>> {
    let compressor = Compressor::new(criterion).with_base(BaseChoice::Video);
    let mut reel = compressor.compress(frames)?;
    let mut plan = video_plan(&reel)?;
    if plan.subtract_temporal_mean {
        // The exported video would lack the temporal mean.
        plan.subtract_temporal_mean = false;
        plan.step = None;
        reel = compressor.with_plan(Plan::Video(plan)).compress(frames)?;
    }

    let limits = Limits::default();
    let mut reader = ReelReader::open(Cursor::new(&reel), limits)?;
    let sizes = reader.inspect(0)?.sizes;
    let range = reader.segments()[0].frames.clone();
    let decoded: Array3<T> = decompress(&reel)?;
    let decoded = decoded.slice_move(s![range.clone(), .., ..]);
    let video = export_video(&reader.segment(0)?, Container::Mkv, &limits)?;
    let video = decode_video(video, &ReadLimits::default())?;
    let number = |key: &str| -> Result<f64> {
        let text = video.info.tags.get(key).ok_or("a tag is missing")?;
        Ok(text.parse()?)
    };
    let (offset, scale) = (number("fieldreel_offset")?, number("fieldreel_scale")?);
    let axes = plan.axis_order.axes();
    let base = Array3::from_shape_fn(decoded.dim(), |(t, y, x)| {
        let index = axes.map(|axis| [t, y, x][axis]);
        T::from_f64(offset + scale * f64::from(video.frames[index]))
    });
    Ok(Encoding {
        base,
        decoded,
        start: range.start,
        bytes: reel.len(),
        plan,
        base_bytes: sizes.base,
        residual_bytes: sizes.residual,
    })
}

/// Returns the plan of the first segment of a reel.
fn video_plan(reel: &[u8]) -> Result<VideoPlan> {
    let mut reader = ReelReader::open(Cursor::new(reel), Limits::default())?;
    match reader.inspect(0)?.plan {
        Some(Plan::Video(plan)) => Ok(plan),
        _ => Err(
            "the first segment has no video, because one value is within the bound of all \
                  values; use a smaller bound"
                .into(),
        ),
    }
}
