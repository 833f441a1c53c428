//! The plan for a segment, found by trial.

use fieldreel_codec::X265Preset;
use rayon::prelude::*;

use super::{AxisOrder, BaseCodec, Plan, VideoPlan};
use crate::arithmetic::Grid;
use crate::segment::code::{self, Purpose};
use crate::segment::prepare::Prepared;
use crate::value::Value;
use crate::{Codecs, Effort, ReelError};

/// x265's coarsest parameter.
const MAX_QP: u8 = 51;
/// At parameter 0 and 12 bits, x265's root mean square error is about this many codes, and it
/// doubles every 6.
const FLOOR_RMSE: f64 = 3.9;

/// From this of x265's parameters on, the base layer is most of a segment: its best quality is worth more trials.
const MOSTLY_BASE: u8 = 24;

/// How far AV1 is tried.
struct TryAv1 {
    speed: u8,
    /// From this of x265's qualities on.
    from: u8,
    /// From this on its best quality is looked for even where the first is far off: it is then hard to guess.
    surely: u8,
    /// The steps with which its best quality is looked for.
    strides: &'static [u8],
}

/// In so many of the orders it is tried to take means out.
const BEST_ORDERS: usize = 2;

/// A size that is larger than the best by more than one part in so many is far off.
const FAR_OFF: usize = 20;

/// What an effort spends.
struct Budget {
    /// Trials are on at most about so many values.
    sample: usize,
    /// The axis orders that are tried.
    orders: &'static [AxisOrder],
    /// Whether it is tried to take means out.
    means: bool,
    /// x265's preset of most trials, and that of the last ones and of the plan.
    presets: (X265Preset, X265Preset),
    /// The same where there is AV1 alone: speeds.
    speeds: (u8, u8),
    /// How many orders, with or without means, are tried with the best quality of the first of them;
    /// and how many again with the last preset.
    finalists: (usize, usize),
    /// The steps with which it is looked for.
    strides: &'static [u8],
    av1: Option<TryAv1>,
}

impl Budget {
    const fn of(effort: Effort) -> Self {
        use AxisOrder::{Tyx, Xty, Xyt, Ytx, Yxt};
        match effort {
            Effort::Fast => Self {
                sample: 1 << 19,
                orders: &[Tyx, Yxt],
                means: false,
                presets: (X265Preset::Veryfast, X265Preset::Veryfast),
                speeds: (8, 8),
                finalists: (1, 0),
                strides: &[3],
                av1: None,
            },
            Effort::Balanced => Self {
                sample: 1 << 22,
                orders: &[Tyx, Yxt, Xyt],
                means: true,
                presets: (X265Preset::Medium, X265Preset::Slow),
                speeds: (6, 4),
                finalists: (2, 0),
                strides: &[3, 1],
                av1: Some(TryAv1 {
                    speed: 4,
                    from: 36,
                    surely: 36,
                    strides: &[3],
                }),
            },
            Effort::Best => Self {
                sample: usize::MAX,
                orders: &[Tyx, Ytx, Yxt, Xty, Xyt],
                means: true,
                presets: (X265Preset::Slow, X265Preset::Veryslow),
                speeds: (4, 4),
                finalists: (3, 2),
                strides: &[6, 3, 1],
                av1: Some(TryAv1 {
                    speed: 4,
                    from: 12,
                    surely: 34,
                    strides: &[3, 1],
                }),
            },
        }
    }

    /// What encodes most trials, and what the last ones and the plan; `None` if there is to be no video.
    const fn codecs(&self, codecs: Codecs) -> Option<[BaseCodec; 2]> {
        match codecs {
            Codecs::None => None,
            Codecs::Any | Codecs::X265 => Some([
                BaseCodec::X265(self.presets.0),
                BaseCodec::X265(self.presets.1),
            ]),
            Codecs::Av1 => Some([
                BaseCodec::Av1 {
                    speed: self.speeds.0,
                },
                BaseCodec::Av1 {
                    speed: self.speeds.1,
                },
            ]),
        }
    }
}

/// The plan that makes a segment smallest, as far as `effort` goes and with no other than these codecs.
///
/// # Errors
/// [`ReelError::Codec`] if an encoder fails.
pub(crate) fn search<T: Value>(
    prepared: &Prepared<'_, T>,
    effort: Effort,
    codecs: Codecs,
) -> Result<Plan, ReelError> {
    let mut plan = by_trial(prepared, effort, codecs)?;
    if let Plan::Video(video) = &mut plan {
        // Stated, so that segments of another range that follow the plan have the same quality.
        let range = code::range_to_code(prepared, video.mean);
        video.scale = range.map(code::scale_for);
    }
    Ok(plan)
}

