//! Numbers into a base layer and a correction.

use fieldreel_codec::{Codec, FrameSize, Stream, X265, encode_stream};
use ndarray::{Array3, Axis, Slice, Zip};

use super::background::Background;
use super::layout::{Base, Coded};
use super::numbers::BaseLayer;
use super::prepare::Prepared;
use crate::arithmetic::{Grid, ordinals_between, steps_between};
use crate::correction::{self, Known};
use crate::plan::{AxisOrder, Plan, VideoPlan};
use crate::value::Value;
use crate::{Limits, ReelError};

/// Bits of the base layer's codes.
pub(crate) const BIT_DEPTH: u8 = 12;
const MAX_CODE: f64 = 4095.0;

/// How much of the correction is coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// All of it.
    Full,
    /// Frames of about so many values in the middle, for an estimate of the size.
    Part(usize),
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
    /// How many bytes the whole correction has, or is estimated to have.
    correction_size: usize,
}

impl Parts {
    /// Bytes of all parts.
    pub(crate) fn size(&self) -> usize {
        let base = self
            .base
            .as_ref()
            .map_or(0, |(stream, ..)| stream.bytes.len());
        let mean = self.mean.as_ref().map_or(0, |mean| 8 + mean.bytes.len());
        base + mean + self.correction_size
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
                qp: plan.qp,
                preset: plan.preset,
                scale: *scale,
                stream: &stream.bytes,
            }),
            mean: self.mean.as_ref().map(|mean| (mean.step, &mean.bytes[..])),
            correction: &self.correction,
            patches,
        }
    }
}

