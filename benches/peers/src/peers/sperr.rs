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
        let longest = field.shape().into_iter().max().unwrap_or_default();
        let mut all: Vec<Box<dyn Codec>> = Vec::new();
        // Axis orders that turn the axes round, not those that mirror them: the wavelets of the first
        // axis differ from those of the other two.
        for order in &Order::ALL[..3] {
            for chunk in [usize::MAX, 256, 128, 64] {
                if chunk == usize::MAX || chunk < longest {
                    all.push(Box::new(Setting {
                        order: *order,
                        chunk,
                    }));
                }
            }
        }
        Ok(all)
    }
}

/// Chunks, in an order of the axes.
struct Setting {
    order: Order,
    /// The longest side of a chunk.
    chunk: usize,
}

impl Codec for Setting {
    fn setting(&self) -> String {
        match self.chunk {
            usize::MAX => format!("one chunk, {}", self.order.name()),
            chunk => format!("chunks of {chunk}³, {}", self.order.name()),
        }
    }

    fn encode(&self, values: ArrayView3<'_, f32>, request: f64) -> Outcome<Vec<u8>> {
        let shape = self.order.shape(values.dim().into());
        let values = self.order.apply(values).into_raw_vec_and_offset().0;
        let view = nd::ArrayView3::from_shape(shape, &values)?;
        let chunk: (usize, usize, usize) = shape.map(|side| side.min(self.chunk)).into();
        let mode = CompressionMode::PointwiseError { pwe: request };
        Ok(sperr::compress_3d(view, mode, chunk)?)
    }

    fn decode(&self, bytes: &[u8], shape: [usize; 3]) -> Outcome<Array3<f32>> {
        let mut values = nd::Array3::zeros(self.order.shape(shape));
        sperr::decompress_into_3d(bytes, values.view_mut())?;
        self.order.undo(values.into_raw_vec_and_offset().0, shape)
    }
}