fn by_trial<T: Value>(
    prepared: &Prepared<'_, T>,
    effort: Effort,
    codecs: Codecs,
) -> Result<Plan, ReelError> {
    let budget = Budget::of(effort);
    let sample = prepared.sample(budget.sample);
    let shape = sample.values.dim().into();
    let mut trials = Trials {
        sample: &sample,
        effort,
        tried: Vec::new(),
    };
    trials.run(vec![Plan::Corrected { mean: false }])?;
    let Some([first_codec, last_codec]) = budget.codecs(codecs) else {
        if budget.means {
            trials.run(vec![Plan::Corrected { mean: true }])?;
        }
        return Ok(trials.best());
    };
    // Without the means the range is narrower, and codes are finer.
    let first_of = |order, mean| {
        let range = code::range_to_code(&sample, mean)?;
        Some(Plan::Video(VideoPlan {
            order,
            mean,
            codec: first_codec,
            quality: first_quality(sample.grid, range, first_codec),
            scale: None,
        }))
    };
    let orders = budget.orders.iter().copied();
    let orders = orders.filter(|&order| code::suits(order, shape));
    trials.run(orders.filter_map(|order| first_of(order, false)).collect())?;
    let (first, last) = budget.finalists;
    if budget.means {
        let best = trials.finalists(BEST_ORDERS);
        trials.run(
            best.iter()
                .filter_map(|plan| first_of(plan.order, true))
                .collect(),
        )?;
    }
    trials.settle(first, budget.strides)?;
    let with_last = |plan: VideoPlan| VideoPlan {
        codec: last_codec,
        ..plan
    };
    let again: Vec<_> = trials.finalists(last).into_iter().map(with_last).collect();
    trials.run(again.iter().copied().map(Plan::Video).collect())?;
    if last > 0 {
        let best = trials.finalists(1).into_iter();
        let best = best.filter(|plan| plan.quality >= MOSTLY_BASE);
        trials.climb(best.collect(), 1)?;
    }
    let best = match trials.best() {
        // Not tried, for the time it takes: seldom is a slower preset larger.
        Plan::Video(best) if last == 0 => with_last(best),
        Plan::Video(best) => best,
        other => return Ok(other),
    };
    let try_av1 = budget.av1.filter(|_| codecs == Codecs::Any);
    match try_av1.filter(|av1| best.quality >= av1.from) {
        Some(try_av1) => trials.try_av1(best, &try_av1),
        None => Ok(Plan::Video(best)),
    }
}

/// Sizes of what was tried.
struct Trials<'a, T> {
    sample: &'a Prepared<'a, T>,
    effort: Effort,
    tried: Vec<(usize, Plan)>,
}

