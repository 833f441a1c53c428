//! Plans of predictions.

use std::fmt;

use fieldreel_predict::{CoderKind, Settings};

use super::AxisOrder;
use crate::Effort;

/// The parameters of a prediction.
///
/// ```
/// use fieldreel_reel::{AxisOrder, Effort, PredictionPlan};
///
/// let mut plan = PredictionPlan::for_effort(Effort::Fast);
/// plan.axis_order = AxisOrder::Yxt;
/// assert_eq!(plan.to_string(), "prediction yxt");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct PredictionPlan {
    /// The axis order of the prediction.
    pub axis_order: AxisOrder,
    /// True if the temporal mean is subtracted first.
    pub subtract_temporal_mean: bool,
    /// The number of coarse levels, each with half as many positions along each axis as the next
    /// finer one; more than the shape allows count as the maximum. With 0, each plane is predicted
    /// from the two planes before it.
    pub levels: u8,
    /// True if decoded values are multiples of a step that the bound alone determines, so that
    /// encoding them again gives the same values.
    pub idempotent: bool,
    /// The reduction of the step from each level to the next coarser one, in sixteenths; at most
    /// 7.
    pub coarse_step_reduction: u8,
    /// The number of the finest levels at which causal neighbors contribute to predictions.
    pub causal_levels: u8,
    /// The number of the finest levels at which masked positions have no residual; at most 3. With
    /// 0, masked positions have residuals at all levels.
    pub masked_levels: u8,
    /// The approximate number of values of a pass to which its coefficients are fitted.
    pub(crate) sample_size: usize,
    /// The divisor of the number of values of a pass that gives the largest number of values to
    /// which coefficients are fitted: 4 stands for a quarter.
    pub(crate) sample_divisor: usize,
    /// The smallest number of positions of a tile with coefficients of its own; with 0, all
    /// positions of a pass share their coefficients.
    pub(crate) tile_positions: usize,
    /// The entropy coder of residuals.
    pub(crate) coder: CoderKind,
}

impl PredictionPlan {
    /// The bit of [`Self::id`] that only predictions set.
    const IS_PREDICTION: u8 = 1 << 6;

    /// Returns the plan from which the search with this effort starts.
    #[must_use]
    pub const fn for_effort(effort: Effort) -> Self {
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

    /// Returns this plan with those parameters of another one that the effort alone determines.
    pub(crate) const fn with_effort_parameters_of(&self, other: &Self) -> Self {
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

    /// Returns a plan that a segment records, with those parameters that an effort determines and
    /// segments do not record.
    pub(crate) const fn restored(&self, effort: Effort) -> Self {
        self.with_effort_parameters_of(&Self::for_effort(effort))
            .with_coder(self.coder)
    }

    /// Returns this plan with another coder of residuals. With the adaptive coder, coefficients are
    /// fitted to at least as many values as with [`Effort::Balanced`].
    pub(crate) const fn with_coder(self, coder: CoderKind) -> Self {
        let balanced = Self::for_effort(Effort::Balanced);
        let is_larger =
            matches!(coder, CoderKind::Adaptive) && self.sample_size < balanced.sample_size;
        Self {
            coder,
            sample_size: if is_larger {
                balanced.sample_size
            } else {
                self.sample_size
            },
            ..self
        }
    }

    /// Returns the settings of an encoder, for steps of `2^step_bits` units and `extra_bits`
    /// fractional bits.
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

    /// Returns the byte by which a segment records the plan; decoding does not need it. The byte
    /// is never 0.
    pub(crate) const fn id(&self) -> u8 {
        let is_adaptive = matches!(self.coder, CoderKind::Adaptive);
        self.idempotent as u8
            | (is_adaptive as u8) << 1
            | ((self.levels == 0) as u8) << 2
            | (self.coarse_step_reduction & 7) << 3
            | Self::IS_PREDICTION
            | ((self.masked_levels == 0) as u8) << 7
    }

    /// Returns the plan that a byte of a segment records; `None` if the byte is not that of a
    /// prediction.
    pub(crate) fn from_id(id: u8, order: AxisOrder, subtract_means: bool) -> Option<Self> {
        let start = Self::for_effort(match id & 2 {
            0 => Effort::Fast,
            _ => Effort::Balanced,
        });
        (id & Self::IS_PREDICTION != 0).then_some(Self {
            axis_order: order,
            subtract_temporal_mean: subtract_means,
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
            f.write_str(", temporal mean subtracted")?;
        }
        if self.idempotent {
            f.write_str(", idempotent")?;
        }
        Ok(())
    }
}
