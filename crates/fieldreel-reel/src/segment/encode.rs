//! Values into a segment, stage by stage.

use ndarray::ArrayView3;

use super::layout::Body;
use super::parts::Parts;
use super::side::Side;
use super::trial::Tried;
use super::{Segment, target};
use crate::arithmetic::{Domain, Grid};
use crate::plan::{self, Found, Plan};
use crate::prepare::{Goal, Prepared};
use crate::value::Value;
use crate::verify::verify;
use crate::{BaseChoice, Options, ReelError};

/// Encodes values, axis order `(time, y, x)`, into one segment.
///
/// What is returned was decoded, and every value was compared with the bound in the type `T`.
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
        if let Some(body) = self.without_a_plan(goal) {
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
    fn unusable(&self) -> ReelError {
        match self.options.base {
            BaseChoice::Video => ReelError::VideoImpossible {
                shape: self.prepared.shape(),
            },
            _ => ReelError::Verification,
        }
    }

    /// Finds plans by trial, on a sample.
    ///
    /// # Errors
    /// [`ReelError::Codec`] if FFmpeg lacks an encoder, or there is no memory.
    pub(crate) fn search(&self, goal: &Goal<T>) -> Result<Found, ReelError> {
        let effort = self.options.effort;
        let sample = self.prepared.sample(plan::sample_values(effort));
        let sample = Tried::new(&sample, goal.grid, effort);
        let found = plan::search(&self.tried(goal), &sample, self.options)?;
        found.ok_or_else(|| self.unusable())
    }

    /// Finds the plan for a segment like that for which others were found.
    ///
    /// # Errors
    /// As [`search`](Self::search).
    pub(crate) fn follow(&self, goal: &Goal<T>, found: &Found) -> Result<Plan, ReelError> {
        match found.is_choice() && self.prepared.statistics.vary() {
            true => plan::follow(&self.tried(goal), found),
            false => Ok(found.plan.clone()),
        }
    }

    /// Returns whether a plan that was found for segments before is still good for this one.
    ///
    /// # Errors
    /// As [`search`](Self::search).
    pub(crate) fn is_good(&self, goal: &Goal<T>, found: &Found) -> Result<bool, ReelError> {
        let sample = self
            .prepared
            .sample(plan::sample_values(self.options.effort));
        plan::is_good(&Tried::new(&sample, goal.grid, self.options.effort), found)
    }

    fn tried(&self, goal: &Goal<T>) -> Tried<'a, T> {
        Tried::new(self.prepared, goal.grid, self.options.effort)
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
        let exact = (goal.grid != Grid::Ordinals).then_some(Grid::Ordinals);
        let first = match plan {
            Plan::Prediction(plan) if plan.on_grid => goal.anchored,
            _ => Some(goal.grid),
        };
        for grid in [first, exact].into_iter().flatten() {
            let Some(mut coding) = self.code(grid, plan)? else {
                continue;
            };
            // A bound finer than the type itself has more steps than there are values: be exact.
            if grid != Grid::Ordinals && coding.size() > self.raw_bytes() / 2 {
                let exact = self.code(Grid::Ordinals, plan)?;
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

    /// Codes by a plan, or packs where that is smaller and no video is asked for; `None` if the plan cannot be used.
    fn code(&self, grid: Grid, plan: &Plan) -> Result<Option<Coding>, ReelError> {
        let parts = Parts::of(self.prepared, grid, plan, self.options.effort.into())?;
        if parts.is_none() && *plan != Plan::Packed {
            return Ok(None);
        }
        // Exact, so never the smaller one where much may be lost.
        let parts = match parts {
            Some(parts)
                if parts.size() < self.raw_bytes() / 4
                    || self.options.base == BaseChoice::Video =>
            {
                return Ok(Some(Coding::Parts(Box::new(parts))));
            }
            parts => parts,
        };
        let values = self.prepared.coded_values();
        let packed = pco::standalone::simple_compress(&values, &pco::ChunkConfig::default())
            .map_err(ReelError::Packing)?;
        Ok(Some(match parts {
            Some(parts) if parts.size() <= packed.len() => Coding::Parts(Box::new(parts)),
            _ => Coding::Packed(packed),
        }))
    }

    /// A body for which nothing is to be planned: all values are missing, or one can stand for all.
    fn without_a_plan(&self, goal: &Goal<T>) -> Option<Body<'static>> {
        if self.prepared.statistics.coded == 0 {
            return Some(Body::Missing);
        }
        if self.prepared.domain == Domain::Linear {
            // One value for all is one for the smallest and for the largest.
            let (min, max) = self.prepared.statistics.extremes;
            let (least, largest) = (T::nearest(min), T::nearest(max));
            let middle = T::nearest(min / 2.0 + max / 2.0);
            let holds = |value: T| goal.check.holds(least, value) && goal.check.holds(largest, value);
            if ![least, middle, largest].into_iter().any(holds) {
                return None;
            }
        }
        let values = self.prepared.coded_values();
        let (min, max) = values
            .iter()
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(min, max), value| {
                (min.min(value.to_f64()), max.max(value.to_f64()))
            });
        let first = *values.first()?;
        let middle = T::nearest(min / 2.0 + max / 2.0);
        let value = [first, middle]
            .into_iter()
            .filter(|&value| self.prepared.validity.contains(value))
            .find(|&value| values.iter().all(|&x| goal.check.holds(x, value)));
        value.map(|value| Body::Constant(value.bits()))
    }

    fn verify(&self, goal: &Goal<T>, body: Body<'_>) -> Result<Option<Segment>, ReelError> {
        let layout = self.side.layout(self.prepared, goal, body);
        verify(self.prepared, goal, layout)
    }

    /// Bytes of the values that are coded.
    fn raw_bytes(&self) -> usize {
        self.prepared.statistics.coded * T::BYTES
    }
}

/// Values that are coded.
enum Coding {
    Packed(Vec<u8>),
    Parts(Box<Parts>),
}

impl Coding {
    /// Bytes of it.
    fn size(&self) -> usize {
        match self {
            Self::Packed(bytes) => bytes.len(),
            Self::Parts(parts) => parts.size(),
        }
    }

    fn body(&self) -> Body<'_> {
        match self {
            Self::Packed(bytes) => Body::Packed(bytes),
            Self::Parts(parts) => Body::Coded(parts.coded()),
        }
    }
}
