//! Bytes back into symbols.

#[cfg(target_arch = "x86_64")]
use super::at_once;
use super::{LANES, LEAST, RUN, Table, filled, left};

/// Reads symbols.
#[derive(Debug)]
pub(crate) struct RansDecoder {
    states: [u32; LANES],
    #[cfg(target_arch = "x86_64")]
    simd: Option<at_once::Simd>,
    words: Vec<u16>,
    next: usize,
}

impl RansDecoder {
    /// A decoder of what a [`RansEncoder`] wrote with as many lanes. Beyond the end it reads zeros.
    pub(crate) fn new(mut bytes: &[u8], lanes: usize) -> Self {
        let mut states = [LEAST; LANES];
        for state in states.iter_mut().take(lanes) {
            if let Some((first, rest)) = bytes.split_first_chunk() {
                *state = u32::from_le_bytes(*first).max(LEAST);
                bytes = rest;
            }
        }
        let (words, _) = bytes.as_chunks();
        Self {
            states,
            #[cfg(target_arch = "x86_64")]
            simd: at_once::Simd::try_new(),
            words: words.iter().map(|&word| u16::from_le_bytes(word)).collect(),
            next: 0,
        }
    }

    /// The next symbols of the tables that `cases` name; they take turns on the first `LANES` lanes.
    #[inline(always)]
    pub(crate) fn symbols<const LANES: usize>(
        &mut self,
        tables: &[Table; 256],
        cases: &[u8; RUN],
    ) -> [u8; RUN] {
        let words = self.words.get(self.next..).unwrap_or_default();
        let last;
        let words = match words.first_chunk::<RUN>() {
            Some(words) => words,
            None => {
                last = rest(words);
                &last
            }
        };
        #[cfg(target_arch = "x86_64")]
        if let Some(simd) = self.simd.filter(|_| LANES == RUN) {
            let (all, used) = at_once::symbols(simd, &mut self.states, words, tables, cases);
            self.next += used;
            return all;
        }
        let mut used = 0;
        let mut fill = |left| {
            let (state, is_low) = filled(left, words[used % RUN]);
            used += usize::from(is_low);
            state
        };
        let one = |state: u32, i: usize| {
            let (symbol, part) = tables[usize::from(cases[i])].find(state as u16);
            (symbol, left(state, part))
        };
        // Loops, and not `from_fn`: where it is not inlined, it is compiled for any processor.
        let mut all = [0; RUN];
        let mut states = [LEAST; LANES];
        states.copy_from_slice(&self.states[..LANES]);
        if LANES == RUN {
            // Each state has one turn: what is left of all is known before any is filled.
            for (i, (symbol, state)) in all.iter_mut().zip(&mut states).enumerate() {
                (*symbol, *state) = one(*state, i);
            }
            for state in &mut states {
                *state = fill(*state);
            }
        } else {
            for (i, symbol) in all.iter_mut().enumerate() {
                let state = &mut states[i % LANES];
                let left;
                (*symbol, left) = one(*state, i);
                *state = fill(left);
            }
        }
        self.states[..LANES].copy_from_slice(&states);
        self.next += used;
        all
    }

    /// The same, which reads one symbol after the other on every machine.
    #[cfg(test)]
    pub(crate) fn one_by_one(self) -> Self {
        Self {
            #[cfg(target_arch = "x86_64")]
            simd: None,
            ..self
        }
    }

    /// The next symbol on a lane.
    #[inline(always)]
    pub(crate) fn symbol(&mut self, lane: usize, table: &Table) -> u8 {
        let state = self.states[lane % LANES];
        let (symbol, part) = table.find(state as u16);
        self.fill(lane, left(state, part));
        symbol
    }

    /// Makes what is left of a state the state.
    #[inline(always)]
    fn fill(&mut self, lane: usize, left: u32) {
        let word = self.words.get(self.next).copied().unwrap_or(0);
        let (state, is_low) = filled(left, word);
        self.states[lane % LANES] = state;
        self.next += usize::from(is_low);
    }
}

/// The last words, and zeros.
#[cold]
fn rest(words: &[u16]) -> [u16; RUN] {
    std::array::from_fn(|at| words.get(at).copied().unwrap_or(0))
}
