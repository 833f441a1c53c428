//! Symbols into bytes.

use super::{LANES, LEAST, Part, Tables};

/// Keeps symbols, and writes them when it finishes.
#[derive(Debug, Default)]
pub struct RansEncoder {
    parts: Vec<(u8, Part)>,
}

impl RansEncoder {
    /// An encoder with room for so many symbols.
    #[must_use]
    pub fn with_capacity(symbols: usize) -> Self {
        Self {
            parts: Vec::with_capacity(symbols),
        }
    }

    /// Adds a symbol of the table of a case, on a lane.
    #[inline]
    pub fn symbol(&mut self, lane: usize, tables: &Tables, case: u8, symbol: u8) {
        self.parts.push((lane as u8, tables.part(case, symbol)));
    }

    /// The bytes.
    pub fn finish(self, lanes: usize) -> Vec<u8> {
        let mut states = [LEAST; LANES];
        let mut words = Vec::new();
        for (lane, part) in self.parts.into_iter().rev() {
            // A width of 0 would be a symbol that has no part.
            let (start, width) = (part & 0xFFFF, (part >> 16).max(1));
            let state = &mut states[usize::from(lane) % LANES];
            if *state >> 16 >= width {
                words.push(*state as u16);
                *state >>= 16;
            }
            *state = ((*state / width) << 16) + *state % width + start;
        }
        let words = words.into_iter().rev().flat_map(u16::to_le_bytes);
        let states = states.into_iter().take(lanes).flat_map(u32::to_le_bytes);
        states.chain(words).collect()
    }
}
