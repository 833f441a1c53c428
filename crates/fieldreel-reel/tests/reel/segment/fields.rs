//! Random fields for tests: smooth, noisy, spiky, huge, tiny, with missing values.

use fieldreel_reel::ReelElement;
use ndarray::Array3;
use proptest::prelude::*;

/// A field with missing values, and its fill value.
#[derive(Clone, Debug)]
pub(crate) struct Field<T> {
    pub(crate) values: Array3<T>,
    pub(crate) fill: Option<f64>,
}

/// An element type of the tests.
pub(crate) trait Element: ReelElement + From<f32> {
    fn cast(value: f64) -> Self;
    fn to_bits64(self) -> u64;
    fn any_bits(bits: u64) -> Self;
}

impl Element for f32 {
    fn cast(value: f64) -> Self {
        value as Self
    }
    fn to_bits64(self) -> u64 {
        self.to_bits().into()
    }
    fn any_bits(bits: u64) -> Self {
        Self::from_bits(bits as u32)
    }
}

impl Element for f64 {
    fn cast(value: f64) -> Self {
        value
    }
    fn to_bits64(self) -> u64 {
        self.to_bits()
    }
    fn any_bits(bits: u64) -> Self {
        Self::from_bits(bits)
    }
}

/// A pseudorandom generator whose seed is a single number, so that a shrunk test case stays
/// readable.
pub(crate) struct Noise(u64);

impl Noise {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed | 1)
    }

    pub(crate) fn bits(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    pub(crate) fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

pub(crate) fn field<T: Element>() -> impl Strategy<Value = Field<T>> {
    let shape = prop_oneof![
        3 => (1_usize..12, 1_usize..20, 1_usize..20),
        1 => (1_usize..4, 1_usize..3, 1_usize..200),
        1 => Just((1, 1, 1)),
    ];
    let scale = prop_oneof![
        4 => Just(1.0),
        1 => Just(1e30),
        1 => Just(1e-30),
        1 => Just(1e-40),
    ];
    (shape, 0..7_u8, scale, 0..5_u8, any::<u64>())
        .prop_map(|(shape, kind, scale, gaps, seed)| make(shape, kind, scale, gaps, seed))
}

fn make<T: Element>(
    shape: (usize, usize, usize),
    kind: u8,
    scale: f64,
    gaps: u8,
    seed: u64,
) -> Field<T> {
    let mut noise = Noise::new(seed);
    let fill = (gaps == 3).then_some(-1e34);
    let values = Array3::from_shape_fn(shape, |(t, y, x)| {
        let (ft, fy, fx) = (t as f64, y as f64, x as f64);
        let smooth = (fx / 5.0 + ft / 3.0).sin() + 0.5 * (fy / 4.0 - ft / 7.0).cos();
        let value = match kind {
            0 | 1 => smooth + 0.01 * noise.unit(),
            2 => noise.unit() * 2.0 - 1.0,
            3 if (t, y, x) == (shape.0 / 2, shape.1 / 2, shape.2 / 2) => 1.0,
            3 => 0.0,
            4 => 273.15 + smooth,
            5 => -1.5,
            _ => {
                let value = T::any_bits(noise.bits()).to_f64();
                if value.is_finite() {
                    value / scale.max(1.0)
                } else {
                    0.0
                }
            }
        };
        let value = value * scale;
        let gap = noise.unit();
        T::cast(match gaps {
            1 if gap < 0.3 => f64::NAN,
            2 if gap < 0.1 => f64::INFINITY,
            2 if gap < 0.2 => f64::NEG_INFINITY,
            2 if gap < 0.3 => f64::NAN,
            3 if x % 5 < 2 => -1e34,
            4 if y % 3 == 0 => f64::NAN,
            _ => value,
        })
    });
    Field { values, fill }
}
