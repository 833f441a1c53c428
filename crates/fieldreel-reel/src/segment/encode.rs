//! Encoding: values to a segment, stage by stage.

use ndarray::ArrayView3;

use super::encoded_body::{EncodedBody, raw_bytes, trivial_body};
use super::layout::Body;
use super::side_information::SideInformation;
use super::{Segment, target};
use crate::arithmetic::{Check, Domain, Grid};
use crate::plan::{Plan, PredictionPlan, SearchResult};
use crate::prepare::{PreparedSegment, Tolerance};
use crate::value::ReelElement;
use crate::verify::verify;
use crate::{BaseChoice, Criterion, ReelError, SegmentOptions};

/// Encodes values, axis order `(time, y, x)`, as one segment.
///
/// Before the segment is returned, it is decoded and every value is compared with the bound in the
/// type `T`.
///
/// ```
/// use fieldreel_reel::{ErrorBound, SegmentOptions, segment};
/// use ndarray::Array3;
///
/// let field = Array3::from_shape_fn((8, 9, 10), |(t, y, x)| (t + y * x) as f32 / 7.0);
/// let options = SegmentOptions::new(ErrorBound::Absolute(0.01));
/// let encoded = segment::encode(field.view(), &options)?;
/// assert!(encoded.info.certificate.max_abs <= 0.01);
/// assert!(encoded.bytes.len() < 8 * 9 * 10 * 4);
/// # Ok::<(), fieldreel_reel::ReelError>(())
/// ```
///
/// # Errors
/// - [`ReelError::Empty`] if the array has no values.
/// - [`ReelError::InvalidCriterion`] if the number of the criterion is out of range.
/// - [`ReelError::TargetUnreachable`] if no absolute bound reaches the target.
/// - `ReelError::Codec` if FFmpeg lacks an encoder, if memory is exhausted, or if an option of
///   [`SegmentOptions::plan`] is out of range. If an encoder fails on these values only, the next
///   plan is tried.
/// - [`ReelError::VideoImpossible`] if a video is required and no encoder accepts values of this
///   shape.
/// - [`ReelError::VideoUnsupported`] if a video is required and this build has no codecs.
/// - [`ReelError::Pco`] if lossless coding fails.
/// - [`ReelError::BoundExceeded`] if no plan yields values within the bound.
pub fn encode<T: ReelElement>(
    values: ArrayView3<'_, T>,
    options: &SegmentOptions,
) -> Result<Segment, ReelError> {
    let prepared = PreparedSegment::new(values, options)?;
    SegmentEncoder::new(&prepared, options)?.encode(PlanSelection::from_options(options))
}

/// The selection of the plans for a segment. The first that can be used encodes it.
#[derive(Clone, Debug)]
pub(crate) enum PlanSelection {
    /// The plans that a search finds.
    Searched,
    /// This plan; if it cannot be used, those that a search finds.
    First(Plan),
    /// The plans that a search has found for this segment.
    Found(SearchResult),
}

impl PlanSelection {
    /// Returns the plan in the options if there is one, and a search otherwise.
    pub(crate) fn from_options(options: &SegmentOptions) -> Self {
        options.plan.clone().map_or(Self::Searched, Self::First)
    }
}

/// An encoder of prepared values: the stages that follow preparation.
pub(crate) struct SegmentEncoder<'a, T> {
    pub(super) prepared: &'a PreparedSegment<'a, T>,
    pub(super) options: &'a SegmentOptions,
    side_information: SideInformation,
}

impl<'a, T: ReelElement> SegmentEncoder<'a, T> {
    /// Encodes the side information.
    ///
    /// # Errors
    /// [`ReelError::Pco`].
    pub(crate) fn new(
        prepared: &'a PreparedSegment<'a, T>,
        options: &'a SegmentOptions,
    ) -> Result<Self, ReelError> {
        let side_information = SideInformation::new(prepared)?;
        Ok(Self {
            prepared,
            options,
            side_information,
        })
    }

    /// Returns the tolerance of these values; `None` for a target, for which each trial has a
    /// tolerance of its own.
    pub(crate) fn tolerance(&self) -> Option<Tolerance<T>> {
        match self.options.criterion {
            Criterion::Bound(bound) => Some(Tolerance::for_bound(
                bound,
                self.options.range,
                self.prepared,
            )),
            Criterion::Target(_) => None,
        }
    }

