//! Compressors that lose nothing: pco, and zstd behind a shuffle of bytes.

use ndarray::{Array3, ArrayView3};
use pco::ChunkConfig;
use pco::standalone::{simple_compress, simple_decompress};

use super::order::Order;
use super::{Codec, Peer};
use crate::Outcome;
use crate::fields::FieldData;
use crate::jobs::Target;

/// pco's highest; zstd's highest but its slowest ones, which gain under 1 %.
const PCO_LEVEL: usize = 12;
const ZSTD_LEVEL: i32 = 19;

/// A way to store values as they are.
#[derive(Clone, Copy)]
pub(super) enum Lossless {
    Pco,
    /// The first bytes of all values, then the second ones, and so on.
    ZstdShuffle,
}

impl Lossless {
    /// In the order of the tables.
    pub(super) const ALL: [Self; 2] = [Self::Pco, Self::ZstdShuffle];
}

impl Peer for Lossless {
    fn name(&self) -> String {
        match self {
            Self::Pco => "pco",
            Self::ZstdShuffle => "zstd-shuffle",
        }
        .to_owned()
    }

    fn version(&self) -> String {
        match self {
            Self::Pco => env!("VERSION_PCO"),
            Self::ZstdShuffle => env!("VERSION_ZSTD_SYS"),
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
                coder: *self,
                order,
            })
        };
        Ok([Order::NATURAL, Order::ALL[1]].map(setting).into())
    }
}

/// A coder, in an order of the axes.
struct Setting {
    coder: Lossless,
    order: Order,
}

impl Codec for Setting {
    fn setting(&self) -> String {
        self.order.name()
    }

    fn encode(&self, values: ArrayView3<'_, f32>, _: f64) -> Outcome<Vec<u8>> {
        let values = self.order.apply(values);
        Ok(match self.coder {
            Lossless::Pco => {
                let config = ChunkConfig::default().with_compression_level(PCO_LEVEL);
                simple_compress(&values, &config)?
            }
            Lossless::ZstdShuffle => zstd::bulk::compress(&shuffled(&values), ZSTD_LEVEL)?,
        })
    }

    fn decode(&self, bytes: &[u8], shape: [usize; 3]) -> Outcome<Array3<f32>> {
        let values = match self.coder {
            Lossless::Pco => simple_decompress(bytes)?,
            Lossless::ZstdShuffle => {
                let capacity = size_of::<f32>() * shape.iter().product::<usize>();
                unshuffled(&zstd::bulk::decompress(bytes, capacity)?)
            }
        };
        self.order.undo(values, shape)
    }
}

/// The lowest bytes of all values, then the second ones, and so on.
fn shuffled(values: &[f32]) -> Vec<u8> {
    let byte = |place: usize| values.iter().map(move |x| x.to_bits().to_le_bytes()[place]);
    (0..size_of::<f32>()).flat_map(byte).collect()
}

/// Undoes [`shuffled`].
fn unshuffled(bytes: &[u8]) -> Vec<f32> {
    let count = bytes.len() / size_of::<f32>();
    let value = |place| {
        let bytes = [0, 1, 2, 3].map(|byte| bytes[byte * count + place]);
        f32::from_bits(u32::from_le_bytes(bytes))
    };
    (0..count).map(value).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shuffle_puts_bytes_of_one_kind_together() {
        let values = [1.0_f32, -2.0, f32::NAN];
        let bytes = shuffled(&values);
        assert_eq!(bytes[..3], values.map(|x| x.to_bits() as u8));
        assert_eq!(bytes[9..], values.map(|x| (x.to_bits() >> 24) as u8));
        let back = unshuffled(&bytes);
        let bits = |x: &f32| x.to_bits();
        assert!(values.iter().map(bits).eq(back.iter().map(bits)));
    }
}
