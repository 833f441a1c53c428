//! Rounding of values followed by pco.

use ndarray::{Array3, ArrayView3};
use pco::ChunkConfig;
use pco::standalone::{simple_compress, simple_decompress};

use super::axis_permutation::AxisPermutation;
use super::{Peer, PeerCodec};
use crate::Result;
use crate::fields::FieldData;

/// The highest compression level of pco.
const PCO_LEVEL: usize = 12;
/// The explicit bits of the mantissa of single precision.
const MANTISSA_BITS: u32 = 23;

/// Rounding followed by lossless pco.
///
/// Values are rounded to the fewest bits that satisfy the bound (Klöwer et al., "Compressing
/// atmospheric data into its real information content", Nature Computational Science 1, 2021) or
/// to multiples of twice the bound.
pub(super) struct BitroundPco;

impl Peer for BitroundPco {
    fn name(&self) -> String {
        "bitround-pco".to_owned()
    }

    fn version(&self) -> String {
        format!("pco {}", env!("VERSION_PCO"))
    }

    fn candidates(&self, field: &FieldData, bound: f64) -> Result<Vec<Box<dyn PeerCodec>>> {
        let satisfies_bound = |&bits: &u32| {
            let errors = field.filled().into_iter();
            errors
                .map(|&x| (f64::from(x) - f64::from(round_bits(x, bits))).abs())
                .all(|error| error <= bound)
        };
        let bits = (0..=MANTISSA_BITS)
            .find(satisfies_bound)
            .unwrap_or(MANTISSA_BITS);
        let mut all: Vec<Box<dyn PeerCodec>> = Vec::new();
        for order in [AxisPermutation::NATURAL, AxisPermutation::ALL[1]] {
            for rounding in [Rounding::Bits(bits), Rounding::Multiples] {
                all.push(Box::new(BitroundPcoSetting { order, rounding }));
            }
        }
        Ok(all)
    }
}

/// A method of rounding.
#[derive(Clone, Copy)]
enum Rounding {
    /// Rounding to a number of bits of the mantissa.
    Bits(u32),
    /// Rounding to multiples of twice the bound.
    Multiples,
}

/// A method of rounding with an axis order.
struct BitroundPcoSetting {
    order: AxisPermutation,
    rounding: Rounding,
}

impl PeerCodec for BitroundPcoSetting {
    fn setting(&self) -> String {
        let order = self.order.name();
        match self.rounding {
            Rounding::Bits(bits) => format!("{bits} bits, {order}"),
            Rounding::Multiples => format!("multiples of 2 ε, {order}"),
        }
    }

    fn encode(&self, values: ArrayView3<'_, f32>, request: f64) -> Result<Vec<u8>> {
        let step = 2.0 * request;
        let round = |&x: &f32| match self.rounding {
            Rounding::Bits(bits) => round_bits(x, bits),
            Rounding::Multiples => ((f64::from(x) / step).round() * step) as f32,
        };
        let values: Vec<f32> = self.order.apply(values).iter().map(round).collect();
        let config = ChunkConfig::default().with_compression_level(PCO_LEVEL);
        Ok(simple_compress(&values, &config)?)
    }

    fn decode(&self, bytes: &[u8], shape: [usize; 3]) -> Result<Array3<f32>> {
        self.order.undo(simple_decompress(bytes)?, shape)
    }
}

/// Returns the nearest number with `bits` explicit bits of the mantissa. Ties round to even.
fn round_bits(x: f32, bits: u32) -> f32 {
    let dropped = MANTISSA_BITS - bits.min(MANTISSA_BITS);
    if dropped == 0 || !x.is_finite() {
        return x;
    }
    let word = x.to_bits();
    let half = (1_u32 << (dropped - 1)) - 1 + (word >> dropped & 1);
    f32::from_bits(word.wrapping_add(half) >> dropped << dropped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_rounded_to_the_nearest() {
        assert_eq!(round_bits(1.24, 1), 1.0);
        assert_eq!(round_bits(1.26, 1), 1.5);
        assert_eq!(round_bits(-1.26, 1), -1.5);
        // Ties round to even, across a power of two as well.
        assert_eq!((round_bits(1.25, 1), round_bits(1.75, 1)), (1.0, 2.0));
        assert_eq!(round_bits(271.3, MANTISSA_BITS), 271.3);
        assert_eq!(round_bits(3.9, 0), 4.0);
    }
}
