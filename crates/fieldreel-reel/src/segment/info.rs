//! The description of a segment, without decoding it.

use fieldreel_quant::Dtype;

use super::layout::{Body, LayeredBody, SegmentLayout};
use crate::base::{BaseKind, VideoFormat};
use crate::plan::{Plan, PredictionPlan};
use crate::verify::Certificate;
use crate::{Criterion, ReelError};

/// A segment and its description.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Segment {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The description that [`inspect`] reads in them.
    pub info: SegmentInfo,
}

/// The description of a segment.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SegmentInfo {
    /// The type of the values.
    pub dtype: Dtype,
    /// The shape, axis order `(time, y, x)`.
    pub shape: [usize; 3],
    /// The error bound or the target of the options.
    pub criterion: Criterion,
    /// The way in which the values are stored.
    pub body: BodyInfo,
    /// The plan by which they were encoded; `None` where there was nothing to plan (all missing, or all the
    /// same), and where this build has no encoder for the video.
    pub plan: Option<Plan>,
    /// The errors that were measured when it was encoded.
    pub certificate: Certificate,
    /// Where the bytes are.
    pub sizes: SectionSizes,
}

/// A way in which a segment's values are stored.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum BodyInfo {
    /// All are missing.
    Missing,
    /// All are the same.
    Constant,
    /// As they are, through pco.
    Pco,
    /// Predicted numbers.
    Predicted,
    /// A video and residuals.
    Video {
        /// The format of the video.
        format: VideoFormat,
        /// Bits of its codes.
        bit_depth: u8,
    },
}

/// Bytes of a segment's parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct SectionSizes {
    /// The video.
    pub base: usize,
    /// The plane of means.
    pub mean: usize,
    /// The residuals, and single values beside them; or packed values.
    pub residual: usize,
    /// The places of missing and other special values, the values of those that are listed, signs, and the table of values that
    /// ranks stand for.
    pub mask: usize,
    /// All the rest: header, certificate, checksum.
    pub overhead: usize,
}

/// Reads the description of a segment, after its checksum is checked.
///
/// # Errors
/// [`ReelError::BadMagic`], [`ReelError::UnsupportedVersion`], [`ReelError::Corrupt`].
pub fn inspect(bytes: &[u8]) -> Result<SegmentInfo, ReelError> {
    let layout = SegmentLayout::parse(bytes)?;
    Ok(SegmentInfo::from_layout(&layout, bytes.len()))
}

impl SegmentInfo {
    /// Describes a segment of these parts, which have so many bytes together.
    pub(crate) fn from_layout(layout: &SegmentLayout<'_>, bytes: usize) -> Self {
        let length = |section: Option<&[u8]>| section.map_or(0, <[u8]>::len);
        let mut sizes = SectionSizes {
            mask: length(layout.classes)
                + length(layout.signs)
                + length(layout.list)
                + length(layout.table),
            ..SectionSizes::default()
        };
        let (body, plan) = match &layout.body {
            Body::Missing => (BodyInfo::Missing, None),
            Body::Constant(_) => (BodyInfo::Constant, None),
            Body::Pco(packed) => {
                sizes.residual = packed.len();
                (BodyInfo::Pco, Some(Plan::Pco))
            }
            Body::Coded(coded) => {
                let plan = plan_of(coded);
                sizes.mean = coded.base.means.map_or(0, |means| means.levels.size());
                sizes.residual =
                    coded.residual.size() + coded.low_bits.len() + coded.outliers.len();
                let body = match coded.base.kind {
                    BaseKind::Constant => BodyInfo::Predicted,
                    BaseKind::Video(stream) => {
                        sizes.base = stream.bytes.len();
                        BodyInfo::Video {
                            format: stream.format,
                            bit_depth: stream.bit_depth,
                        }
                    }
                };
                (body, plan)
            }
        };
        sizes.overhead = bytes - sizes.base - sizes.mean - sizes.residual - sizes.mask;
        Self {
            dtype: layout.dtype,
            shape: layout.shape,
            criterion: layout.criterion,
            body,
            plan,
            certificate: layout.certificate,
            sizes,
        }
    }
}

/// The plan of a base layer; `None` if this build has no encoder for it, or nothing is said of it.
fn plan_of(coded: &LayeredBody<'_>) -> Option<Plan> {
    let mean = coded.base.means.is_some();
    match coded.base.kind {
        BaseKind::Constant => {
            PredictionPlan::of_id(coded.settings, coded.base.order, mean).map(Plan::Prediction)
        }
        #[cfg(feature = "ffmpeg")]
        BaseKind::Video(stream) => {
            let codec = crate::VideoCodec::of(stream.format, stream.speed)?;
            Some(Plan::Video(crate::VideoPlan {
                axis_order: coded.base.order,
                subtract_temporal_mean: mean,
                codec,
                quantizer: stream.quantizer,
                step: Some(stream.scale),
            }))
        }
        #[cfg(not(feature = "ffmpeg"))]
        BaseKind::Video(_) => None,
    }
}
