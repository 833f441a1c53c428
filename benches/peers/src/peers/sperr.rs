//! SPERR: wavelets, and a list of the values that miss the bound.

use ndarray::{Array3, ArrayView3};
use ndarray_0_16 as nd;
use sperr::CompressionMode;

use super::order::Order;
use super::{Codec, Peer};
use crate::Outcome;
use crate::fields::FieldData;

/// Li, Lindstrom and Clyne, "Lossy Scientific Data Compression With SPERR" (IPDPS 2023). Point-wise
/// error mode in three dimensions.
pub(super) struct Sperr;

impl Peer for Sperr {
    fn name(&self) -> String {
        "sperr".to_owned()
    }

    fn version(&self) -> String {
        env!("VERSION_SPERR").to_owned()
    }

    fn candidates(&self, field: &FieldData, _: f64) -> Outcome<Vec<Box<dyn Codec>>> {
        let boxed = |chunks| -> Box<dyn Codec> { Box::new(Setting(chunks)) };
        Ok(Chunks::all(field.shape()).into_iter().map(boxed).collect())
    }
}

/// Chunks, in an order of the axes.
#[derive(Clone, Copy)]
pub(super) struct Chunks {
    pub(super) order: Order,
    /// The longest side of a chunk.
    side: usize,
}

impl Chunks {
    /// Those to try for a field of this shape.
    pub(super) fn all(shape: [usize; 3]) -> Vec<Self> {
        let longest = shape.into_iter().max().unwrap_or_default();
        let mut all = Vec::new();
        // Axis orders that turn the axes round, not those that mirror them: the wavelets of the first
        // axis differ from those of the other two.
        for &order in &Order::ALL[..3] {
            for side in [usize::MAX, 256, 128, 64] {
                if side == usize::MAX || side < longest {
                    all.push(Self { order, side });
                }
            }
        }
        all
    }

    /// In a few words.
    pub(super) fn name(self) -> String {
        match self.side {
            usize::MAX => format!("one chunk, {}", self.order.name()),
            side => format!("chunks of {side}³, {}", self.order.name()),
        }
    }

    /// The stream of values in this order, whose axes then have this shape.
    pub(super) fn encode(
        self,
        values: &[f32],
        shape: [usize; 3],
        mode: CompressionMode,
    ) -> Outcome<Vec<u8>> {
        let view = nd::ArrayView3::from_shape(shape, values)?;
        let chunk: (usize, usize, usize) = shape.map(|side| side.min(self.side)).into();
        Ok(sperr::compress_3d(view, mode, chunk)?)
    }
}

/// The values of a stream, in the order of [`Chunks`].
pub(super) fn decode(stream: &[u8], shape: [usize; 3]) -> Outcome<Vec<f32>> {
    let mut values = nd::Array3::zeros(shape);
    sperr::decompress_into_3d(stream, values.view_mut())?;
    Ok(values.into_raw_vec_and_offset().0)
}

/// Point-wise error mode.
struct Setting(Chunks);

impl Codec for Setting {
    fn setting(&self) -> String {
        self.0.name()
    }

    fn encode(&self, values: ArrayView3<'_, f32>, request: f64) -> Outcome<Vec<u8>> {
        let shape = self.0.order.shape(values.dim().into());
        let values = self.0.order.apply(values);
        let mode = CompressionMode::PointwiseError { pwe: request };
        self.0.encode(&values, shape, mode)
    }

    fn decode(&self, bytes: &[u8], shape: [usize; 3]) -> Outcome<Array3<f32>> {
        let values = decode(bytes, self.0.order.shape(shape))?;
        self.0.order.undo(values, shape)
    }
}
