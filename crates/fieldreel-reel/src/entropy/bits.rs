//! Bits that are all equally probable, kept as they are: the first of them lowest in the first byte.

/// Most bits that can be had at once, however many of a byte are read already.
const AT_ONCE: u32 = 56;

/// Writes bits.
#[derive(Debug, Default)]
pub(crate) struct BitWriter {
    bytes: Vec<u8>,
    /// The bits that do not fill a byte, and how many they are.
    open: u64,
    count: u32,
}

impl BitWriter {
    /// Adds the lowest `count` bits of `value`, up to [`AT_ONCE`].
    pub(crate) fn write(&mut self, value: u64, count: u32) {
        debug_assert!(count <= AT_ONCE);
        self.open |= lowest(value, count) << self.count;
        self.count += count;
        while self.count >= 8 {
            self.bytes.push(self.open as u8);
            self.open >>= 8;
            self.count -= 8;
        }
    }

    /// The bytes; what is left open in the last is 0.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        if self.count > 0 {
            self.bytes.push(self.open as u8);
        }
        self.bytes
    }
}

/// Reads bits. Beyond the end it reads zeros.
#[derive(Debug)]
pub(crate) struct BitReader {
    /// All bytes, and as many zeros as are read at once.
    bytes: Vec<u8>,
    /// How many bits are read already.
    position: usize,
}

impl BitReader {
    pub(crate) fn new(bytes: &[u8]) -> Self {
        Self {
            bytes: [bytes, &[0; 16]].concat(),
            position: 0,
        }
    }

    /// The next [`AT_ONCE`] bits at least, lowest first, without passing them.
    #[inline(always)]
    pub(crate) fn peek(&self) -> u64 {
        let rest = self.bytes.get(self.position / 8..);
        let next = rest.and_then(|rest| rest.first_chunk());
        u64::from_le_bytes(next.copied().unwrap_or_default()) >> (self.position % 8)
    }

    /// Passes so many bits.
    #[inline(always)]
    pub(crate) fn pass(&mut self, count: u32) {
        self.position = self.position.saturating_add(count as usize);
    }

    /// The next `count` bits, up to [`AT_ONCE`].
    #[inline(always)]
    pub(crate) fn read(&mut self, count: u32) -> u64 {
        debug_assert!(count <= AT_ONCE);
        let next = self.peek();
        self.pass(count);
        lowest(next, count)
    }

    /// Eight numbers of so many bits each, up to 14.
    #[inline(always)]
    pub(crate) fn read_each(&mut self, counts: &[u32; 8]) -> [u32; 8] {
        let rest = self.bytes.get(self.position / 8..);
        let next = rest.and_then(|rest| rest.first_chunk());
        let next = u128::from_le_bytes(next.copied().unwrap_or_default()) >> (self.position % 8);
        // Half of them fit into 64 bits.
        let [a, b, c, d, e, f, g, h] = *counts;
        let half = a + b + c + d;
        let halves = [next as u64, (next >> (half % 64)) as u64];
        let starts = [[0, a, a + b, a + b + c], [0, e, e + f, e + f + g]];
        let mut all = [0; 8];
        for (i, number) in all.iter_mut().enumerate() {
            let from = halves[i / 4] >> (starts[i / 4][i % 4] % 64);
            *number = from as u32 & !(u32::MAX << (counts[i] % 32));
        }
        self.pass(half + e + f + g + h);
        all
    }
}

/// The lowest `count` bits, up to [`AT_ONCE`].
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
            let counts = counts.map(|count| u32::from(count) % 15);
            let mut writer = BitWriter::default();
            for &(value, count) in &all {
                writer.write(value, count);
            }
            for count in counts {
                writer.write(0x5A5A, count);
            }
            let bytes = writer.finish();
            let written = all.iter().map(|(_, count)| count).sum::<u32>() + counts.iter().sum::<u32>();
            prop_assert_eq!(bytes.len(), written.div_ceil(8) as usize);
            let mut reader = BitReader::new(&bytes);
            for &(value, count) in &all {
                prop_assert_eq!(reader.read(count), lowest(value, count));
            }
            prop_assert_eq!(reader.read_each(&counts), counts.map(|count| lowest(0x5A5A, count) as u32));
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
