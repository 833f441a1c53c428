//! Targets: the absolute bound that reaches a PSNR or a ratio, found by trial.

use ndarray::ArrayView3;

use super::encode::{Bounded, encode_bounded};
use super::info::inspect;
use super::prepare::Prepared;
use crate::plan::{Plan, VideoPlan};
use crate::value::Value;
use crate::{Bound, Options, ReelError};

/// The search ends within this part over the target.
const TOLERANCE: f64 = 0.05;
/// As a target may not be within reach, so many encodings are enough.
const TRIALS: usize = 16;

/// Encodes with the widest bound that reaches the target in `options`, within 5 % where the data
/// allow it.
pub(super) fn encode<T: Value>(
    values: ArrayView3<'_, T>,
    options: &Options,
) -> Result<Vec<u8>, ReelError> {
    let mut options = options.clone();
    let lossless = Prepared::new(values, &options, Bound::Lossless)?;
    let (min, max) = lossless.extremes;
    let range = match options.bound {
        Bound::Psnr(_) => options.range.unwrap_or(max - min),
        _ => max - min,
    };
    let raw = (values.len() * T::BYTES) as f64;
    // What is reached, over what is wanted: at least 1, and not much more.
    let reached = |bounded: &Bounded| match options.bound {
        Bound::Psnr(wanted) => {
            let rmse = f64::from(bounded.certificate.rmse);
            20.0 * (range / rmse).log10() / wanted
        }
        Bound::Ratio(wanted) => raw / bounded.bytes.len() as f64 / wanted,
        _ => 1.0,
    };
    let finer_is_better = matches!(options.bound, Bound::Psnr(_));
    drop(lossless);
    if !(range > 0.0 && range.is_finite()) {
        let exact = encode_bounded(values, &options, Bound::Lossless)?;
        return finish(exact, reached, &options, raw);
    }

    // The logarithm of the bound over the range, between what is surely too fine and too coarse.
    let (mut fine, mut coarse) = (-50.0_f64, 0.0_f64);
    let mut at = match options.bound {
        // The error of a bounded field has about half of the bound as its root mean square.
        Bound::Psnr(wanted) => (2.0 * 10_f64.powf(-wanted / 20.0)).log2(),
        _ => -8.0,
    }
    .clamp(fine, coarse);
    let mut best: Option<(f64, Bounded)> = None;
    // The last plan that was looked for, and its bound: good for bounds up to twice as wide or fine.
    let given = options.plan.is_some();
    let mut known = options.plan.take().map(|plan| (plan, at));
    for trial in 0..TRIALS {
        let near = known
            .as_ref()
            .filter(|(_, its)| given || (at - its).abs() <= 1.0);
        options.plan = near.map(|(plan, its)| shifted(plan, at - its));
        let bounded = encode_bounded(values, &options, Bound::Absolute(range * at.exp2()))?;
        let got = reached(&bounded);
        if options.plan.is_none() {
            known = inspect(&bounded.bytes)?.plan.map(|plan| (plan, at));
        }
        let enough = got >= 1.0;
        let nearer = best.as_ref().is_none_or(|(before, _)| got < *before);
        if enough && nearer {
            best = Some((got, bounded));
        }
        if (1.0..=1.0 + TOLERANCE / 2.0).contains(&got) || coarse - fine < 1e-3 {
            break;
        }
        // A PSNR falls by 6 dB where the bound doubles; a size, by about a bit for each value.
        if enough == finer_is_better {
            fine = at;
        } else {
            coarse = at;
        }
        let step = match options.bound {
            Bound::Psnr(wanted) => (got - 1.0 - TOLERANCE / 4.0) * wanted / 6.02,
            _ => {
                let bits = 8.0 * T::BYTES as f64;
                let Bound::Ratio(wanted) = options.bound else {
                    break;
                };
                bits / (got * wanted) - bits / (wanted * (1.0 + TOLERANCE / 4.0))
            }
        };
        let guess = at + step;
        at = if guess > fine && guess < coarse && trial < 6 {
            guess
        } else {
            (fine + coarse) / 2.0
        };
    }
    match best {
        Some((_, bounded)) => Ok(bounded.bytes),
        None => {
            let exact = encode_bounded(values, &options, Bound::Lossless)?;
            finish(exact, reached, &options, raw)
        }
    }
}

/// A plan for a bound `doublings` times wider: the same order, and as much coarser a video.
fn shifted(plan: &Plan, doublings: f64) -> Plan {
    match plan {
        Plan::Video(plan) => {
            let (finest, coarsest) = plan.codec.qualities();
            let quality = f64::from(plan.quality) + 6.0 * doublings;
            let quality = quality.clamp(finest.into(), coarsest.into()).round() as u8;
            Plan::Video(VideoPlan { quality, ..*plan })
        }
        other => other.clone(),
    }
}

/// Gives out the exact encoding if it reaches the target.
fn finish(
    exact: Bounded,
    reached: impl Fn(&Bounded) -> f64,
    options: &Options,
    raw: f64,
) -> Result<Vec<u8>, ReelError> {
    let got = reached(&exact);
    if got >= 1.0 || got.is_nan() {
        return Ok(exact.bytes);
    }
    Err(ReelError::Unreachable {
        target: options.bound,
        reached: match options.bound {
            Bound::Ratio(_) => raw / exact.bytes.len() as f64,
            _ => f64::from(exact.certificate.psnr_db),
        },
    })
}