    /// Encodes by the first of the selected plans that can be used.
    ///
    /// # Errors
    /// Those of [`encode`].
    pub(crate) fn encode(&self, selection: PlanSelection) -> Result<Segment, ReelError> {
        match self.options.criterion {
            Criterion::Bound(bound) => {
                let tolerance = Tolerance::for_bound(bound, self.options.range, self.prepared);
                self.encode_within(&tolerance, selection)
            }
            Criterion::Target(target) => target::encode(self, target),
        }
    }

    /// Encodes within a tolerance, by the first of the selected plans that can be used.
    pub(super) fn encode_within(
        &self,
        tolerance: &Tolerance<T>,
        selection: PlanSelection,
    ) -> Result<Segment, ReelError> {
        if let Some(body) = trivial_body(self.prepared, tolerance) {
            return self
                .verify(tolerance, body)?
                .ok_or(ReelError::BoundExceeded);
        }
        let (plans, is_searched) = match selection {
            PlanSelection::Searched => (self.search_plan(tolerance)?.into_plans(), true),
            PlanSelection::Found(found) => (found.into_plans(), true),
            PlanSelection::First(plan) => (vec![plan], false),
        };
        if let Some(segment) = self.encode_by_any(tolerance, &plans)? {
            return Ok(segment);
        }
        let fallback = match is_searched {
            true => None,
            false => self.encode_by_any(tolerance, &self.search_plan(tolerance)?.into_plans())?,
        };
        fallback.ok_or_else(|| self.no_plan_error())
    }

    /// Returns the error for values that no plan can encode.
    pub(super) fn no_plan_error(&self) -> ReelError {
        match self.options.base {
            BaseChoice::Video => ReelError::VideoImpossible {
                shape: self.prepared.shape(),
            },
            _ => ReelError::BoundExceeded,
        }
    }

    fn encode_by_any(
        &self,
        tolerance: &Tolerance<T>,
        plans: &[Plan],
    ) -> Result<Option<Segment>, ReelError> {
        for plan in plans {
            if let Some(segment) = self.encode_by_plan(tolerance, plan)? {
                return Ok(Some(segment));
            }
        }
        Ok(None)
    }

    /// Encodes by a plan, on the grid of the tolerance or else exactly; `None` if the encoded
    /// segment cannot be used.
    fn encode_by_plan(
        &self,
        tolerance: &Tolerance<T>,
        plan: &Plan,
    ) -> Result<Option<Segment>, ReelError> {
        let plan = &adapt_to_grid(plan, tolerance.needs_fixed_grid);
        let encode = |grid| EncodedBody::encode(self.prepared, grid, plan, self.options);
        let first = tolerance.grids.for_plan(plan);
        let has_ordinals = self.prepared.domain != Domain::Ranks;
        let exact = (has_ordinals && first != Some(Grid::Ulps)).then_some(Grid::Ulps);
        for grid in [first, exact].into_iter().flatten() {
            let Some(mut body) = encode(grid)? else {
                continue;
            };
            // If the bound is below the precision of the type, a step is less than an ulp, and
            // exact encoding may be smaller.
            let is_finer = match self.prepared.domain {
                Domain::Linear => T::IS_FLOAT && tolerance.check != Check::Exact,
                Domain::Log2 => true,
                Domain::Ranks => false,
            };
            if is_finer && grid != Grid::Ulps && body.size() > raw_bytes(self.prepared) / 2 {
                let exact = encode(Grid::Ulps)?;
                if let Some(exact) = exact.filter(|exact| exact.size() < body.size()) {
                    body = exact;
                }
            }
            if let Some(segment) = self.verify(tolerance, body.body())? {
                return Ok(Some(segment));
            }
        }
        Ok(None)
    }

    fn verify(
        &self,
        tolerance: &Tolerance<T>,
        body: Body<'_>,
    ) -> Result<Option<Segment>, ReelError> {
        let layout = self.side_information.layout(self.prepared, tolerance, body);
        verify(self.prepared, tolerance, layout)
    }
}

/// Returns the plan, changed so that decoded numbers are on the grid if that is required.
fn adapt_to_grid(plan: &Plan, needs_fixed_grid: bool) -> Plan {
    match plan {
        Plan::Prediction(plan) if needs_fixed_grid => Plan::Prediction(PredictionPlan {
            idempotent: true,
            subtract_temporal_mean: false,
            ..*plan
        }),
        _ => plan.clone(),
    }
}