impl<T: Value> Trials<'_, T> {
    /// Tries plans side by side; those that do not fit are left out.
    fn run(&mut self, mut plans: Vec<Plan>) -> Result<(), ReelError> {
        plans.retain(|plan| !self.tried.iter().any(|(_, tried)| tried == plan));
        plans.dedup();
        let tried: Vec<_> = plans
            .into_par_iter()
            .map(|plan| {
                let parts = code::code(self.sample, &plan, self.effort, Purpose::Trial);
                (parts, plan)
            })
            .collect();
        for (parts, plan) in tried {
            match parts {
                Ok(parts) => self.tried.push((parts.size(), plan)),
                Err(ReelError::Plan { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Follows the quality, `stride` by `stride`, for each of the finalists (which
    /// differ in more than that) for as long as the size falls.
    fn climb(&mut self, finalists: Vec<VideoPlan>, stride: u8) -> Result<(), ReelError> {
        let mut at: Vec<_> = finalists.iter().map(|plan| self.best_like(plan)).collect();
        while !at.is_empty() {
            let beside = at.iter().flat_map(|plan| {
                let (finest, coarsest) = plan.codec.qualities();
                let lower = plan.quality.saturating_sub(stride).max(finest);
                let higher = (plan.quality + stride).min(coarsest);
                [lower, higher].map(|quality| Plan::Video(VideoPlan { quality, ..*plan }))
            });
            self.run(beside.collect())?;
            at = at
                .into_iter()
                .map(|plan| (plan, self.best_like(&plan)))
                .filter(|(before, now)| before != now)
                .map(|(_, now)| now)
                .collect();
        }
        Ok(())
    }

    /// Finds the best quality of each of the finalists with the first of `strides`, and of the two best with the others.
    fn settle(&mut self, count: usize, strides: &[u8]) -> Result<(), ReelError> {
        for (at, &stride) in strides.iter().enumerate() {
            let count = if at == 0 { count } else { count.min(2) };
            self.climb(self.finalists(count), stride)?;
        }
        Ok(())
    }

    /// Tries AV1 in place of x265, of which this plan is the best.
    fn try_av1(&mut self, best: VideoPlan, how: &TryAv1) -> Result<Plan, ReelError> {
        let codec = BaseCodec::Av1 { speed: how.speed };
        let av1 = VideoPlan {
            codec,
            quality: av1_quality(best.quality, codec),
            ..best
        };
        self.run([best, av1].map(Plan::Video).into())?;
        let is_near = |size: usize| size - size / FAR_OFF < self.best_size();
        if best.quality >= how.surely || self.size_of(&av1).is_some_and(is_near) {
            for &stride in how.strides {
                self.climb(vec![av1], stride)?;
                if !matches!(self.best(), Plan::Video(best) if best.codec == codec) {
                    break;
                }
            }
        }
        Ok(match self.best() {
            Plan::Video(smallest) => Plan::Video(smallest),
            _ => Plan::Video(best),
        })
    }

    /// The best of those that differ in nothing but the quality.
    fn best_like(&self, plan: &VideoPlan) -> VideoPlan {
        let like = |other: &Plan| match other {
            Plan::Video(other)
                if VideoPlan {
                    quality: plan.quality,
                    ..*other
                } == *plan =>
            {
                Some(*other)
            }
            _ => None,
        };
        let alike = self
            .tried
            .iter()
            .filter_map(|(size, other)| Some((*size, like(other)?)));
        alike
            .min_by_key(|(size, other)| (*size, other.quality))
            .map_or(*plan, |(_, best)| best)
    }

    /// The best videos, no two of which differ in the quality only.
    fn finalists(&self, count: usize) -> Vec<VideoPlan> {
        let mut all: Vec<_> = self.tried.iter().collect();
        all.sort_by_key(|(size, _)| *size);
        let mut finalists: Vec<VideoPlan> = Vec::new();
        for (_, plan) in all {
            let Plan::Video(plan) = plan else { continue };
            let like = |other: &VideoPlan| {
                VideoPlan {
                    quality: plan.quality,
                    ..*other
                } == *plan
            };
            if finalists.len() < count && !finalists.iter().any(like) {
                finalists.push(*plan);
            }
        }
        finalists
    }

    /// The size that a plan was tried to have.
    fn size_of(&self, plan: &VideoPlan) -> Option<usize> {
        let is_it = |tried: &Plan| matches!(tried, Plan::Video(tried) if tried == plan);
        let found = self.tried.iter().find(|(_, tried)| is_it(tried))?;
        Some(found.0)
    }

    /// The size of the smallest.
    fn best_size(&self) -> usize {
        self.tried.iter().map(|(size, _)| *size).min().unwrap_or(0)
    }

    /// The smallest; of equals, the one tried first.
    fn best(&self) -> Plan {
        let best = self.tried.iter().min_by_key(|(size, _)| *size);
        best.map_or(Plan::Packed, |(_, plan)| plan.clone())
    }
}

/// The quality of AV1 to start from, where x265's best is known: about what was found on plumes, turbulence and
/// temperatures of the ocean, at 19 to 44.
fn av1_quality(x265: u8, codec: BaseCodec) -> u8 {
    let (finest, coarsest) = codec.qualities();
    (2 * x265).saturating_sub(25).clamp(finest, coarsest)
}

/// A quality to start from: the base layer's error is half the bound where the
/// bound is coarse, up to twice where it is fine.
fn first_quality(grid: Grid, range: f64, codec: BaseCodec) -> u8 {
    let Grid::Step(step) = grid else {
        return codec.qualities().0;
    };
    let codes = step / 2.0 / range * 4095.0;
    let part = if codes > 20.0 { 0.5 } else { 1.0 };
    let qp = 6.0 * (part * codes / FLOOR_RMSE).log2();
    let qp = qp.round().clamp(0.0, f64::from(MAX_QP)) as u8;
    match codec {
        BaseCodec::X265(_) => qp,
        BaseCodec::Av1 { .. } => av1_quality(qp, codec),
    }
}
