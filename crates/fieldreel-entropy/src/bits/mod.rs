//! Raw bits, which have equal probabilities. The first bit is the lowest bit of the first byte.

#[cfg(target_arch = "x86_64")]
mod avx2;

/// The maximum number of bits of one read or write. A read takes eight bytes, of which the first
/// may be partly read.
const MAX_BITS: u32 = 56;

/// A writer of bits.
///
/// ```
/// use fieldreel_entropy::{BitReader, BitWriter};
///
/// let mut writer = BitWriter::default();
/// writer.write(5, 3);
/// writer.write(300, 9);
/// let bytes = writer.finish();
/// assert_eq!(bytes.len(), 2); // The last 4 bits are not used.
///
/// let mut reader = BitReader::new(&bytes);
/// assert_eq!([reader.read(3), reader.read(9)], [5, 300]);
/// ```
#[derive(Debug, Default)]
pub struct BitWriter {
    bytes: Vec<u8>,
    /// The bits that do not fill eight bytes yet.
    pending: u64,
    /// The number of pending bits, below 64.
    pending_count: u32,
}

impl BitWriter {
    /// Appends the lowest `count` bits of `value`, up to 56.
    #[inline(always)]
    pub fn write(&mut self, value: u64, count: u32) {
        debug_assert!(count <= MAX_BITS);
        let value = lowest_bits(value, count);
        self.pending |= value << self.pending_count;
        self.pending_count += count;
        if self.pending_count >= u64::BITS {
            self.bytes.extend(self.pending.to_le_bytes());
            self.pending_count -= u64::BITS;
            // Fewer than 64 bits were pending, so at least one bit of the value is written.
            self.pending = value >> 1 >> (count - self.pending_count - 1);
        }
    }

    /// Appends the lowest `counts` bits of `values`, up to 8 of each.
    #[inline(always)]
    pub fn write_many(&mut self, values: &[u8], counts: &[u8]) {
        for (values, counts) in values.chunks(7).zip(counts.chunks(7)) {
            let (mut packed, mut packed_count) = (0, 0);
            for (&value, &count) in values.iter().zip(counts) {
                let count = u32::from(count);
                packed |= lowest_bits(value.into(), count) << packed_count;
                packed_count += count;
            }
            self.write(packed, packed_count);
        }
    }

    /// Returns the bytes. Unused bits of the last byte are 0.
    #[must_use]
    pub fn finish(mut self) -> Vec<u8> {
        let pending = self.pending.to_le_bytes();
        let count = self.pending_count.div_ceil(8) as usize;
        self.bytes.extend(&pending[..count]);
        self.bytes
    }
}

/// A reader of bits. Past the end, it reads zeros.
///
/// See the example of [`BitWriter`].
#[derive(Debug)]
pub struct BitReader {
    /// All bytes, padded with as many zeros as are read at once.
    bytes: Vec<u8>,
    /// The number of bits read.
    position: usize,
    #[cfg(target_arch = "x86_64")]
    simd: Option<avx2::Simd>,
}

