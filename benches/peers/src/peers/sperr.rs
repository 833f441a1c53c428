//! SPERR: wavelets, and corrections of outliers.

use ndarray::{Array3, ArrayView3};
use ndarray_0_16 as nd;
use sperr::CompressionMode;

use super::axis_permutation::AxisPermutation;
use super::{Peer, PeerCodec};
use crate::Result;
use crate::fields::FieldData;

/// SPERR (Li, Lindstrom and Clyne, "Lossy Scientific Data Compression With SPERR", IPDPS 2023) in
/// the point-wise error mode, in three dimensions.
pub(super) struct Sperr;

impl Peer for Sperr {
    fn name(&self) -> String {
        "sperr".to_owned()
    }

    fn version(&self) -> String {
        env!("VERSION_SPERR").to_owned()
    }

    fn candidates(&self, field: &FieldData, _: f64) -> Result<Vec<Box<dyn PeerCodec>>> {
        let boxed = |chunks| -> Box<dyn PeerCodec> { Box::new(SperrSetting(chunks)) };
        Ok(SperrChunking::all(field.shape())
            .into_iter()
            .map(boxed)
            .collect())
    }
}

/// The chunk size and the axis order.
#[derive(Clone, Copy)]
pub(super) struct SperrChunking {
    pub(super) order: AxisPermutation,
    /// The maximum side of a chunk.
    side: usize,
}

impl SperrChunking {
    /// Returns the chunkings to try for a field of this shape.
    pub(super) fn all(shape: [usize; 3]) -> Vec<Self> {
        let longest = shape.into_iter().max().unwrap_or_default();
        let mut all = Vec::new();
        // Only rotations of the axes are tried, because only the first axis is treated differently
        // from the other two.
        for &order in &AxisPermutation::ALL[..3] {
            for side in [usize::MAX, 256, 128, 64] {
                if side == usize::MAX || side < longest {
                    all.push(Self { order, side });
                }
            }
        }
        all
    }

    /// Returns a short description.
    pub(super) fn name(self) -> String {
        match self.side {
            usize::MAX => format!("one chunk, {}", self.order.name()),
            side => format!("chunks of {side}³, {}", self.order.name()),
        }
    }

    /// Encodes values that are in this axis order and have this shape.
    pub(super) fn encode(
        self,
        values: &[f32],
        shape: [usize; 3],
        mode: CompressionMode,
    ) -> Result<Vec<u8>> {
        let view = nd::ArrayView3::from_shape(shape, values)?;
        let chunk: (usize, usize, usize) = shape.map(|side| side.min(self.side)).into();
        Ok(sperr::compress_3d(view, mode, chunk)?)
    }
}

/// Decodes the values of a stream, in the axis order of the [`SperrChunking`].
pub(super) fn decode(stream: &[u8], shape: [usize; 3]) -> Result<Vec<f32>> {
    let mut values = nd::Array3::zeros(shape);
    sperr::decompress_into_3d(stream, values.view_mut())?;
    Ok(values.into_raw_vec_and_offset().0)
}

/// The point-wise error mode with a chunking.
struct SperrSetting(SperrChunking);

impl PeerCodec for SperrSetting {
    fn setting(&self) -> String {
        self.0.name()
    }

    fn encode(&self, values: ArrayView3<'_, f32>, request: f64) -> Result<Vec<u8>> {
        let shape = self.0.order.shape(values.dim().into());
        let values = self.0.order.apply(values);
        let mode = CompressionMode::PointwiseError { pwe: request };
        self.0.encode(&values, shape, mode)
    }

    fn decode(&self, bytes: &[u8], shape: [usize; 3]) -> Result<Array3<f32>> {
        let values = decode(bytes, self.0.order.shape(shape))?;
        self.0.order.undo(values, shape)
    }
}
