//! Plans that were tried, and their sizes.

use std::mem::discriminant;

use rayon::prelude::*;

use super::budget::TryAv1;
use super::quality::av1_quality;
use super::{BaseCodec, Plan, VideoPlan};
use crate::segment::code::{self, Purpose};
use crate::segment::prepare::Prepared;
use crate::value::Value;
use crate::{Effort, ReelError};

/// A size that is larger than the best by more than one part in so many is far off.
const FAR_OFF: usize = 20;

/// Whether both of two plans may be looked into.
pub(super) type Differ = fn(&VideoPlan, &VideoPlan) -> bool;

/// In more than the quality.
pub(super) fn differ(plan: &VideoPlan, other: &VideoPlan) -> bool {
    VideoPlan {
        quality: plan.quality,
        ..*other
    } != *plan
}

/// In the axis along which frames follow each other.
pub(super) fn differ_along(plan: &VideoPlan, other: &VideoPlan) -> bool {
    plan.order.axes()[0] != other.order.axes()[0]
}

/// In the axis along which frames follow each other, or in the codec, whatever its preset.
fn differ_in_kind(plan: &VideoPlan, other: &VideoPlan) -> bool {
    differ_along(plan, other) || discriminant(&plan.codec) != discriminant(&other.codec)
}

/// Sizes of what was tried.
pub(super) struct Trials<'a, 'v, T> {
    sample: &'a Prepared<'v, T>,
    effort: Effort,
    tried: Vec<(usize, Plan)>,
}

impl<'a, 'v, T: Value> Trials<'a, 'v, T> {
    /// None yet, on this sample.
    pub(super) const fn new(sample: &'a Prepared<'v, T>, effort: Effort) -> Self {
        Self {
            sample,
            effort,
            tried: Vec::new(),
        }
    }

    /// Tries plans side by side; those that cannot be used are left out.
    pub(super) fn run(&mut self, mut plans: Vec<Plan>) -> Result<(), ReelError> {
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
            if let Some(parts) = parts? {
                self.tried.push((parts.size(), plan));
            }
        }
        Ok(())
    }

    /// Tries plans for videos.
    pub(super) fn run_videos(
        &mut self,
        plans: impl Iterator<Item = VideoPlan>,
    ) -> Result<(), ReelError> {
        self.run(plans.map(Plan::Video).collect())
    }

    /// Follows the quality, `stride` by `stride`, for each of the finalists (which
    /// differ in more than that) for as long as the size falls.
    pub(super) fn climb(&mut self, finalists: Vec<VideoPlan>, stride: u8) -> Result<(), ReelError> {
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

    /// Looks for the best quality of the best plans, as far as these differ.
    pub(super) fn settle(
        &mut self,
        strides: &[(u8, usize)],
        differ: Differ,
    ) -> Result<(), ReelError> {
        for &(stride, count) in strides {
            self.climb(self.finalists(count, differ), stride)?;
        }
        Ok(())
    }

    /// Tries AV1 in place of x265, of which this plan is the best.
    pub(super) fn try_av1(&mut self, best: VideoPlan, how: &TryAv1) -> Result<Plan, ReelError> {
        let codec = BaseCodec::Av1 { speed: how.speed };
        let av1 = VideoPlan {
            codec,
            quality: av1_quality(best.quality, codec),
            ..best
        };
        self.run([best, av1].map(Plan::Video).into())?;
        if best.quality >= how.surely || self.is_near(&av1) {
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
            Plan::Video(other) => Some(*other).filter(|other| !differ(plan, other)),
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

    /// The best videos, each of which differs from every other.
    pub(super) fn finalists(&self, count: usize, differ: Differ) -> Vec<VideoPlan> {
        let mut all: Vec<_> = self.tried.iter().collect();
        all.sort_by_key(|(size, _)| *size);
        let mut finalists: Vec<VideoPlan> = Vec::new();
        for (_, plan) in all {
            let Plan::Video(plan) = plan else { continue };
            if finalists.len() < count && finalists.iter().all(|other| differ(plan, other)) {
                finalists.push(*plan);
            }
        }
        finalists
    }

    /// The best videos of different kinds that are not far off.
    pub(super) fn near(&self, count: usize) -> Vec<VideoPlan> {
        let mut near = self.finalists(count, differ_in_kind);
        near.retain(|plan| self.is_near(plan));
        near
    }

    /// Whether a plan was tried, and is not far off.
    fn is_near(&self, plan: &VideoPlan) -> bool {
        let best = self.tried.iter().map(|(size, _)| *size).min();
        let is_it = |tried: &Plan| matches!(tried, Plan::Video(tried) if tried == plan);
        let found = self.tried.iter().find(|(_, tried)| is_it(tried));
        found
            .zip(best)
            .is_some_and(|((size, _), best)| size - size / FAR_OFF < best)
    }

    /// The smallest; of equals, the one tried first.
    pub(super) fn best(&self) -> Plan {
        let best = self.tried.iter().min_by_key(|(size, _)| *size);
        best.map_or(Plan::Packed, |(_, plan)| plan.clone())
    }
}
