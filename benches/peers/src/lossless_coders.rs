//! Lossless coders of values of any type.

use fieldreel::reel::ReelElement;
use pco::ChunkConfig;
use pco::standalone::{simple_compress, simple_decompress};
use std::io::{Read, Write};

use crate::Result;

/// A lossless coder.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum LosslessCoder {
    /// HDF5's shuffle and deflate, at the highest level.
    Deflate,
    /// HDF5's shuffle and zstd, at level 19. The slower levels gain less than 1 %.
    Zstd,
    /// pco, at the highest level.
    Pco,
}

const DEFLATE_LEVEL: u32 = 9;
const ZSTD_LEVEL: i32 = 19;
const PCO_LEVEL: usize = 12;

impl LosslessCoder {
    /// All coders in the order of the tables.
    pub(crate) const ALL: [Self; 3] = [Self::Deflate, Self::Zstd, Self::Pco];

    /// Returns the name of the coder in the tables.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Deflate => "shuffle, deflate 9",
            Self::Zstd => "shuffle, zstd 19",
            Self::Pco => "pco 12",
        }
    }

    pub(crate) fn encode<T: ReelElement>(self, values: &[T]) -> Result<Vec<u8>> {
        Ok(match self {
            Self::Deflate => {
                let level = flate2::Compression::new(DEFLATE_LEVEL);
                let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), level);
                encoder.write_all(&shuffled(values))?;
                encoder.finish()?
            }
            Self::Zstd => zstd::bulk::compress(&shuffled(values), ZSTD_LEVEL)?,
            Self::Pco => {
                let config = ChunkConfig::default()
                    .with_compression_level(PCO_LEVEL)
                    .with_enable_8_bit(true);
                let packed: &[T::Packed] = bytemuck::cast_slice(values);
                simple_compress(packed, &config)?
            }
        })
    }

    pub(crate) fn decode<T: ReelElement>(self, bytes: &[u8], count: usize) -> Result<Vec<T>> {
        Ok(match self {
            Self::Deflate => {
                let mut shuffled = Vec::new();
                flate2::read::ZlibDecoder::new(bytes).read_to_end(&mut shuffled)?;
                unshuffled(&shuffled)
            }
            Self::Zstd => unshuffled(&zstd::bulk::decompress(bytes, count * T::BYTES)?),
            Self::Pco => {
                let packed: Vec<T::Packed> = simple_decompress(bytes)?;
                bytemuck::allocation::pod_collect_to_vec(&packed)
            }
        })
    }
}

/// Returns the lowest bytes of all values, then their second bytes, and so on.
fn shuffled<T: ReelElement>(values: &[T]) -> Vec<u8> {
    let bytes: &[u8] = bytemuck::cast_slice(values);
    let plane = |at: usize| bytes.iter().skip(at).step_by(T::BYTES);
    (0..T::BYTES).flat_map(plane).copied().collect()
}

/// Reverses [`shuffled`].
fn unshuffled<T: ReelElement>(bytes: &[u8]) -> Vec<T> {
    let count = bytes.len() / T::BYTES;
    let mut values = vec![T::default(); count];
    let into: &mut [u8] = bytemuck::cast_slice_mut(&mut values);
    for (at, plane) in bytes.chunks_exact(count.max(1)).enumerate() {
        for (to, byte) in into.iter_mut().skip(at).step_by(T::BYTES).zip(plane) {
            *to = *byte;
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_coder_round_trips() {
        fn assert_round_trip<T: ReelElement>(values: &[T]) {
            for coder in LosslessCoder::ALL {
                let bytes = coder.encode(values).unwrap();
                assert_eq!(coder.decode::<T>(&bytes, values.len()).unwrap(), values);
            }
        }
        assert_round_trip(&(0..1000).map(|x| x * x).collect::<Vec<i32>>());
        assert_round_trip(&(0..1000).map(|x| (x * x % 251) as u8).collect::<Vec<_>>());
        assert_round_trip(
            &(0..1000_i16)
                .map(|x| f32::from(x).sin())
                .collect::<Vec<_>>(),
        );
        assert_eq!(shuffled(&[0x0102_u16, 0x0304]), [2, 4, 1, 3]);
    }
}
