//! Values into a segment, stage by stage.

use ndarray::ArrayView3;

use super::coding::{Coding, raw_bytes, without_plan};
use super::layout::Body;
use super::side::Side;
use super::{Segment, target};
use crate::arithmetic::{Check, Domain, Grid};
use crate::plan::{Found, Plan, PredictionPlan};
use crate::prepare::{Goal, Prepared};
use crate::value::Value;
use crate::verify::verify;
use crate::{BaseChoice, Options, ReelError};

/// Encodes values, axis order `(time, y, x)`, into one segment.
///
/// The segment was decoded before it is returned, and every value was compared with the bound in the type `T`.
///
/// # Errors
/// [`ReelError::Empty`], [`ReelError::InvalidBound`] for arguments that cannot be; [`ReelError::Unreachable`] for a target;
/// [`ReelError::Codec`] if FFmpeg lacks an encoder, if there is no memory, or if an option of [`Options::plan`] is out of range.
/// An encoder that fails on these values is none: the next plan is tried, and at last there is no video, which is
/// [`ReelError::VideoImpossible`] if one is asked for, as is [`ReelError::NoVideoSupport`] in a build without codecs.
pub fn encode<T: Value>(
    values: ArrayView3<'_, T>,
    options: &Options,
) -> Result<Segment, ReelError> {
    let prepared = Prepared::new(values, options)?;
    Encoder::new(&prepared, options)?.encode(Candidates::given(options))
}

/// The plans that a segment is encoded by: the first that can be used.
#[derive(Clone, Debug)]
pub(crate) enum Candidates {
    /// Those that a search finds.
    Searched,
    /// This one, or else those that a search finds.
    First(Plan),
    /// Those that were found for this segment.
    Found(Found),
}

impl Candidates {
    /// The plan in the options, if there is one, or else a search.
    pub(crate) fn given(options: &Options) -> Self {
        options.plan.clone().map_or(Self::Searched, Self::First)
    }
}

/// The stages that follow the preparation of a segment.
pub(crate) struct Encoder<'a, T> {
    pub(super) prepared: &'a Prepared<'a, T>,
    pub(super) options: &'a Options,
    side: Side,
}

impl<'a, T: Value> Encoder<'a, T> {
    /// Encodes what stands beside the values.
    ///
    /// # Errors
    /// [`ReelError::Packing`].
    pub(crate) fn new(
        prepared: &'a Prepared<'a, T>,
        options: &'a Options,
    ) -> Result<Self, ReelError> {
        let side = Side::of(prepared)?;
        Ok(Self {
            prepared,
            options,
            side,
        })
    }

    /// The bound as it applies to these values; `None` for a target, which is reached with another bound by each plan.
    pub(crate) fn goal(&self) -> Option<Goal<T>> {
        let Options { bound, range, .. } = *self.options;
        (!bound.is_target()).then(|| Goal::new(bound, range, self.prepared))
    }

    /// Encodes by the first of these plans that can be used.
    ///
    /// # Errors
    /// As [`encode`].
    pub(crate) fn encode(&self, plans: Candidates) -> Result<Segment, ReelError> {
        match self.goal() {
            Some(goal) => self.within(&goal, plans),
            None => target::encode(self),
        }
    }

    /// Encodes within a bound that is no target.
    pub(super) fn within(&self, goal: &Goal<T>, plans: Candidates) -> Result<Segment, ReelError> {
        if let Some(body) = without_plan(self.prepared, goal) {
            return self.verify(goal, body)?.ok_or(ReelError::Verification);
        }
        let (plans, is_searched) = match plans {
            Candidates::Searched => (self.search(goal)?.in_turn(), true),
            Candidates::Found(found) => (found.in_turn(), true),
            Candidates::First(plan) => (vec![plan], false),
        };
        if let Some(segment) = self.by_any(goal, &plans)? {
            return Ok(segment);
        }
        let others = match is_searched {
            true => None,
            false => self.by_any(goal, &self.search(goal)?.in_turn())?,
        };
        others.ok_or_else(|| self.unusable())
    }

    /// The error if no plan can be used.
    pub(super) fn unusable(&self) -> ReelError {
        match self.options.base {
            BaseChoice::Video => ReelError::VideoImpossible {
                shape: self.prepared.shape(),
            },
            _ => ReelError::Verification,
        }
    }

    fn by_any(&self, goal: &Goal<T>, plans: &[Plan]) -> Result<Option<Segment>, ReelError> {
        for plan in plans {
            if let Some(segment) = self.by_plan(goal, plan)? {
                return Ok(Some(segment));
            }
        }
        Ok(None)
    }

    /// Encodes by a plan, on the grid of the bound or else exactly; `None` if what the plan makes cannot be used.
    fn by_plan(&self, goal: &Goal<T>, plan: &Plan) -> Result<Option<Segment>, ReelError> {
        let plan = &fitting(plan, goal.is_anchored);
        let code = |grid| Coding::of(self.prepared, grid, plan, self.options);
        let first = goal.grids.of(plan);
        let has_ordinals = self.prepared.domain != Domain::Ranks;
        let exact = (has_ordinals && first != Some(Grid::Ordinals)).then_some(Grid::Ordinals);
        for grid in [first, exact].into_iter().flatten() {
            let Some(mut coding) = code(grid)? else {
                continue;
            };
            // A bound finer than the type itself has more steps than there are values: be exact.
            let is_finer = match self.prepared.domain {
                Domain::Linear => T::IS_FLOAT && goal.check != Check::Exact,
                Domain::Log2 => true,
                Domain::Ranks => false,
            };
            if is_finer && grid != Grid::Ordinals && coding.size() > raw_bytes(self.prepared) / 2 {
                let exact = code(Grid::Ordinals)?;
                if let Some(exact) = exact.filter(|exact| exact.size() < coding.size()) {
                    coding = exact;
                }
            }
            if let Some(segment) = self.verify(goal, coding.body())? {
                return Ok(Some(segment));
            }
        }
        Ok(None)
    }

    fn verify(&self, goal: &Goal<T>, body: Body<'_>) -> Result<Option<Segment>, ReelError> {
        let layout = self.side.layout(self.prepared, goal, body);
        verify(self.prepared, goal, layout)
    }
}

/// Returns a plan as it is for decoded numbers that must be on the grid, or may be off it.
fn fitting(plan: &Plan, is_anchored: bool) -> Plan {
    match plan {
        Plan::Prediction(plan) if is_anchored => Plan::Prediction(PredictionPlan {
            on_grid: true,
            mean: false,
            ..*plan
        }),
        _ => plan.clone(),
    }
}
