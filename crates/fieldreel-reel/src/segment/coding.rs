//! The values of a segment, coded or packed.

use super::layout::Body;
use super::parts::Parts;
use crate::arithmetic::{Domain, Grid};
use crate::plan::Plan;
use crate::prepare::{PreparedSegment, Tolerance};
use crate::value::ReelElement;
use crate::{BaseChoice, ReelError, SegmentOptions};

/// Values that were packed into integers before pack well even where hardly anything may be lost: packing is tried unless
/// the parts are smaller than the values by this factor.
const SMALLEST_PACKED: usize = 8;

/// The number of values whose packed size tells whether it is worth it to pack all of them.
const PACKED_SAMPLE: usize = 1 << 14;

/// The values of a segment, coded or packed.
pub(super) enum Coding {
    /// As they are, through pco.
    Packed(Vec<u8>),
    /// In a base layer and residuals.
    Parts(Box<Parts>),
}

impl Coding {
    /// Codes by a plan, or packs where that is smaller and no video is asked for; `None` if the plan cannot be used.
    ///
    /// # Errors
    /// Those of [`Parts::of`]; [`ReelError::Pco`].
    pub(super) fn of<T: ReelElement>(
        prepared: &PreparedSegment<'_, T>,
        grid: Grid,
        plan: &Plan,
        options: &SegmentOptions,
    ) -> Result<Option<Self>, ReelError> {
        let mut parts = Parts::of(prepared, grid, plan, options.effort)?;
        if let Some(parts) = &mut parts {
            parts.add_fine(prepared);
        }
        let parts = match parts {
            Some(parts) if options.base == BaseChoice::Video || !may_pack(prepared, &parts)? => {
                return Ok(Some(Self::Parts(Box::new(parts))));
            }
            None if *plan != Plan::Pco => return Ok(None),
            parts => parts,
        };
        let packed = pack(&prepared.coded_values())?;
        Ok(Some(match parts {
            Some(parts) if parts.size() <= packed.len() => Self::Parts(Box::new(parts)),
            _ => Self::Packed(packed),
        }))
    }

    /// Bytes of it.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Packed(bytes) => bytes.len(),
            Self::Parts(parts) => parts.size(),
        }
    }

    /// Its place in a segment.
    pub(super) fn body(&self) -> Body<'_> {
        match self {
            Self::Packed(bytes) => Body::Pco(bytes),
            Self::Parts(parts) => Body::Coded(parts.coded()),
        }
    }
}

/// Returns whether packed values may be smaller than these parts, by a sample of them.
fn may_pack<T: ReelElement>(prepared: &PreparedSegment<'_, T>, parts: &Parts) -> Result<bool, ReelError> {
    // Packed values are exact, so never smaller where much may be lost.
    if parts.size() < raw_bytes(prepared) / SMALLEST_PACKED {
        return Ok(false);
    }
    let count = prepared.statistics.coded;
    if count <= 2 * PACKED_SAMPLE {
        return Ok(true);
    }
    let sample = prepared.coded().skip((count - PACKED_SAMPLE) / 2);
    let sample: Vec<T> = sample.take(PACKED_SAMPLE).collect();
    let size = pack(&sample)?.len() as f64 / PACKED_SAMPLE as f64 * count as f64;
    Ok(size < 1.1 * parts.size() as f64)
}

fn pack<T: ReelElement>(values: &[T]) -> Result<Vec<u8>, ReelError> {
    let config = pco::ChunkConfig::default().with_enable_8_bit(true);
    let values: &[T::Packed] = bytemuck::cast_slice(values);
    pco::standalone::simple_compress(values, &config).map_err(ReelError::pco)
}

/// Bytes of the values that are coded.
pub(super) fn raw_bytes<T: ReelElement>(prepared: &PreparedSegment<'_, T>) -> usize {
    prepared.statistics.coded * T::BYTES
}

/// A body for which nothing is to be planned: all values are missing, or one can stand for all.
pub(super) fn without_plan<T: ReelElement>(
    prepared: &PreparedSegment<'_, T>,
    tolerance: &Tolerance<T>,
) -> Option<Body<'static>> {
    if prepared.statistics.coded == 0 {
        return Some(Body::Missing);
    }
    if prepared.domain == Domain::Linear {
        // One value for all is one for the smallest and for the largest.
        let (min, max) = prepared.statistics.extremes;
        let (least, largest) = (T::from_f64(min), T::from_f64(max));
        let middle = T::from_f64(min / 2.0 + max / 2.0);
        let holds =
            |value: T| tolerance.check.holds(least, value) && tolerance.check.holds(largest, value);
        if ![least, middle, largest].into_iter().any(holds) {
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
