//! The description of a segment, read without decoding its values.

use fieldreel_quant::Dtype;

use super::layout::{Body, LayeredBody, SegmentLayout};
use crate::base::{BaseKind, VideoFormat};
use crate::plan::{Plan, PredictionPlan};
use crate::verify::Certificate;
use crate::{Criterion, ReelError};

/// A segment and its description.
///
/// ```
/// use fieldreel_reel::segment::{self, BodyInfo};
/// use fieldreel_reel::{ErrorBound, Limits, SegmentOptions};
/// use ndarray::Array3;
///
/// # fn main() -> Result<(), fieldreel_reel::ReelError> {
/// let values = Array3::from_elem((24, 4, 6), 273.15_f32);
/// let options = SegmentOptions::new(ErrorBound::Absolute(0.01));
/// let segment = segment::encode(values.view(), &options)?;
/// assert_eq!(segment.info.body, BodyInfo::Constant);
///
/// let decoded = segment::decode::<f32>(&segment.bytes, &Limits::default())?;
/// assert_eq!(decoded, values);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Segment {
    /// The bytes of the segment.
    pub bytes: Vec<u8>,
    /// The description that [`inspect`] reads from the bytes.
    pub info: SegmentInfo,
}

/// The description of a segment.
///
/// ```
/// use fieldreel_reel::{Dtype, ErrorBound, SegmentOptions, segment};
/// use ndarray::Array3;
///
/// # fn main() -> Result<(), fieldreel_reel::ReelError> {
/// let values = Array3::from_shape_fn((8, 9, 10), |(t, y, x)| (t + y) as f32 / 3.0 + x as f32);
/// let options = SegmentOptions::new(ErrorBound::Absolute(0.01));
/// let bytes = segment::encode(values.view(), &options)?.bytes;
///
/// let info = segment::inspect(&bytes)?;
/// assert_eq!((info.dtype, info.shape), (Dtype::F32, [8, 9, 10]));
/// assert!(info.certificate.max_abs <= 0.01);
/// let sizes = info.sizes;
/// let total = sizes.base + sizes.mean + sizes.residual + sizes.mask + sizes.overhead;
/// assert_eq!(total, bytes.len());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SegmentInfo {
    /// The element type.
    pub dtype: Dtype,
    /// The shape, axis order `(time, y, x)`.
    pub shape: [usize; 3],
    /// The criterion that the segment was encoded with.
    pub criterion: Criterion,
    /// The way in which the values are stored.
    pub body: BodyInfo,
    /// The plan by which the values were encoded. `None` if none was needed (all values are
    /// missing, or one value is within the bound of all), or if this build has no encoder for the
    /// video.
    pub plan: Option<Plan>,
    /// The errors that were measured when the segment was encoded.
    pub certificate: Certificate,
    /// The sizes of the sections.
    pub sizes: SectionSizes,
}

/// The way in which a segment stores its values.
///
/// See the example of [`Segment`].
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum BodyInfo {
    /// All values are missing.
    Missing,
    /// All values are the same.
    Constant,
    /// The values are compressed by pco, without loss.
    Pco,
    /// The numbers are predicted from each other.
    Predicted,
    /// A video, and residuals.
    Video {
        /// The format of the video.
        format: VideoFormat,
        /// The number of bits of a code.
        bit_depth: u8,
    },
}

/// The sizes of a segment's sections, in bytes.
///
/// See the example of [`SegmentInfo`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SectionSizes {
    /// The video.
    pub base: usize,
    /// The plane of temporal means.
    pub mean: usize,
    /// The residuals and outliers, or the output of pco.
    pub residual: usize,
    /// The mask: the positions of missing and other special values, the values of the class that
    /// is listed, the signs, and the table of values for ranks.
    pub mask: usize,
    /// Everything else: header, certificate and checksum.
    pub overhead: usize,
}

/// Reads the description of a segment, after verifying its checksum.
///
/// ```
/// use fieldreel_reel::{Criterion, ErrorBound, SegmentOptions, segment};
/// use ndarray::Array3;
///
/// let field = Array3::from_elem((24, 4, 6), 273.15_f32);
/// let options = SegmentOptions::new(ErrorBound::Absolute(0.01));
/// let info = segment::inspect(&segment::encode(field.view(), &options)?.bytes)?;
/// assert_eq!(info.shape, [24, 4, 6]);
/// assert_eq!(info.criterion, Criterion::Bound(ErrorBound::Absolute(0.01)));
/// # Ok::<(), fieldreel_reel::ReelError>(())
/// ```
///
/// # Errors
/// - [`ReelError::BadMagic`] if the bytes are not a segment.
/// - [`ReelError::UnsupportedVersion`] if a newer version of the format was used.
/// - [`ReelError::Corrupt`] if the segment is damaged or truncated.
pub fn inspect(bytes: &[u8]) -> Result<SegmentInfo, ReelError> {
    let layout = SegmentLayout::parse(bytes)?;
    Ok(SegmentInfo::from_layout(&layout, bytes.len()))
}

impl SegmentInfo {
    /// Describes a segment of this layout and of `bytes` bytes.
    pub(crate) fn from_layout(layout: &SegmentLayout<'_>, bytes: usize) -> Self {
        let length = |section: Option<&[u8]>| section.map_or(0, <[u8]>::len);
        let mut sizes = SectionSizes {
            mask: length(layout.mask)
                + length(layout.signs)
                + length(layout.listed_values)
                + length(layout.rank_table),
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
                sizes.mean = coded.base.means.map_or(0, |means| means.integers.size());
                sizes.residual =
                    coded.residual.size() + coded.fine_bits.len() + coded.outliers.len();
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

/// Returns the plan of a base layer; `None` if this build has no encoder for it, or if the
/// settings are unknown.
fn plan_of(coded: &LayeredBody<'_>) -> Option<Plan> {
    let subtract_means = coded.base.means.is_some();
    match coded.base.kind {
        BaseKind::Constant => {
            PredictionPlan::from_id(coded.settings, coded.base.order, subtract_means)
                .map(Plan::Prediction)
        }
        #[cfg(feature = "video")]
        BaseKind::Video(stream) => {
            let codec = crate::VideoCodec::from_format(stream.format, stream.speed)?;
            Some(Plan::Video(crate::VideoPlan {
                axis_order: coded.base.order,
                subtract_temporal_mean: subtract_means,
                codec,
                quantizer: stream.quantizer,
                step: Some(stream.scale),
            }))
        }
        #[cfg(not(feature = "video"))]
        BaseKind::Video(_) => None,
    }
}
