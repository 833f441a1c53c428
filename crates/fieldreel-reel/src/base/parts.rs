//! The encoded parts of a base layer.

use super::VideoFormat;
use crate::integers::EncodedIntegers;
use crate::plan::AxisOrder;

/// The encoded parts of a base layer. `B` is the type of bytes, owned or borrowed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct BaseParts<B> {
    /// The axis order of the base layer and of the residuals.
    pub(crate) order: AxisOrder,
    /// The number of a constant base layer, or of code 0 of a video.
    pub(crate) offset: f64,
    pub(crate) means: Option<EncodedMeans<B>>,
    pub(crate) kind: BaseKind<B>,
}

/// The encoded temporal means, in multiples of a step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct EncodedMeans<B> {
    pub(crate) step: f64,
    pub(crate) integers: EncodedIntegers<B>,
}

/// The encoded numbers without the temporal means.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum BaseKind<B> {
    /// One number for all positions.
    Constant,
    /// A video.
    Video(VideoStream<B>),
}

/// A video of codes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct VideoStream<B> {
    pub(crate) format: VideoFormat,
    pub(crate) bit_depth: u8,
    /// The number of bits by which codes are shifted left within pixels.
    pub(crate) shift: u8,
    /// The quantizer of the encoder. Decoding does not need it.
    pub(crate) quantizer: u8,
    /// The preset or the speed of the encoder. Decoding does not need it.
    pub(crate) speed: u8,
    /// The difference between the numbers of consecutive codes.
    pub(crate) scale: f64,
    pub(crate) bytes: B,
}

impl BaseParts<Vec<u8>> {
    /// Returns the same parts with their bytes borrowed.
    pub(crate) fn borrowed(&self) -> BaseParts<&[u8]> {
        BaseParts {
            order: self.order,
            offset: self.offset,
            means: self.means.as_ref().map(|means| EncodedMeans {
                step: means.step,
                integers: means.integers.borrowed(),
            }),
            kind: match &self.kind {
                BaseKind::Constant => BaseKind::Constant,
                BaseKind::Video(stream) => BaseKind::Video(VideoStream {
                    format: stream.format,
                    bit_depth: stream.bit_depth,
                    shift: stream.shift,
                    quantizer: stream.quantizer,
                    speed: stream.speed,
                    scale: stream.scale,
                    bytes: &stream.bytes[..],
                }),
            },
        }
    }

    /// Returns the number of bytes of all parts.
    pub(crate) fn size(&self) -> usize {
        let means = self.means.as_ref();
        let base = match &self.kind {
            BaseKind::Constant => 0,
            BaseKind::Video(stream) => stream.bytes.len(),
        };
        base + means.map_or(0, |means| 8 + means.integers.size())
    }
}
