//! Lossless coders as peers: pco, and zstd after shuffling the bytes.

use ndarray::{Array3, ArrayView3};

use super::axis_permutation::AxisPermutation;
use super::{Peer, PeerCodec};
use crate::Result;
use crate::fields::FieldData;
use crate::jobs::RowTarget;
use crate::lossless_coders::LosslessCoder;

/// A lossless coder as a peer.
#[derive(Clone, Copy)]
pub(super) struct LosslessPeer(LosslessCoder);

impl LosslessPeer {
    /// All lossless peers in the order of the tables.
    pub(super) const ALL: [Self; 2] = [Self(LosslessCoder::Pco), Self(LosslessCoder::Zstd)];
}

impl Peer for LosslessPeer {
    fn name(&self) -> String {
        match self.0 {
            LosslessCoder::Pco => "pco",
            LosslessCoder::Zstd => "zstd-shuffle",
            LosslessCoder::Deflate => "deflate-shuffle",
        }
        .to_owned()
    }

    fn version(&self) -> String {
        match self.0 {
            LosslessCoder::Pco => env!("VERSION_PCO"),
            LosslessCoder::Zstd => env!("VERSION_ZSTD_SYS"),
            LosslessCoder::Deflate => env!("VERSION_LIBZ_SYS"),
        }
        .to_owned()
    }

    fn supports(&self, target: RowTarget) -> bool {
        target == RowTarget::Lossless
    }

    fn supports_missing(&self) -> bool {
        true
    }

    fn finalists(&self) -> usize {
        1
    }

    fn candidates(&self, _: &FieldData, _: f64) -> Result<Vec<Box<dyn PeerCodec>>> {
        let setting = |order| -> Box<dyn PeerCodec> {
            Box::new(LosslessSetting {
                coder: self.0,
                order,
            })
        };
        Ok([AxisPermutation::NATURAL, AxisPermutation::ALL[1]]
            .map(setting)
            .into())
    }
}

/// A coder with an axis order.
struct LosslessSetting {
    coder: LosslessCoder,
    order: AxisPermutation,
}

impl PeerCodec for LosslessSetting {
    fn setting(&self) -> String {
        self.order.name()
    }

    fn encode(&self, values: ArrayView3<'_, f32>, _: f64) -> Result<Vec<u8>> {
        self.coder.encode(&self.order.apply(values))
    }

    fn decode(&self, bytes: &[u8], shape: [usize; 3]) -> Result<Array3<f32>> {
        let values = self.coder.decode(bytes, shape.iter().product())?;
        self.order.undo(values, shape)
    }
}
