//! Pseudorandom numbers that are the same on all machines.

/// The generator `SplitMix64` of Steele, Lea and Flood, "Fast splittable pseudorandom number
/// generators" (OOPSLA 2014).
pub(crate) struct SplitMix64(u64);

impl SplitMix64 {
    /// Creates a generator from a seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Returns a uniform number in 0..1.
    pub(crate) fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^= z >> 31;
        (z >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Returns a uniform number in `low..high`.
    pub(crate) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// Returns a normal number with a mean of 0 and a standard deviation of 1.
    ///
    /// The method is that of Box and Muller, "A Note on the Generation of Random Normal Deviates"
    /// (1958).
    pub(crate) fn normal(&mut self) -> f64 {
        // 1 − u is in (0, 1].
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        radius * self.phase().cos()
    }

    /// Returns a uniform angle in 0..2π.
    pub(crate) fn phase(&mut self) -> f64 {
        self.between(0.0, std::f64::consts::TAU)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_number_equals_that_of_the_reference() {
        // The first output for seed 0 is 0xE220A8397B1DCDAF.
        let expected = (0xE220_A839_7B1D_CDAF_u64 >> 11) as f64 / (1_u64 << 53) as f64;
        assert_eq!(SplitMix64::new(0).unit(), expected);
    }

    #[test]
    fn the_mean_of_uniform_numbers_is_one_half() {
        let mut random = SplitMix64::new(7);
        let mean = (0..10_000).map(|_| random.unit()).sum::<f64>() / 1e4;
        assert!((mean - 0.5).abs() < 0.01, "{mean}");
    }
}
