//! The search for the quantizer of videos, and the best videos among plans that were tried.

use std::mem::discriminant;

use super::super::trial_costs::TrialCosts;
use super::super::{Plan, VideoPlan};
use super::VideoCodec;
use super::quantizer::av1_quantizer;
use super::search_budget::Av1Trials;
use crate::ReelError;

/// The divisor of the cost of a plan: the plan is near the best if the best plan saves at most the
/// quotient.
const NEAR_BEST_DIVISOR: usize = 20;

/// A predicate that returns whether two plans differ enough for both to be refined.
pub(super) type Differ = fn(&VideoPlan, &VideoPlan) -> bool;

/// Returns whether two plans differ in more than the quantizer.
pub(super) fn differ(plan: &VideoPlan, other: &VideoPlan) -> bool {
    VideoPlan {
        quantizer: plan.quantizer,
        ..*other
    } != *plan
}

/// Returns whether two plans differ in the axis along which planes follow each other.
pub(super) fn differ_in_plane_axis(plan: &VideoPlan, other: &VideoPlan) -> bool {
    plan.axis_order.axes()[0] != other.axis_order.axes()[0]
}

/// Returns whether two plans differ in the axis along which planes follow each other, or in the
/// codec regardless of its preset.
fn differ_in_plane_axis_or_codec(plan: &VideoPlan, other: &VideoPlan) -> bool {
    differ_in_plane_axis(plan, other) || discriminant(&plan.codec) != discriminant(&other.codec)
}

/// Searches for the best quantizer of the best video that was tried.
///
/// # Errors
/// Those of [`TrialSegment::cost`](super::super::TrialSegment::cost).
pub(in crate::plan) fn refine(trials: &mut TrialCosts<'_>) -> Result<(), ReelError> {
    trials.search_quantizers(&[(3, 1), (1, 1)], differ)
}

impl TrialCosts<'_> {
    /// Tries plans of videos.
    pub(super) fn run_videos(
        &mut self,
        plans: impl IntoIterator<Item = VideoPlan>,
    ) -> Result<(), ReelError> {
        self.run(plans.into_iter().map(Plan::Video))
    }

    /// Changes the quantizer of each plan in steps of `stride` as long as the cost falls. The
    /// plans differ in more than the quantizer.
    pub(super) fn hill_climb(
        &mut self,
        plans: Vec<VideoPlan>,
        stride: u8,
    ) -> Result<(), ReelError> {
        let mut at: Vec<_> = plans.iter().map(|plan| self.best_quantizer(plan)).collect();
        while !at.is_empty() {
            let neighbors: Vec<_> = at.iter().flat_map(|plan| plan.neighbors(stride)).collect();
            self.run_videos(neighbors)?;
            at = at
                .into_iter()
                .map(|plan| (plan, self.best_quantizer(&plan)))
                .filter(|(before, now)| before != now)
                .map(|(_, now)| now)
                .collect();
        }
        Ok(())
    }

    /// Searches for the best quantizer of the best plans that differ by `differ`. Each entry of
    /// `strides` is a stride and the number of plans from which hill climbing starts.
    pub(super) fn search_quantizers(
        &mut self,
        strides: &[(u8, usize)],
        differ: Differ,
    ) -> Result<(), ReelError> {
        for &(stride, count) in strides {
            self.hill_climb(self.best_distinct(count, differ), stride)?;
        }
        Ok(())
    }

    /// Tries AV1 instead of x265, given the best plan of x265, and returns the best plan.
    pub(super) fn try_av1(
        &mut self,
        best: VideoPlan,
        av1_trials: &Av1Trials,
    ) -> Result<VideoPlan, ReelError> {
        let codec = VideoCodec::Av1 {
            speed: av1_trials.speed,
        };
        let av1 = VideoPlan {
            codec,
            quantizer: av1_quantizer(best.quantizer, codec),
            ..best
        };
        self.run_videos([best, av1])?;
        if best.quantizer >= av1_trials.min_quantizer_always
            || self.is_nearly_best(&Plan::Video(av1), NEAR_BEST_DIVISOR)
        {
            for &stride in av1_trials.strides {
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

    /// Returns the best plan that differs from `plan` at most in the quantizer.
    fn best_quantizer(&self, plan: &VideoPlan) -> VideoPlan {
        let variants = self.videos().filter(|(_, other)| !differ(plan, other));
        variants
            .min_by_key(|(cost, other)| (*cost, other.quantizer))
            .map_or(*plan, |(_, best)| best)
    }

    /// Returns the best `count` videos that all differ from each other by `differ`.
    pub(super) fn best_distinct(&self, count: usize, differ: Differ) -> Vec<VideoPlan> {
        let mut all: Vec<_> = self.videos().collect();
        all.sort_by_key(|(cost, _)| *cost);
        let mut distinct: Vec<VideoPlan> = Vec::new();
        for (_, plan) in all {
            if distinct.len() < count && distinct.iter().all(|other| differ(&plan, other)) {
                distinct.push(plan);
            }
        }
        distinct
    }

    /// Returns the best `count` videos that differ in axis or codec, without those that are not
    /// near the best.
    pub(super) fn near_best(&self, count: usize) -> Vec<VideoPlan> {
        let mut near_best = self.best_distinct(count, differ_in_plane_axis_or_codec);
        near_best.retain(|plan| self.is_nearly_best(&Plan::Video(*plan), NEAR_BEST_DIVISOR));
        near_best
    }

    /// Returns the videos that were tried and their costs.
    fn videos(&self) -> impl Iterator<Item = (usize, VideoPlan)> {
        self.costs().iter().filter_map(|(cost, plan)| match plan {
            Plan::Video(video) => Some((*cost, *video)),
            _ => None,
        })
    }
}
