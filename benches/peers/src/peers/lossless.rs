//! Coders that lose nothing: pco, and zstd behind a shuffle of bytes.

use ndarray::{Array3, ArrayView3};

use super::order::Order;
use super::{Codec, Peer};
use crate::Outcome;
use crate::coders::Coder;
use crate::fields::FieldData;
use crate::jobs::Target;

/// A coder of values as they are.
#[derive(Clone, Copy)]
pub(super) struct Lossless(Coder);

impl Lossless {
    /// In the order of the tables.
    pub(super) const ALL: [Self; 2] = [Self(Coder::Pco), Self(Coder::Zstd)];
}

impl Peer for Lossless {
    fn name(&self) -> String {
        match self.0 {
            Coder::Pco => "pco",
            Coder::Zstd => "zstd-shuffle",
            Coder::Deflate => "deflate-shuffle",
        }
        .to_owned()
    }

    fn version(&self) -> String {
        match self.0 {
            Coder::Pco => env!("VERSION_PCO"),
            Coder::Zstd => env!("VERSION_ZSTD_SYS"),
            Coder::Deflate => env!("VERSION_LIBZ_SYS"),
        }
        .to_owned()
    }

    fn takes(&self, target: Target) -> bool {
        target == Target::Lossless
    }

    fn takes_missing(&self) -> bool {
        true
    }

    fn finalists(&self) -> usize {
        1
    }

    fn candidates(&self, _: &FieldData, _: f64) -> Outcome<Vec<Box<dyn Codec>>> {
        let setting = |order| -> Box<dyn Codec> {
            Box::new(Setting {
                coder: self.0,
                order,
            })
        };
        Ok([Order::NATURAL, Order::ALL[1]].map(setting).into())
    }
}

/// A coder, in an order of the axes.
struct Setting {
    coder: Coder,
    order: Order,
}

impl Codec for Setting {
    fn setting(&self) -> String {
        self.order.name()
    }

    fn encode(&self, values: ArrayView3<'_, f32>, _: f64) -> Outcome<Vec<u8>> {
        self.coder.encode(&self.order.apply(values))
    }

    fn decode(&self, bytes: &[u8], shape: [usize; 3]) -> Outcome<Array3<f32>> {
        let values = self.coder.decode(bytes, shape.iter().product())?;
        self.order.undo(values, shape)
    }
}
