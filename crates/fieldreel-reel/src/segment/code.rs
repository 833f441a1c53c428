//! Numbers into a base layer and a correction.

use fieldreel_codec::{CodecError, FrameSize, Stream, encode_stream};
use ndarray::{Array2, Array3};

use super::background::Background;
use super::layout::{Base, Coded};
use super::numbers::BaseLayer;
use super::prepare::Prepared;
use super::source::Numbers;
use crate::arithmetic::{Grid, ordinals_between, steps_between};
use crate::correction::{self, Known};
use crate::plan::{AxisOrder, BaseCodec, Plan, VideoPlan};
use crate::value::Value;
use crate::{Effort, Limits, ReelError};

/// Bits of the base layer's codes.
pub(crate) const BIT_DEPTH: u8 = 12;
const MAX_CODE: f64 = 4095.0;

/// What parts are coded for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To see how large they are, about.
    Trial,
    /// To be kept.
    Segment,
}

/// The encoded parts of a body with a correction.
#[derive(Clone, Debug)]
pub(crate) struct Parts {
    grid: Grid,
    order: AxisOrder,
    offset: f64,
    /// The stream, from one code to the next, and what it was encoded with.
    base: Option<(Stream, f64, VideoPlan)>,
    mean: Option<Background>,
    correction: Vec<u8>,
}

impl Parts {
    /// Bytes of all parts.
    pub(crate) fn size(&self) -> usize {
        let base = self
            .base
            .as_ref()
            .map_or(0, |(stream, ..)| stream.bytes.len());
        let mean = self.mean.as_ref().map_or(0, |mean| 8 + mean.bytes.len());
        base + mean + self.correction.len()
    }

    /// The parts' place in a segment.
    pub(crate) fn coded<'a>(&'a self, patches: &'a [u8]) -> Coded<'a> {
        Coded {
            grid: self.grid,
            order: self.order,
            offset: self.offset,
            base: self.base.as_ref().map(|(stream, scale, plan)| Base {
                format: stream.format,
                bit_depth: BIT_DEPTH,
                shift: stream.shift,
                quality: plan.quality,
                speed: plan.codec.speed_id(),
                scale: *scale,
                stream: &stream.bytes,
            }),
            mean: self.mean.as_ref().map(|mean| (mean.step, &mean.bytes[..])),
            correction: &self.correction,
            patches,
        }
    }
}

/// Codes the numbers by a plan; `None` if the plan cannot be used for them: its encoder fails or makes what cannot be decoded,
/// or its grid or its means cannot hold the numbers.
///
/// # Errors
/// [`ReelError::Codec`] if no other plan would do better: FFmpeg lacks the encoder, there is no memory, or an option of the plan
/// is out of range.
pub(crate) fn code<T: Value>(
    prepared: &Prepared<'_, T>,
    plan: &Plan,
    effort: Effort,
    purpose: Purpose,
) -> Result<Option<Parts>, ReelError> {
    let (mean, video) = match plan {
        Plan::Video(video) => (video.mean, Some(video)),
        Plan::Corrected { mean } => (*mean, None),
        Plan::Packed => return Ok(None),
    };
    let grid = prepared.grid;
    let background = match mean {
        true => {
            let background = Background::of(&prepared.numbers, mean_step(prepared), effort.into());
            if background.is_none() {
                return Ok(None);
            }
            background
        }
        false => None,
    };
    let order = video.map_or(AxisOrder::Tyx, |video| video.order);
    let means = background.as_ref().map(|background| &background.plane);
    let (min, max) = match means {
        None => prepared.extremes,
        Some(_) => prepared.numbers.extremes(means, prepared.classes.as_ref()),
    };
    // Without a video, corrections start from the middle.
    let offset = match video {
        Some(_) => min,
        None => min + (max - min) / 2.0,
    };
    let base = match video {
        Some(video) => {
            let (scale, video) = scaled(video, max - min);
            match encode(&prepared.numbers, means, &video, min, scale) {
                Ok(stream) => Some((stream, scale, video)),
                Err(error) if error.is_encoder_failure() => return Ok(None),
                Err(error) => return Err(error.into()),
            }
        }
        None => None,
    };
    let mut parts = Parts {
        grid,
        order,
        offset,
        base,
        mean: background,
        correction: Vec::new(),
    };
    let shape = prepared.values.dim().into();
    // Decoded as a reader will: nothing but a decode says what is in the stream.
    let layer = match BaseLayer::decode(
        &parts.coded(&[]),
        shape,
        &Limits {
            max_bytes: u64::MAX,
        },
    ) {
        Ok(layer) => layer,
        Err(ReelError::Codec(error)) if error.is_encoder_failure() => return Ok(None),
        Err(error) => return Err(error),
    };
    let effort = match (effort, purpose) {
        (Effort::Best, Purpose::Trial) => correction::Effort::Likely,
        _ => effort.into(),
    };
    Ok(correct(prepared, &layer, shape, effort).map(|correction| {
        parts.correction = correction;
        parts
    }))
}

