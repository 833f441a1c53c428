//! Symbols into bytes.

use super::{LANES, LEAST, Part, Table};

/// The part of a symbol in the form that encodes it without a division.
#[derive(Clone, Copy, Debug, Default)]
pub struct EncoderPart {
    /// The quotient of 2^64 by the width, rounded up; 2^64 − 1 for a width of 1.
    reciprocal: u64,
    /// The start of the part; for a width of 1, as much more as makes up for the quotient, which is too small by 1.
    bias: u32,
    /// The difference between 65536 and the width.
    complement: u32,
    width: u32,
}

impl EncoderPart {
    pub(super) fn new(part: Part) -> Self {
        let (start, width) = (part & 0xFFFF, part >> 16);
        let complement = (1 << 16) - width;
        match width {
            0 => Self::default(),
            1 => Self {
                reciprocal: u64::MAX,
                bias: start + complement,
                complement,
                width,
            },
            _ => Self {
                reciprocal: u64::MAX / u64::from(width) + 1,
                bias: start,
                complement,
                width,
            },
        }
    }
}

impl Table {
    /// Returns the part of a symbol for an encoder.
    #[must_use]
    pub fn encoder_part(&self, symbol: usize) -> EncoderPart {
        EncoderPart::new(self.part(symbol))
    }
}

/// Encodes symbols, the last one first.
#[derive(Debug)]
pub struct RansEncoder {
    states: [u32; LANES],
    /// The words, the last one first, of which those from `count` on have no meaning.
    words: Vec<u16>,
    count: usize,
}

impl Default for RansEncoder {
    fn default() -> Self {
        Self {
            states: [LEAST; LANES],
            words: Vec::new(),
            count: 0,
        }
    }
}

impl RansEncoder {
    /// Encodes symbols, the last one first. The part of each is that at its index in `parts`. The lane of the first is
    /// `lane`, and those after it take turns on `lanes` lanes, a power of 2 up to [`LANES`].
    #[inline(always)]
    pub fn symbols<const N: usize>(
        &mut self,
        (lane, lanes): (usize, usize),
        parts: &[EncoderPart; N],
        symbols: &[u16],
    ) {
        debug_assert!(lanes.is_power_of_two() && lanes <= LANES && N.is_power_of_two());
        self.words.resize(self.count + symbols.len(), 0);
        let words = &mut self.words[self.count..];
        let mut count = 0;
        for (place, &symbol) in symbols.iter().enumerate().rev() {
            let part = &parts[usize::from(symbol) % N];
            let state = &mut self.states[(lane + place) & (lanes - 1) & (LANES - 1)];
            // Without a branch: which way it would go, nothing foretells.
            let is_high = *state >> 16 >= part.width;
            if let Some(word) = words.get_mut(count) {
                *word = *state as u16;
            }
            count += usize::from(is_high);
            let left = if is_high { *state >> 16 } else { *state };
            let quotient = (u128::from(left) * u128::from(part.reciprocal)) >> 64;
            // The quotient · 65536 + the rest + the start.
            *state = left
                .wrapping_add(part.bias)
                .wrapping_add((quotient as u32).wrapping_mul(part.complement));
        }
        self.count += count;
    }

    /// Returns the bytes.
    #[must_use]
    pub fn finish(self, lanes: usize) -> Vec<u8> {
        let words = self.words[..self.count].iter().rev();
        let words = words.flat_map(|word| word.to_le_bytes());
        let states = self.states.into_iter().take(lanes);
        states.flat_map(u32::to_le_bytes).chain(words).collect()
    }
}
