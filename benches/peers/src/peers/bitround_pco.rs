//! Rounded values, through pco.

use ndarray::{Array3, ArrayView3};
use pco::ChunkConfig;
use pco::standalone::{simple_compress, simple_decompress};

use super::order::Order;
use super::{Codec, Peer};
use crate::Outcome;
use crate::fields::FieldData;

/// pco's highest.
const LEVEL: usize = 12;
/// Of single precision, without the leading one.
const MANTISSA: u32 = 23;

/// Bit rounding (Klöwer et al., "Compressing atmospheric data into its real information content",
/// Nature Computational Science 1, 2021) with the fewest bits that keep the bound, or rounding to
/// multiples of twice the bound; then pco without loss.
pub(super) struct BitroundPco;

impl Peer for BitroundPco {
    fn name(&self) -> String {
        "bitround-pco".to_owned()
    }

    fn version(&self) -> String {
        format!("pco {}", env!("VERSION_PCO"))
    }

    fn candidates(&self, field: &FieldData, bound: f64) -> Outcome<Vec<Box<dyn Codec>>> {
        let kept = |&bits: &u32| {
            let errors = field.filled().into_iter();
            errors
                .map(|&x| (f64::from(x) - f64::from(round_bits(x, bits))).abs())
                .all(|error| error <= bound)
        };
        let bits = (0..=MANTISSA).find(kept).unwrap_or(MANTISSA);
        let mut all: Vec<Box<dyn Codec>> = Vec::new();
        for order in [Order::NATURAL, Order::ALL[1]] {
            for rounding in [Rounding::Bits(bits), Rounding::Multiples] {
                all.push(Box::new(Setting { order, rounding }));
            }
        }
        Ok(all)
    }
}

/// How values are rounded.
#[derive(Clone, Copy)]
enum Rounding {
    /// To so many bits of the mantissa.
    Bits(u32),
    /// To multiples of twice the bound.
    Multiples,
}

/// A way to round, in an order of the axes.
struct Setting {
    order: Order,
    rounding: Rounding,
}

impl Codec for Setting {
    fn setting(&self) -> String {
        let order = self.order.name();
        match self.rounding {
            Rounding::Bits(bits) => format!("{bits} bits, {order}"),
            Rounding::Multiples => format!("multiples of 2 ε, {order}"),
        }
    }

    fn encode(&self, values: ArrayView3<'_, f32>, request: f64) -> Outcome<Vec<u8>> {
        let step = 2.0 * request;
        let round = |&x: &f32| match self.rounding {
            Rounding::Bits(bits) => round_bits(x, bits),
            Rounding::Multiples => ((f64::from(x) / step).round() * step) as f32,
        };
        let values: Vec<f32> = self.order.apply(values).iter().map(round).collect();
        let config = ChunkConfig::default().with_compression_level(LEVEL);
        Ok(simple_compress(&values, &config)?)
    }

    fn decode(&self, bytes: &[u8], shape: [usize; 3]) -> Outcome<Array3<f32>> {
        self.order.undo(simple_decompress(bytes)?, shape)
    }
}

/// The nearest number with so many bits after the leading one; ties to even.
fn round_bits(x: f32, bits: u32) -> f32 {
    let dropped = MANTISSA - bits.min(MANTISSA);
    if dropped == 0 || !x.is_finite() {
        return x;
    }
    let all = x.to_bits();
    let half = (1_u32 << (dropped - 1)) - 1 + (all >> dropped & 1);
    f32::from_bits(all.wrapping_add(half) >> dropped << dropped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_rounded_to_the_nearest() {
        assert_eq!(round_bits(1.24, 1), 1.0);
        assert_eq!(round_bits(1.26, 1), 1.5);
        assert_eq!(round_bits(-1.26, 1), -1.5);
        // Ties to even, and over the next power of two.
        assert_eq!((round_bits(1.25, 1), round_bits(1.75, 1)), (1.0, 2.0));
        assert_eq!(round_bits(271.3, MANTISSA), 271.3);
        assert_eq!(round_bits(3.9, 0), 4.0);
    }
}