/// The range of what the base layer codes; `None` if it cannot.
pub(crate) fn range_to_code<T: Value>(prepared: &Prepared<'_, T>, mean: bool) -> Option<f64> {
    let (min, max) = match mean {
        false => prepared.extremes,
        true => {
            let effort = correction::Effort::Quick;
            let background = Background::of(&prepared.numbers, mean_step(prepared), effort)?;
            prepared
                .numbers
                .extremes(Some(&background.plane), prepared.classes.as_ref())
        }
    };
    Some(max - min)
}

/// Fine enough that the plane adds little to a correction, coarse enough to cost little.
fn mean_step<T: Value>(prepared: &Prepared<'_, T>) -> f64 {
    match prepared.grid {
        Grid::Step(step) => step / 4.0,
        Grid::Ordinals => (prepared.extremes.1 - prepared.extremes.0) / 65536.0,
    }
}

/// From one code to the next, where codes span `range`.
pub(crate) fn scale_for(range: f64) -> f64 {
    range / MAX_CODE
}

/// A plan's scale, wide enough for `range`, and the plan with as fine a quantiser as before.
fn scaled(plan: &VideoPlan, range: f64) -> (f64, VideoPlan) {
    let least = scale_for(range);
    match plan.scale {
        Some(scale) if scale >= least => (scale, *plan),
        Some(scale) if scale > 0.0 => {
            // Six of x265's qualities halve the step, and about as many of AV1's.
            let finer = (6.0 * (least / scale).log2()).round().clamp(0.0, 63.0) as u8;
            let (finest, _) = plan.codec.qualities();
            let quality = plan.quality.saturating_sub(finer).max(finest);
            (least, VideoPlan { quality, ..*plan })
        }
        _ => (least, *plan),
    }
}

fn encode<T: Value>(
    numbers: &Numbers<'_, T>,
    means: Option<&Array2<f64>>,
    plan: &VideoPlan,
    min: f64,
    scale: f64,
) -> Result<Stream, CodecError> {
    let axes = plan.order.axes();
    let levels = if scale > 0.0 { 1.0 / scale } else { 0.0 };
    let shape = plan.order.shape(numbers.shape());
    let codes = Array3::from_shape_fn(shape, |(a, b, c)| {
        let mut at = [0; 3];
        (at[axes[0]], at[axes[1]], at[axes[2]]) = (a, b, c);
        let level = (numbers.at(at, means) - min) * levels;
        level.round().clamp(0.0, MAX_CODE) as u16
    });
    encode_stream(
        codes.view(),
        BIT_DEPTH,
        plan.codec.encoder(plan.quality).as_ref(),
    )
}

/// Returns whether an encoder takes frames of a field of `shape` in this order without padding them to many times their
/// size.
pub(crate) fn suits(order: AxisOrder, shape: [usize; 3], codec: BaseCodec) -> bool {
    let [_, height, width] = order.shape(shape);
    let (finest, _) = codec.qualities();
    FrameSize::new(height, width).is_ok_and(|size| {
        let encoded = codec.encoder(finest).encoded_size(size);
        encoded.pixels() <= 8 * size.pixels()
    })
}

/// The bytes of the correction; `None` if the grid cannot hold it.
fn correct<T: Value>(
    prepared: &Prepared<'_, T>,
    layer: &BaseLayer,
    shape: [usize; 3],
    effort: correction::Effort,
) -> Option<Vec<u8>> {
    let grid = prepared.grid;
    let mut k = Array3::<i64>::zeros(layer.order.shape(shape));
    let mut out_of_reach = false;
    let mut all = k.iter_mut();
    layer.for_each(shape, |at, number| {
        let Some(k) = all.next() else { return };
        if prepared
            .classes
            .as_ref()
            .is_some_and(|classes| classes[at] != 0)
        {
            return;
        }
        let found = match grid {
            Grid::Step(step) => steps_between(number, prepared.numbers.at(at, None), step),
            Grid::Ordinals => {
                let base = T::nearest(prepared.domain.to_value(number));
                Some(ordinals_between(base, prepared.magnitude(at)))
            }
        };
        match found {
            Some(found) => *k = found,
            None => out_of_reach = true,
        }
    });
    if out_of_reach {
        return None;
    }
    let classes = prepared.classes.as_ref().map(|classes| {
        layer
            .order
            .video(classes.view())
            .as_standard_layout()
            .to_owned()
    });
    let known = Known {
        classes: classes.as_ref().map(|all| all.view()),
        base: layer.codes.as_ref().map(|all| all.view()),
    };
    Some(correction::encode(k.view(), known, effort))
}
