//! What a segment says of itself, without being decoded.

use fieldreel_codec::StreamFormat;
use fieldreel_quant::Dtype;

use super::certificate::Certificate;
use super::layout::{Body, Layout};
use crate::plan::{BaseCodec, Plan, VideoPlan};
use crate::{Bound, ReelError};

/// What a segment says of itself.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SegmentInfo {
    /// The type of the values.
    pub dtype: Dtype,
    /// The shape, axis order `(time, y, x)`.
    pub shape: [usize; 3],
    /// The bound that was asked for.
    pub bound: Bound,
    /// How the values are stored.
    pub body: BodyInfo,
    /// How they were encoded; `None` where there was nothing to plan (all missing, or all the
    /// same), and where this version has no encoder for the video.
    pub plan: Option<Plan>,
    /// What was measured when it was encoded.
    pub certificate: Certificate,
    /// Where the bytes are.
    pub sizes: Sizes,
}

/// How a segment's values are stored.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum BodyInfo {
    /// All are missing.
    Missing,
    /// All are the same.
    Constant,
    /// As they are, through pco.
    Packed,
    /// A correction of one number, or of each point's mean.
    Corrected,
    /// A video and a correction.
    Video {
        /// What the bytes of the video are.
        format: StreamFormat,
        /// Bits of its codes.
        bit_depth: u8,
    },
}

/// Bytes of a segment's parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Sizes {
    /// The video.
    pub base: usize,
    /// The plane of means.
    pub mean: usize,
    /// The correction, and single values beside it; or packed values.
    pub correction: usize,
    /// The places of missing and other special values, the values of those that are listed, and signs.
    pub mask: usize,
    /// All the rest: header, certificate, checksum.
    pub overhead: usize,
}

/// Reads what a segment says of itself, after its checksum.
///
/// # Errors
/// [`ReelError::NotOne`], [`ReelError::Version`], [`ReelError::Damaged`].
pub fn inspect(bytes: &[u8]) -> Result<SegmentInfo, ReelError> {
    let layout = Layout::parse(bytes)?;
    let length = |part: Option<&[u8]>| part.map_or(0, <[u8]>::len);
    let mut sizes = Sizes {
        mask: length(layout.classes) + length(layout.signs) + length(layout.list),
        ..Sizes::default()
    };
    let (body, plan) = match layout.body {
        Body::Missing => (BodyInfo::Missing, None),
        Body::Constant(_) => (BodyInfo::Constant, None),
        Body::Packed(packed) => {
            sizes.correction = packed.len();
            (BodyInfo::Packed, Some(Plan::Packed))
        }
        Body::Coded(coded) => {
            sizes.base = coded.base.map_or(0, |base| base.stream.len());
            sizes.mean = coded.mean.map_or(0, |(_, plane)| plane.len());
            sizes.correction = coded.correction.len() + coded.patches.len();
            let mean = coded.mean.is_some();
            match coded.base {
                None => (BodyInfo::Corrected, Some(Plan::Corrected { mean })),
                Some(base) => {
                    let body = BodyInfo::Video {
                        format: base.format,
                        bit_depth: base.bit_depth,
                    };
                    let plan = BaseCodec::of(base.format, base.speed).map(|codec| VideoPlan {
                        order: coded.order,
                        mean,
                        codec,
                        quality: base.quality,
                        scale: Some(base.scale),
                    });
                    (body, plan.map(Plan::Video))
                }
            }
        }
    };
    sizes.overhead = bytes.len() - sizes.base - sizes.mean - sizes.correction - sizes.mask;
    Ok(SegmentInfo {
        dtype: layout.dtype,
        shape: layout.shape,
        bound: layout.bound,
        body,
        plan,
        certificate: layout.certificate,
        sizes,
    })
}
