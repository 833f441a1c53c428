//! The best quantizer of videos, and the best videos among plans that were tried.

use std::mem::discriminant;

use super::super::trials::Trials;
use super::super::{Plan, VideoPlan};
use super::VideoCodec;
use super::budget::TryAv1;
use super::quantizer::av1_quantizer;
use crate::ReelError;

/// A plan of whose cost more than one part in so many could be saved is far off.
const FAR_OFF: usize = 20;

/// Returns whether two plans differ enough for both to be looked into.
pub(super) type Differ = fn(&VideoPlan, &VideoPlan) -> bool;

/// Returns whether two plans differ in more than the quantizer.
pub(super) fn differ(plan: &VideoPlan, other: &VideoPlan) -> bool {
    VideoPlan {
        quantizer: plan.quantizer,
        ..*other
    } != *plan
}

/// Returns whether two plans differ in the axis along which frames follow each other.
pub(super) fn differ_along(plan: &VideoPlan, other: &VideoPlan) -> bool {
    plan.axis_order.axes()[0] != other.axis_order.axes()[0]
}

/// Returns whether two plans differ in the axis along which frames follow each other, or in the codec, whatever its preset.
fn differ_in_kind(plan: &VideoPlan, other: &VideoPlan) -> bool {
    differ_along(plan, other) || discriminant(&plan.codec) != discriminant(&other.codec)
}

/// Looks for the best quantizer of the best video that was tried.
///
/// # Errors
/// As [`Trial::cost`](super::super::Trial::cost).
pub(in crate::plan) fn refine(trials: &mut Trials<'_>) -> Result<(), ReelError> {
    trials.settle(&[(3, 1), (1, 1)], differ)
}

impl Trials<'_> {
    /// Tries plans for videos.
    pub(super) fn run_videos(
        &mut self,
        plans: impl IntoIterator<Item = VideoPlan>,
    ) -> Result<(), ReelError> {
        self.run(plans.into_iter().map(Plan::Video))
    }

    /// Follows the quantizer, `stride` by `stride`, for each of the finalists (which
    /// differ in more than that) for as long as the size falls.
    pub(super) fn hill_climb(
        &mut self,
        finalists: Vec<VideoPlan>,
        stride: u8,
    ) -> Result<(), ReelError> {
        let mut at: Vec<_> = finalists.iter().map(|plan| self.best_like(plan)).collect();
        while !at.is_empty() {
            let beside: Vec<_> = at.iter().flat_map(|plan| plan.beside(stride)).collect();
            self.run_videos(beside)?;
            at = at
                .into_iter()
                .map(|plan| (plan, self.best_like(&plan)))
                .filter(|(before, now)| before != now)
                .map(|(_, now)| now)
                .collect();
        }
        Ok(())
    }

    /// Looks for the best quantizer of the best plans, as far as these differ.
    pub(super) fn settle(
        &mut self,
        strides: &[(u8, usize)],
        differ: Differ,
    ) -> Result<(), ReelError> {
        for &(stride, count) in strides {
            self.hill_climb(self.finalists(count, differ), stride)?;
        }
        Ok(())
    }

    /// Tries AV1 in place of x265, of which this plan is the best.
    pub(super) fn try_av1(
        &mut self,
        best: VideoPlan,
        how: &TryAv1,
    ) -> Result<VideoPlan, ReelError> {
        let codec = VideoCodec::Av1 { speed: how.speed };
        let av1 = VideoPlan {
            codec,
            quantizer: av1_quantizer(best.quantizer, codec),
            ..best
        };
        self.run_videos([best, av1])?;
        if best.quantizer >= how.surely || self.is_near(&Plan::Video(av1), FAR_OFF) {
            for &stride in how.strides {
                self.hill_climb(vec![av1], stride)?;
                if !matches!(self.best(), Some(Plan::Video(best)) if best.codec == codec) {
                    break;
                }
            }
        }
        Ok(match self.best() {
            Some(Plan::Video(smallest)) => *smallest,
            _ => best,
        })
    }

    /// The best of those that differ in nothing but the quantizer.
    fn best_like(&self, plan: &VideoPlan) -> VideoPlan {
        let alike = self.videos().filter(|(_, other)| !differ(plan, other));
        alike
            .min_by_key(|(cost, other)| (*cost, other.quantizer))
            .map_or(*plan, |(_, best)| best)
    }

    /// The best videos, each of which differs from every other.
    pub(super) fn finalists(&self, count: usize, differ: Differ) -> Vec<VideoPlan> {
        let mut all: Vec<_> = self.videos().collect();
        all.sort_by_key(|(cost, _)| *cost);
        let mut finalists: Vec<VideoPlan> = Vec::new();
        for (_, plan) in all {
            if finalists.len() < count && finalists.iter().all(|other| differ(&plan, other)) {
                finalists.push(plan);
            }
        }
        finalists
    }

    /// The best videos of different kinds that are not far off.
    pub(super) fn near(&self, count: usize) -> Vec<VideoPlan> {
        let mut near = self.finalists(count, differ_in_kind);
        near.retain(|plan| self.is_near(&Plan::Video(*plan), FAR_OFF));
        near
    }

    fn videos(&self) -> impl Iterator<Item = (usize, VideoPlan)> {
        self.all().iter().filter_map(|(cost, plan)| match plan {
            Plan::Video(video) => Some((*cost, *video)),
            _ => None,
        })
    }
}