/// Codes the numbers by a plan.
///
/// # Errors
/// [`ReelError::Plan`] if the plan does not fit; [`ReelError::Codec`] if the encoder fails.
pub(crate) fn code<T: Value>(
    prepared: &Prepared<T>,
    plan: &Plan,
    effort: correction::Effort,
    extent: Extent,
) -> Result<Parts, ReelError> {
    let (mean, video) = match plan {
        Plan::Video(video) => (video.mean, Some(video)),
        Plan::Corrected { mean } => (*mean, None),
        Plan::Packed => {
            return Err(ReelError::Plan {
                reason: "packed values have no base layer",
            });
        }
    };
    let grid = prepared.grid;
    let background = match mean {
        true => {
            let background = Background::of(&prepared.work, mean_step(prepared));
            Some(background.ok_or(ReelError::Plan {
                reason: "the means are too large for the bound",
            })?)
        }
        false => None,
    };
    let order = video.map_or(AxisOrder::Tyx, |video| video.order);
    let rest = background
        .as_ref()
        .map(|background| background.subtracted_from(&prepared.work));
    let rest = rest.as_ref().unwrap_or(&prepared.work);
    let (min, max) = match &background {
        None => prepared.extremes,
        Some(_) => super::prepare::extremes(rest, prepared.classes.as_ref()),
    };
    // Without a video, corrections start from the middle.
    let offset = match video {
        Some(_) => min,
        None => min + (max - min) / 2.0,
    };
    let base = match video {
        Some(video) => {
            let (scale, video) = scaled(video, max - min);
            Some((encode(rest, &video, min, scale)?, scale, video))
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
        correction_size: 0,
    };
    let shape = prepared.values.dim().into();
    // Decoded as a reader will: nothing but a decode says what is in the stream.
    let layer = BaseLayer::decode(
        &parts.coded(&[]),
        shape,
        &Limits {
            max_bytes: u64::MAX,
        },
    )?;
    (parts.correction, parts.correction_size) = correct(prepared, &layer, shape, effort, extent)?;
    Ok(parts)
}

/// The range of what the base layer codes; `None` if it cannot.
pub(crate) fn range_to_code<T: Value>(prepared: &Prepared<T>, mean: bool) -> Option<f64> {
    let (min, max) = match mean {
        false => prepared.extremes,
        true => {
            let background = Background::of(&prepared.work, mean_step(prepared))?;
            let rest = background.subtracted_from(&prepared.work);
            super::prepare::extremes(&rest, prepared.classes.as_ref())
        }
    };
    Some(max - min)
}

/// Fine enough that the plane adds little to a correction, coarse enough to cost little.
fn mean_step<T: Value>(prepared: &Prepared<T>) -> f64 {
    match prepared.grid {
        Grid::Step(step) => step / 4.0,
        Grid::Ordinals => (prepared.extremes.1 - prepared.extremes.0) / 65536.0,
    }
}

/// A plan's scale, wide enough for `range`, and the plan with as fine a quantiser as before.
fn scaled(plan: &VideoPlan, range: f64) -> (f64, VideoPlan) {
    let least = range / MAX_CODE;
    match plan.scale {
        Some(scale) if scale >= least => (scale, *plan),
        Some(scale) if scale > 0.0 => {
            let finer = (6.0 * (least / scale).log2()).round().clamp(0.0, 51.0) as u8;
            let qp = plan.qp.saturating_sub(finer);
            (least, VideoPlan { qp, ..*plan })
        }
        _ => (least, *plan),
    }
}

fn encode(rest: &Array3<f64>, plan: &VideoPlan, min: f64, scale: f64) -> Result<Stream, ReelError> {
    let video = plan.order.video(rest.view());
    let mut codes = Array3::<u16>::zeros(video.raw_dim());
    let levels = if scale > 0.0 { 1.0 / scale } else { 0.0 };
    Zip::from(&mut codes).and(&video).for_each(|code, number| {
        *code = ((number - min) * levels).round().clamp(0.0, MAX_CODE) as u16;
    });
    Ok(encode_stream(codes.view(), BIT_DEPTH, &codec(plan))?)
}

/// x265 for errors of even size: no picture type, block or texture is favoured.
fn codec(plan: &VideoPlan) -> X265 {
    let params = [
        ("ipratio", "1"),
        ("pbratio", "1"),
        ("psy-rd", "0"),
        ("psy-rdoq", "0"),
        ("aq-mode", "0"),
        ("cutree", "0"),
        ("scenecut", "0"),
        ("keyint", "1000000"),
        ("bframes", "8"),
        ("b-adapt", "2"),
        // More than `bframes`, or x265 refuses.
        ("rc-lookahead", "40"),
    ];
    let codec = X265::qp(plan.qp).with_preset(plan.preset);
    params
        .into_iter()
        .fold(codec, |codec, (name, value)| codec.with_param(name, value))
}

/// Whether the encoder takes frames of a field of `shape` in this order, without padding them to
/// many times their size.
pub(crate) fn suits(order: AxisOrder, shape: [usize; 3]) -> bool {
    let [_, height, width] = order.shape(shape);
    let least = X265::qp(0).min_frame_size();
    let padded = height.max(least.height) * width.max(least.width);
    FrameSize::new(height, width).is_ok() && padded <= 8 * height * width
}

fn correct<T: Value>(
    prepared: &Prepared<T>,
    layer: &BaseLayer,
    shape: [usize; 3],
    effort: correction::Effort,
    extent: Extent,
) -> Result<(Vec<u8>, usize), ReelError> {
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
            Grid::Step(step) => steps_between(number, prepared.work[at], step),
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
        return Err(ReelError::Plan {
            reason: "the bound is too fine for a grid",
        });
    }
    let classes = prepared.classes.as_ref().map(|classes| {
        layer
            .order
            .video(classes.view())
            .as_standard_layout()
            .to_owned()
    });
    let frames = k.dim().0;
    let coded = match extent {
        Extent::Full => 0..frames,
        Extent::Part(values) => {
            let part = values.div_ceil(k.len() / frames).min(frames);
            let first = (frames - part) / 2;
            first..first + part
        }
    };
    let cut = Slice::from(coded.clone());
    let known = Known {
        classes: classes.as_ref().map(|all| all.slice_axis(Axis(0), cut)),
        base: layer.codes.as_ref().map(|all| all.slice_axis(Axis(0), cut)),
    };
    let bytes = correction::encode(k.slice_axis(Axis(0), cut), known, effort);
    let size = bytes.len() * frames / coded.len();
    Ok((bytes, size))
}
