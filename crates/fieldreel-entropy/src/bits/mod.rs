//! Bits that are all equally probable, kept as they are: the first of them lowest in the first byte.

#[cfg(target_arch = "x86_64")]
mod avx2;

/// Most bits that can be had at once, however many of a byte are read already.
const AT_ONCE: u32 = 56;

/// Writes bits.
#[derive(Debug, Default)]
pub struct BitWriter {
    bytes: Vec<u8>,
    /// The bits that do not fill eight bytes, and how many they are.
    open: u64,
    count: u32,
}

impl BitWriter {
    /// Adds the lowest `count` bits of `value`, up to 56.
    #[inline(always)]
    pub fn write(&mut self, value: u64, count: u32) {
        debug_assert!(count <= AT_ONCE);
        let value = lowest(value, count);
        self.open |= value << self.count;
        self.count += count;
        if self.count >= u64::BITS {
            self.bytes.extend(self.open.to_le_bytes());
            self.count -= u64::BITS;
            // There were fewer bits than 64 before, so at least one of these fitted.
            self.open = value >> 1 >> (count - self.count - 1);
        }
    }

    /// Adds the lowest bits of numbers, up to 8 of each.
    #[inline(always)]
    pub fn write_all(&mut self, values: &[u8], counts: &[u8]) {
        for (values, counts) in values.chunks(7).zip(counts.chunks(7)) {
            let (mut all, mut count) = (0, 0);
            for (&value, &of_value) in values.iter().zip(counts) {
                let of_value = u32::from(of_value);
                all |= lowest(value.into(), of_value) << count;
                count += of_value;
            }
            self.write(all, count);
        }
    }

    /// The bytes; what is left open in the last is 0.
    #[must_use]
    pub fn finish(mut self) -> Vec<u8> {
        let open = self.open.to_le_bytes();
        self.bytes.extend(&open[..self.count.div_ceil(8) as usize]);
        self.bytes
    }
}

/// Reads bits. Beyond the end it reads zeros.
#[derive(Debug)]
pub struct BitReader {
    /// All bytes, and as many zeros as are read at once.
    bytes: Vec<u8>,
    /// How many bits are read already.
    position: usize,
    #[cfg(target_arch = "x86_64")]
    simd: Option<avx2::Simd>,
}

impl BitReader {
    /// A reader of these bytes.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Self {
        Self {
            bytes: [bytes, &[0; 16]].concat(),
            position: 0,
            #[cfg(target_arch = "x86_64")]
            simd: avx2::Simd::try_new(),
        }
    }

    /// The same, which reads without AVX2 on every machine.
    #[cfg(test)]
    #[must_use]
    pub fn portable(self) -> Self {
        Self {
            #[cfg(target_arch = "x86_64")]
            simd: None,
            ..self
        }
    }

    /// The next 56 bits at least, lowest first, without passing them.
    #[inline(always)]
    #[must_use]
    pub fn peek(&self) -> u64 {
        let rest = self.bytes.get(self.position / 8..);
        let next = rest.and_then(|rest| rest.first_chunk());
        u64::from_le_bytes(next.copied().unwrap_or_default()) >> (self.position % 8)
    }

    /// Passes so many bits.
    #[inline(always)]
    pub fn pass(&mut self, count: u32) {
        self.position = self.position.saturating_add(count as usize);
    }

    /// The next `count` bits, up to 56.
    #[inline(always)]
    pub fn read(&mut self, count: u32) -> u64 {
        debug_assert!(count <= AT_ONCE);
        let next = self.peek();
        self.pass(count);
        lowest(next, count)
    }

    /// Sets runs of eight numbers each, of so many bits each, up to 14.
    #[inline(always)]
    pub fn read_runs(&mut self, counts: &[[u8; 8]], numbers: &mut [[u32; 8]]) {
        /// Times a byte: that byte eight times. Times eight bytes: in each, the sum of those up to it.
        const EACH: u64 = u64::MAX / 0xFF;

        let (bytes, mut position) = (&self.bytes[..], self.position);
        for (&counts, numbers) in counts.iter().zip(numbers) {
            let as_one = u64::from_le_bytes(counts);
            if as_one == 0 {
                *numbers = [0; 8];
                continue;
            }
            let rest = bytes.get(position / 8..);
            let next = rest.and_then(|rest| rest.first_chunk());
            let sums = as_one.wrapping_mul(EACH);
            // No byte is above 7 and seven times 14.
            let starts = (sums << 8) + (position % 8) as u64 * EACH;
            let next = next.copied().unwrap_or_default();
            *numbers = self.numbers(next, starts.to_le_bytes(), counts);
            position = position.saturating_add((sums >> 56) as usize);
        }
        self.position = position;
    }

    /// Of `bytes`, the numbers that begin at these bits and have so many each.
    #[inline(always)]
    fn numbers(&self, bytes: [u8; 16], starts: [u8; 8], counts: [u8; 8]) -> [u32; 8] {
        #[cfg(target_arch = "x86_64")]
        if let Some(simd) = self.simd {
            return avx2::numbers(simd, bytes, starts, counts);
        }
        let bytes = u128::from_le_bytes(bytes);
        std::array::from_fn(|i| lowest((bytes >> starts[i]) as u64, counts[i].into()) as u32)
    }
}

/// The lowest `count` bits, up to 56.
#[inline(always)]
fn lowest(value: u64, count: u32) -> u64 {
    value & !(u64::MAX << (count % u64::BITS))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn bits_come_back(all in prop::collection::vec((any::<u64>(), 0..=AT_ONCE), 0..100), counts: [u8; 8]) {
            let counts = counts.map(|count| count % 15);
            let mut writer = BitWriter::default();
            for &(value, count) in &all {
                writer.write(value, count);
            }
            for count in counts {
                writer.write(0x5A5A, count.into());
            }
            let bytes = writer.finish();
            let written = all.iter().map(|(_, count)| count).sum::<u32>() + counts.iter().map(|&count| u32::from(count)).sum::<u32>();
            prop_assert_eq!(bytes.len(), written.div_ceil(8) as usize);
            let expected = counts.map(|count| lowest(0x5A5A, count.into()) as u32);
            for mut reader in [BitReader::new(&bytes), BitReader::new(&bytes).portable()] {
                for &(value, count) in &all {
                    prop_assert_eq!(reader.read(count), lowest(value, count));
                }
                let mut numbers = [[1; 8]; 2];
                reader.read_runs(&[counts, [0; 8]], &mut numbers);
                prop_assert_eq!(numbers, [expected, [0; 8]]);
                prop_assert_eq!(reader.position, written as usize);
            }
        }
    }

    #[test]
    fn beyond_the_end_are_zeros() {
        let mut reader = BitReader::new(&[0xFF]);
        assert_eq!(reader.read(12), 0xFF);
        reader.pass(u32::MAX);
        assert_eq!(reader.read(AT_ONCE), 0);
    }
}
