//! The side information of a segment: classes of special values, signs, and tables of values.

use ndarray::Array3;

use super::layout::{Body, SegmentLayout};
use super::rank_table;
use crate::arithmetic::Domain;
use crate::prepare::{PreparedSegment, Tolerance};
use crate::value::ReelElement;
use crate::verify::Certificate;
use crate::{ReelError, mask};

/// The side information of a segment, encoded once for all plans.
#[derive(Debug)]
pub(super) struct SideInformation {
    /// The class of each value.
    mask: Option<Vec<u8>>,
    signs: Option<Vec<u8>>,
    /// The values of the listed class.
    listed_values: Option<Vec<u8>>,
    /// The table of values for ranks.
    rank_table: Option<Vec<u8>>,
}

impl SideInformation {
    /// Encodes the classes, signs, listed values and the table of ranks.
    ///
    /// # Errors
    /// [`ReelError::Pco`].
    pub(super) fn new<T: ReelElement>(
        prepared: &PreparedSegment<'_, T>,
    ) -> Result<Self, ReelError> {
        let encode = |plane: &Array3<u8>| mask::encode(plane.view());
        Ok(Self {
            mask: prepared.classes.as_ref().map(encode),
            signs: prepared.signs.as_ref().map(encode),
            listed_values: match prepared.class_values.listed_class() {
                Some(_) => Some(packed_bits(&prepared.listed_values)?),
                None => None,
            },
            rank_table: match prepared.domain {
                Domain::Ranks => Some(rank_table::encode(&prepared.table)?),
                Domain::Linear | Domain::Log2 => None,
            },
        })
    }

    /// Returns the layout of a segment with this body, before its errors are measured.
    pub(super) fn layout<'a, T: ReelElement>(
        &'a self,
        prepared: &PreparedSegment<'_, T>,
        tolerance: &Tolerance<T>,
        body: Body<'a>,
    ) -> SegmentLayout<'a> {
        SegmentLayout {
            dtype: T::DTYPE,
            shape: prepared.shape(),
            criterion: tolerance.criterion,
            domain: prepared.domain,
            class_values: prepared.class_values,
            clamp: match body {
                Body::Coded(_) => tolerance.clamp.map(|limits| limits.map(T::bits)),
                Body::Missing | Body::Constant(_) | Body::Pco(_) => None,
            },
            mask: self.mask.as_deref(),
            signs: self.signs.as_deref(),
            listed_values: self.listed_values.as_deref(),
            rank_table: self.rank_table.as_deref(),
            body,
            certificate: Certificate::unmeasured(prepared.statistics.valid),
        }
    }
}

/// Compresses the bits of values without loss.
fn packed_bits<T: ReelElement>(values: &[T]) -> Result<Vec<u8>, ReelError> {
    let bits: Vec<u64> = values.iter().map(|value| value.bits()).collect();
    pco::standalone::simple_compress(&bits, &pco::ChunkConfig::default()).map_err(ReelError::pco)
}
