//! The base layer: a first approximation of every number, to which residuals are added.
//!
//! [`encode`] encodes a base layer by a plan and decodes it again, because only decoding shows
//! exactly what a reader gets from a lossy stream.

mod format;
mod layer;
mod parts;
mod temporal_means;
#[cfg(feature = "video")]
pub(crate) mod video;
#[cfg(not(feature = "video"))]
#[path = "video/absent.rs"]
mod video;

pub use format::VideoFormat;
#[cfg(feature = "video")]
pub(crate) use layer::DecodedBase;
pub(crate) use layer::{BaseLayer, BasePlane};
pub(crate) use parts::{BaseKind, BaseParts, EncodedMeans, VideoStream};
use temporal_means::TemporalMeans;

use crate::ReelError;
use crate::arithmetic::Grid;
use crate::options::UNLIMITED;
use crate::plan::{AxisOrder, Plan};
use crate::prepare::PreparedSegment;
use crate::value::ReelElement;

/// An encoded base layer, and the layer that a reader decodes from it.
pub(crate) struct EncodedBase {
    pub(crate) parts: BaseParts<Vec<u8>>,
    pub(crate) layer: BaseLayer,
    /// The smallest and the largest number that is coded, after the means are subtracted.
    pub(crate) extremes: (f64, f64),
}

/// Encodes the base layer of a plan, for residuals on a grid. Returns `None` if the plan has no
/// base layer or cannot be used: its encoder fails, its stream cannot be decoded, or the means do
/// not fit their integers.
///
/// # Errors
/// [`ReelError::Codec`] if no other plan would succeed: FFmpeg lacks the encoder, memory is
/// exhausted, or an option of the plan is out of range.
pub(crate) fn encode<T: ReelElement>(
    prepared: &PreparedSegment<'_, T>,
    grid: Grid,
    plan: &Plan,
) -> Result<Option<EncodedBase>, ReelError> {
    let Some((order, subtract_means)) = plan.order_and_means() else {
        return Ok(None);
    };
    // A lossless prediction works on the values themselves, without means.
    let is_exact = matches!(plan, Plan::Prediction(_)) && !matches!(grid, Grid::Step(_));
    let means = match subtract_means && !is_exact {
        true => match TemporalMeans::quantize(&prepared.numbers, means_step(prepared, grid)) {
            None => return Ok(None),
            means => means,
        },
        false => None,
    };
    let (min, max) = match &means {
        None => prepared.statistics.extremes,
        Some(means) => {
            let classes = prepared.classes.as_ref();
            prepared
                .numbers
                .extremes_without_means(&means.plane, classes)
        }
    };
    let (offset, kind) = match plan {
        #[cfg(feature = "video")]
        Plan::Video(video) => {
            let plane = means.as_ref().map(|means| &means.plane);
            match video::encode(&prepared.numbers, plane, video, (min, max))? {
                Some(stream) => (min, BaseKind::Video(stream)),
                None => return Ok(None),
            }
        }
        Plan::Prediction(prediction) => {
            let offset = match grid {
                // The middle of the range, rounded to the grid.
                Grid::Truncated(truncation) => {
                    let step = truncation.step();
                    ((min / 2.0 + max / 2.0) / step).round() * step
                }
                Grid::Parts(parts) => ((min / 2.0 + max / 2.0) * parts).round(),
                Grid::Ulps => prepared.middle_number(),
                _ if prediction.idempotent => prepared.statistics.lattice.offset,
                // An offset in the middle of the range halves the largest residual.
                _ => min + (max - min) / 2.0,
            };
            (offset, BaseKind::Constant)
        }
        Plan::Pco => (min + (max - min) / 2.0, BaseKind::Constant),
    };
    let parts = BaseParts {
        order,
        offset,
        means: means.map(|means| means.coded),
        kind,
    };
    match BaseLayer::decode(&parts.borrowed(), prepared.shape(), &UNLIMITED) {
        Ok(layer) => Ok(Some(EncodedBase {
            parts,
            layer,
            extremes: (min, max),
        })),
        Err(error) if error.is_encoder_failure() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Returns the range of the numbers that a base layer codes, with the temporal means subtracted if
/// `subtract_means` is true; `None` if the means cannot be encoded.
#[cfg(feature = "video")]
pub(crate) fn coded_range<T: ReelElement>(
    prepared: &PreparedSegment<'_, T>,
    grid: Grid,
    subtract_means: bool,
) -> Option<f64> {
    let (min, max) = match subtract_means {
        false => prepared.statistics.extremes,
        true => {
            let step = means_step(prepared, grid);
            let means = TemporalMeans::quantize(&prepared.numbers, step)?;
            let classes = prepared.classes.as_ref();
            prepared
                .numbers
                .extremes_without_means(&means.plane, classes)
        }
    };
    Some(max - min)
}

/// Returns the step of the temporal means: fine enough to add little to residuals, and coarse
/// enough to cost little.
fn means_step<T: ReelElement>(prepared: &PreparedSegment<'_, T>, grid: Grid) -> f64 {
    let (min, max) = prepared.statistics.extremes;
    match grid {
        Grid::Ulps => (max - min) / 65536.0,
        grid => grid.step() / 4.0,
    }
}

impl Plan {
    /// Returns the axis order of the base layer, and whether temporal means are subtracted; `None`
    /// if the plan has no base layer.
    fn order_and_means(&self) -> Option<(AxisOrder, bool)> {
        match self {
            #[cfg(feature = "video")]
            Self::Video(video) => Some((video.axis_order, video.subtract_temporal_mean)),
            Self::Prediction(plan) => Some((plan.axis_order, plan.subtract_temporal_mean)),
            Self::Pco => None,
        }
    }
}
