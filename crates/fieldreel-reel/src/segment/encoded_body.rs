//! The encoded values of a segment: layers, or the output of pco.

use super::encoded_layers::EncodedLayers;
use super::layout::Body;
use crate::arithmetic::{Domain, Grid};
use crate::plan::Plan;
use crate::prepare::{PreparedSegment, Tolerance};
use crate::value::ReelElement;
use crate::{BaseChoice, ReelError, SegmentOptions};

/// The factor by which layers must be smaller than the values so that pco is not tried.
///
/// Values that were packed integers before may compress well with pco if hardly any loss is
/// allowed.
const PCO_TRIAL_RATIO: usize = 8;

/// The number of values whose size in pco predicts the size of all values.
const PCO_SAMPLE_VALUES: usize = 1 << 14;

/// The encoded values of a segment.
pub(super) enum EncodedBody {
    /// The values, compressed by pco.
    Pco(Vec<u8>),
    /// A base layer and residuals.
    Coded(Box<EncodedLayers>),
}

impl EncodedBody {
    /// Encodes by a plan, or with pco if that is smaller and no video is required; `None` if the
    /// plan cannot be used.
    ///
    /// # Errors
    /// Those of [`EncodedLayers::encode`]; [`ReelError::Pco`].
    pub(super) fn encode<T: ReelElement>(
        prepared: &PreparedSegment<'_, T>,
        grid: Grid,
        plan: &Plan,
        options: &SegmentOptions,
    ) -> Result<Option<Self>, ReelError> {
        let mut layers = EncodedLayers::encode(prepared, grid, plan, options.effort)?;
        if let Some(layers) = &mut layers {
            layers.add_fine_bits(prepared);
        }
        let layers = match layers {
            Some(layers)
                if options.base == BaseChoice::Video || !is_pco_promising(prepared, &layers)? =>
            {
                return Ok(Some(Self::Coded(Box::new(layers))));
            }
            None if *plan != Plan::Pco => return Ok(None),
            layers => layers,
        };
        let compressed = compress_with_pco(&prepared.coded_values())?;
        Ok(Some(match layers {
            Some(layers) if layers.size() <= compressed.len() => Self::Coded(Box::new(layers)),
            _ => Self::Pco(compressed),
        }))
    }

    /// Returns the size in bytes.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Pco(bytes) => bytes.len(),
            Self::Coded(layers) => layers.size(),
        }
    }

    /// Returns the part of the segment's layout that holds these bytes.
    pub(super) fn body(&self) -> Body<'_> {
        match self {
            Self::Pco(bytes) => Body::Pco(bytes),
            Self::Coded(layers) => Body::Coded(layers.to_body()),
        }
    }
}

/// Returns whether pco may be smaller than these layers, judged by a sample of the values.
fn is_pco_promising<T: ReelElement>(
    prepared: &PreparedSegment<'_, T>,
    layers: &EncodedLayers,
) -> Result<bool, ReelError> {
    // pco is lossless, so it is never smaller if the bound allows much loss.
    if layers.size() < raw_bytes(prepared) / PCO_TRIAL_RATIO {
        return Ok(false);
    }
    let count = prepared.statistics.coded;
    if count <= 2 * PCO_SAMPLE_VALUES {
        return Ok(true);
    }
    let sample = prepared.coded().skip((count - PCO_SAMPLE_VALUES) / 2);
    let sample: Vec<T> = sample.take(PCO_SAMPLE_VALUES).collect();
    let size = compress_with_pco(&sample)?.len() as f64 / PCO_SAMPLE_VALUES as f64 * count as f64;
    Ok(size < 1.1 * layers.size() as f64)
}

fn compress_with_pco<T: ReelElement>(values: &[T]) -> Result<Vec<u8>, ReelError> {
    let config = pco::ChunkConfig::default().with_enable_8_bit(true);
    let values: &[T::Packed] = bytemuck::cast_slice(values);
    pco::standalone::simple_compress(values, &config).map_err(ReelError::pco)
}

/// Returns the bytes of the coded values in the caller's type.
pub(super) fn raw_bytes<T: ReelElement>(prepared: &PreparedSegment<'_, T>) -> usize {
    prepared.statistics.coded * T::BYTES
}

/// Returns a body that needs no plan, if all values are missing or if one value is within the
/// bound of all values; `None` otherwise.
pub(super) fn trivial_body<T: ReelElement>(
    prepared: &PreparedSegment<'_, T>,
    tolerance: &Tolerance<T>,
) -> Option<Body<'static>> {
    if prepared.statistics.coded == 0 {
        return Some(Body::Missing);
    }
    if prepared.domain == Domain::Linear {
        // A constant within the bound of all values is within the bound of the smallest and the
        // largest.
        let (min, max) = prepared.statistics.extremes;
        let (smallest, largest) = (T::from_f64(min), T::from_f64(max));
        let middle = T::from_f64(min / 2.0 + max / 2.0);
        let holds = |value: T| {
            tolerance.check.holds(smallest, value) && tolerance.check.holds(largest, value)
        };
        if ![smallest, middle, largest].into_iter().any(holds) {
            return None;
        }
    }
    let values = prepared.coded_values();
    let (min, max) = values
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(min, max), value| {
            (min.min(value.to_f64()), max.max(value.to_f64()))
        });
    let first = *values.first()?;
    let middle = T::from_f64(min / 2.0 + max / 2.0);
    let value = [first, middle]
        .into_iter()
        .filter(|&value| prepared.validity.contains(value))
        .find(|&value| values.iter().all(|&x| tolerance.check.holds(x, value)));
    value.map(|value| Body::Constant(value.bits()))
}