impl BitReader {
    /// Creates a reader of these bytes.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Self {
        Self {
            bytes: [bytes, &[0; 16]].concat(),
            position: 0,
            #[cfg(target_arch = "x86_64")]
            simd: avx2::Simd::try_new(),
        }
    }

    /// Returns the same reader without AVX2.
    #[cfg(test)]
    #[must_use]
    pub fn portable(self) -> Self {
        Self {
            #[cfg(target_arch = "x86_64")]
            simd: None,
            ..self
        }
    }

    /// Returns the next 56 bits or more, lowest first, without advancing.
    #[inline(always)]
    #[must_use]
    pub fn peek(&self) -> u64 {
        let rest = self.bytes.get(self.position / 8..);
        let next = rest.and_then(|rest| rest.first_chunk());
        u64::from_le_bytes(next.copied().unwrap_or_default()) >> (self.position % 8)
    }

    /// Advances by `count` bits.
    #[inline(always)]
    pub fn skip(&mut self, count: u32) {
        self.position = self.position.saturating_add(count as usize);
    }

    /// Reads the next `count` bits, up to 56.
    #[inline(always)]
    pub fn read(&mut self, count: u32) -> u64 {
        debug_assert!(count <= MAX_BITS);
        let next = self.peek();
        self.skip(count);
        lowest_bits(next, count)
    }

    /// Reads vectors of eight values. `counts` has the number of bits of each value, up to 14.
    ///
    /// ```
    /// use fieldreel_entropy::{BitReader, BitWriter};
    ///
    /// let counts = [3; 8];
    /// let mut writer = BitWriter::default();
    /// writer.write_many(&[1, 2, 3, 4, 5, 6, 7, 0], &counts);
    ///
    /// let mut values = [[0; 8]];
    /// BitReader::new(&writer.finish()).read_vectors(&[counts], &mut values);
    /// assert_eq!(values, [[1, 2, 3, 4, 5, 6, 7, 0]]);
    /// ```
    #[inline(always)]
    pub fn read_vectors(&mut self, counts: &[[u8; 8]], values: &mut [[u32; 8]]) {
        /// A number of eight bytes that are all 1. Its product with a byte repeats the byte, and
        /// its product with a number of eight bytes consists of the prefix sums of these bytes.
        const ONES: u64 = u64::MAX / 0xFF;

        let (bytes, mut position) = (&self.bytes[..], self.position);
        for (&counts, values) in counts.iter().zip(values) {
            let packed_counts = u64::from_le_bytes(counts);
            if packed_counts == 0 {
                *values = [0; 8];
                continue;
            }
            let rest = bytes.get(position / 8..);
            let next = rest.and_then(|rest| rest.first_chunk());
            let sums = packed_counts.wrapping_mul(ONES);
            // No byte overflows: the largest is 7 + 7 · 14.
            let starts = (sums << 8) + (position % 8) as u64 * ONES;
            let next = next.copied().unwrap_or_default();
            *values = self.unpack(next, starts.to_le_bytes(), counts);
            position = position.saturating_add((sums >> 56) as usize);
        }
        self.position = position;
    }

    /// Unpacks eight values: value `i` has `counts[i]` bits, of which bit `starts[i]` of `bytes`
    /// is the lowest.
    #[inline(always)]
    fn unpack(&self, bytes: [u8; 16], starts: [u8; 8], counts: [u8; 8]) -> [u32; 8] {
        #[cfg(target_arch = "x86_64")]
        if let Some(simd) = self.simd {
            return avx2::unpack(simd, bytes, starts, counts);
        }
        let bytes = u128::from_le_bytes(bytes);
        std::array::from_fn(|i| lowest_bits((bytes >> starts[i]) as u64, counts[i].into()) as u32)
    }
}

/// Returns the lowest `count` bits, up to 56.
#[inline(always)]
fn lowest_bits(value: u64, count: u32) -> u64 {
    value & !(u64::MAX << (count % u64::BITS))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn bits_round_trip(writes in prop::collection::vec((any::<u64>(), 0..=MAX_BITS), 0..100), counts: [u8; 8]) {
            let counts = counts.map(|count| count % 15);
            let mut writer = BitWriter::default();
            for &(value, count) in &writes {
                writer.write(value, count);
            }
            for count in counts {
                writer.write(0x5A5A, count.into());
            }
            let bytes = writer.finish();
            let written = writes.iter().map(|(_, count)| count).sum::<u32>() + counts.iter().map(|&count| u32::from(count)).sum::<u32>();
            prop_assert_eq!(bytes.len(), written.div_ceil(8) as usize);
            let expected = counts.map(|count| lowest_bits(0x5A5A, count.into()) as u32);
            for mut reader in [BitReader::new(&bytes), BitReader::new(&bytes).portable()] {
                for &(value, count) in &writes {
                    prop_assert_eq!(reader.read(count), lowest_bits(value, count));
                }
                let mut values = [[1; 8]; 2];
                reader.read_vectors(&[counts, [0; 8]], &mut values);
                prop_assert_eq!(values, [expected, [0; 8]]);
                prop_assert_eq!(reader.position, written as usize);
            }
        }
    }

    #[test]
    fn zeros_are_read_past_the_end() {
        let mut reader = BitReader::new(&[0xFF]);
        assert_eq!(reader.read(12), 0xFF);
        reader.skip(u32::MAX);
        assert_eq!(reader.read(MAX_BITS), 0);
    }
}
