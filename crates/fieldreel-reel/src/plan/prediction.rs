//! Plans of predicted base layers.

use std::fmt;

use fieldreel_predict::{CoderKind, Settings};

use super::AxisOrder;
use crate::Effort;

/// How numbers are predicted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PredictionPlan {
    /// The order of axes: planes, rows and columns of the prediction.
    pub axis_order: AxisOrder,
    /// Whether each point's mean over time is taken out first.
    pub subtract_temporal_mean: bool,
    /// How often places are halved along each axis, coarse to fine; 0: each plane is predicted from the two before it.
    pub levels: u8,
    /// Whether decoded values are multiples of a step that the bound alone determines, so that they encode to themselves.
    pub idempotent: bool,
    /// The step of each coarser level is smaller by so many sixteenths, up to 7.
    pub coarse_step_reduction: u8,
    /// At so many of the finest levels numbers are predicted from others of the same pass as well.
    pub causal_levels: u8,
    /// At so many of the finest levels places without a value have no residual, up to 3.
    pub masked_levels: u8,
    /// About so many numbers of a pass are looked at to fit its coefficients.
    pub(crate) sample_size: usize,
    /// One of so many numbers at most is looked at.
    pub(crate) sample_divisor: usize,
    /// At least so many places have coefficients of their own; 0: all places of a pass have the same.
    pub(crate) tile_positions: usize,
    /// What codes residuals.
    pub(crate) coder: CoderKind,
}

impl PredictionPlan {
    /// The bit of [`Self::id`] that other plans do not have.
    const IS_PLAN: u8 = 1 << 6;

    /// Returns the plan that an effort starts from.
    ///
    /// ```
    /// use fieldreel_reel::{AxisOrder, Effort, PredictionPlan};
    ///
    /// let mut plan = PredictionPlan::of(Effort::Fast);
    /// plan.order = AxisOrder::Yxt;
    /// assert_eq!(plan.to_string(), "prediction yxt");
    /// ```
    #[must_use]
    pub const fn of(effort: Effort) -> Self {
        Self {
            axis_order: AxisOrder::Tyx,
            subtract_temporal_mean: false,
            levels: 32,
            idempotent: false,
            coarse_step_reduction: 0,
            causal_levels: match effort {
                Effort::Fast | Effort::Balanced => 2,
                Effort::Best => 3,
            },
            masked_levels: 2,
            sample_size: match effort {
                Effort::Fast => 1 << 13,
                Effort::Balanced => 1 << 15,
                Effort::Best => 1 << 17,
            },
            sample_divisor: match effort {
                Effort::Fast | Effort::Balanced => 4,
                Effort::Best => 1,
            },
            tile_positions: match effort {
                Effort::Fast => 0,
                Effort::Balanced => 1 << 14,
                Effort::Best => 1 << 12,
            },
            coder: match effort {
                Effort::Fast => CoderKind::Quick,
                Effort::Balanced | Effort::Best => CoderKind::Adaptive,
            },
        }
    }

    /// Returns the same plan, fitted and coded with the effort of another.
    pub(crate) const fn with_effort_of(&self, other: &Self) -> Self {
        Self {
            axis_order: self.axis_order,
            subtract_temporal_mean: self.subtract_temporal_mean,
            levels: self.levels,
            idempotent: self.idempotent,
            coarse_step_reduction: self.coarse_step_reduction,
            masked_levels: self.masked_levels,
            ..*other
        }
    }

    /// Returns the settings of an encoder, for steps and fractions of so many bits.
    pub(crate) fn settings(&self, step_bits: u8, extra_bits: u8) -> Settings {
        Settings {
            levels: self.levels.into(),
            step_bits: step_bits.into(),
            extra_bits: extra_bits.into(),
            coarse_step_reduction: self.coarse_step_reduction.into(),
            causal_levels: self.causal_levels.into(),
            masked_levels: self.masked_levels.into(),
            sample_size: self.sample_size,
            sample_divisor: self.sample_divisor,
            tile_positions: self.tile_positions,
            coder: self.coder,
        }
    }

    /// Returns what a segment says of the plan beside what decoding needs; it is never 0.
    pub(crate) const fn id(&self) -> u8 {
        let is_adaptive = matches!(self.coder, CoderKind::Adaptive);
        self.idempotent as u8
            | (is_adaptive as u8) << 1
            | ((self.levels == 0) as u8) << 2
            | (self.coarse_step_reduction & 7) << 3
            | Self::IS_PLAN
            | ((self.masked_levels == 0) as u8) << 7
    }

    /// Returns the plan of which a segment says this; `None` if it is of another kind.
    pub(crate) fn of_id(id: u8, order: AxisOrder, mean: bool) -> Option<Self> {
        let start = Self::of(match id & 2 {
            0 => Effort::Fast,
            _ => Effort::Balanced,
        });
        (id & Self::IS_PLAN != 0).then_some(Self {
            axis_order: order,
            subtract_temporal_mean: mean,
            idempotent: id & 1 == 1,
            levels: if id & 4 == 0 { start.levels } else { 0 },
            coarse_step_reduction: id >> 3 & 7,
            masked_levels: if id & 1 << 7 == 0 {
                start.masked_levels
            } else {
                0
            },
            ..start
        })
    }
}

impl fmt::Display for PredictionPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "prediction {}", self.axis_order)?;
        if self.subtract_temporal_mean {
            f.write_str(", mean out")?;
        }
        if self.idempotent {
            f.write_str(", on the grid")?;
        }
        Ok(())
    }
}
