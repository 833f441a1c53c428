//! The base layer: a predicted number for each place, from which residuals are computed.
//!
//! [`encode`] makes one by a plan and decodes it at once, as a reader will: nothing but a decode says what is in a stream.

mod format;
mod layer;
mod parts;
mod temporal_means;
#[cfg(feature = "ffmpeg")]
pub(crate) mod video;
#[cfg(not(feature = "ffmpeg"))]
#[path = "video/absent.rs"]
mod video;

pub use format::VideoFormat;
#[cfg(feature = "ffmpeg")]
pub(crate) use layer::DecodedBase;
pub(crate) use layer::{BaseFrame, BaseLayer};
pub(crate) use parts::{BaseKind, BaseParts, EncodedMeans, VideoStream};
use temporal_means::TemporalMeans;

use crate::ReelError;
use crate::arithmetic::Grid;
use crate::options::UNLIMITED;
use crate::plan::{AxisOrder, Plan};
use crate::prepare::PreparedSegment;
use crate::value::ReelElement;

/// A base layer: its bytes, and what a reader decodes from them.
pub(crate) struct EncodedBase {
    pub(crate) parts: BaseParts<Vec<u8>>,
    pub(crate) layer: BaseLayer,
    /// The smallest and the largest number that is coded, less its mean.
    pub(crate) extremes: (f64, f64),
}

/// Encodes the base layer of a plan, for residuals on a grid; `None` if the plan has none, or cannot be used: its encoder fails or
/// makes what cannot be decoded, or its means cannot hold the numbers.
///
/// # Errors
/// [`ReelError::Codec`] if no other plan would do better: FFmpeg lacks the encoder, there is no memory, or an option of the plan
/// is out of range.
pub(crate) fn encode<T: ReelElement>(
    prepared: &PreparedSegment<'_, T>,
    grid: Grid,
    plan: &Plan,
) -> Result<Option<EncodedBase>, ReelError> {
    let Some((order, mean)) = plan.axes_and_mean() else {
        return Ok(None);
    };
    // Ordinals of predicted values are those of the values themselves.
    let is_exact = matches!(plan, Plan::Prediction(_)) && !matches!(grid, Grid::Step(_));
    let means = match mean && !is_exact {
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
        #[cfg(feature = "ffmpeg")]
        Plan::Video(video) => {
            let plane = means.as_ref().map(|means| &means.plane);
            match video::encode(&prepared.numbers, plane, video, (min, max))? {
                Some(stream) => (min, BaseKind::Video(stream)),
                None => return Ok(None),
            }
        }
        // Integers start from the middle, which is one of them.
        Plan::Prediction(_) if let Grid::Truncated(truncation) = grid => {
            let step = truncation.size();
            let middle = ((min / 2.0 + max / 2.0) / step).round() * step;
            (middle, BaseKind::Constant)
        }
        Plan::Prediction(_) if let Grid::Parts(parts) = grid => {
            let middle = (min / 2.0 + max / 2.0) * parts;
            (middle.round(), BaseKind::Constant)
        }
        Plan::Prediction(_) if grid == Grid::Ulps => (prepared.middle_number(), BaseKind::Constant),
        Plan::Prediction(prediction) if prediction.idempotent => {
            (prepared.statistics.lattice.offset, BaseKind::Constant)
        }
        // Residuals start from the middle.
        _ => (min + (max - min) / 2.0, BaseKind::Constant),
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

/// The range of what a base layer codes; `None` if it cannot.
#[cfg(feature = "ffmpeg")]
pub(crate) fn coded_range<T: ReelElement>(
    prepared: &PreparedSegment<'_, T>,
    grid: Grid,
    mean: bool,
) -> Option<f64> {
    let (min, max) = match mean {
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

/// Fine enough that the plane of means adds little to a residual, coarse enough to cost little.
fn means_step<T: ReelElement>(prepared: &PreparedSegment<'_, T>, grid: Grid) -> f64 {
    let (min, max) = prepared.statistics.extremes;
    match grid {
        Grid::Ulps => (max - min) / 65536.0,
        grid => grid.step() / 4.0,
    }
}

impl Plan {
    /// The order of axes of the base layer, and whether means are taken out; `None` if there is no base layer.
    fn axes_and_mean(&self) -> Option<(AxisOrder, bool)> {
        match self {
            #[cfg(feature = "ffmpeg")]
            Self::Video(video) => Some((video.axis_order, video.subtract_temporal_mean)),
            Self::Prediction(plan) => Some((plan.axis_order, plan.subtract_temporal_mean)),
            Self::Pco => None,
        }
    }
}
