//! Bytes back into symbols.

#[cfg(target_arch = "x86_64")]
use super::avx2;
use super::{LANES, LEAST, RUN, Tables, filled, left};

/// Reads symbols.
#[derive(Debug)]
pub struct RansDecoder {
    /// As many as are read at once, and as many again.
    states: [[u32; RUN]; LANES / RUN],
    #[cfg(target_arch = "x86_64")]
    simd: Option<avx2::Simd>,
    /// How many lanes there are, a power of two, less one.
    last_lane: usize,
    /// All words, and as many zeros as are read at once.
    words: Vec<u16>,
    next: usize,
}

impl RansDecoder {
    /// A decoder of what a [`RansEncoder`](super::RansEncoder) wrote with as many lanes. Beyond the end it reads zeros.
    #[must_use]
    pub fn new(mut bytes: &[u8], lanes: usize) -> Self {
        let mut states = [[LEAST; RUN]; LANES / RUN];
        for state in states.as_flattened_mut().iter_mut().take(lanes) {
            if let Some((first, rest)) = bytes.split_first_chunk() {
                *state = u32::from_le_bytes(*first).max(LEAST);
                bytes = rest;
            }
        }
        let (words, _) = bytes.as_chunks();
        let words = words.iter().map(|&word| u16::from_le_bytes(word));
        Self {
            states,
            #[cfg(target_arch = "x86_64")]
            simd: avx2::Simd::try_new(),
            last_lane: lanes.clamp(1, LANES) - 1,
            words: words.chain([0; RUN]).collect(),
            next: 0,
        }
    }

    /// Sets the first `count` symbols of runs to the next of the tables of `cases`, as many runs as these fill or begin: each
    /// symbol on the lane of its place, the first run from `lane` on, a multiple of [`RUN`]. Those after them have no meaning.
    #[inline(always)]
    pub fn runs(
        &mut self,
        lane: usize,
        tables: &Tables,
        (cases, count): (&[[u8; RUN]], usize),
        symbols: &mut [[u8; RUN]],
    ) {
        if self.last_lane + 1 < LANES {
            let all = cases.as_flattened().iter().zip(symbols.as_flattened_mut());
            for (lane, (&case, symbol)) in (lane..lane + count).zip(all) {
                *symbol = self.symbol(lane, tables, case);
            }
            return;
        }
        // A run need not wait for the one before: that is on the other lanes.
        let is_odd = lane / RUN % 2 == 1;
        if is_odd {
            self.states.reverse();
        }
        let words = self.words.get(self.next..).unwrap_or_default();
        #[cfg(target_arch = "x86_64")]
        let used = match self.simd {
            Some(simd) => {
                let cases = (cases, count);
                avx2::runs(simd, &mut self.states, words, tables, cases, symbols)
            }
            None => runs(&mut self.states, words, tables, (cases, count), symbols),
        };
        #[cfg(not(target_arch = "x86_64"))]
        let used = runs(&mut self.states, words, tables, (cases, count), symbols);
        self.next += used;
        if is_odd != (cases.len() % 2 == 1) {
            self.states.reverse();
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

    /// The next symbol of the table of a case, on a lane.
    #[inline(always)]
    pub fn symbol(&mut self, lane: usize, tables: &Tables, case: u8) -> u8 {
        let state = &mut self.states.as_flattened_mut()[(lane & self.last_lane) % LANES];
        let (symbol, part) = tables.find(case, *state as u16);
        let word = self.words.get(self.next).copied().unwrap_or(0);
        let (filled, is_low) = filled(left(*state, part), word);
        *state = filled;
        self.next += usize::from(is_low);
        symbol
    }
}

/// Sets the first `count` symbols of runs to the next of the tables of `cases`, a symbol of each state; the states of
/// `states` take turns, the first first. Gives how many of `words` that takes; beyond their end are zeros.
fn runs(
    states: &mut [[u32; RUN]; LANES / RUN],
    words: &[u16],
    tables: &Tables,
    (cases, count): (&[[u8; RUN]], usize),
    symbols: &mut [[u8; RUN]],
) -> usize {
    let mut used = 0;
    for (begun, (cases, symbols)) in (0..count).step_by(RUN).zip(cases.iter().zip(symbols)) {
        let now = &mut states[0][..RUN.min(count - begun)];
        // Each state has one turn: what is left of all is known before any is filled.
        for ((symbol, state), &case) in symbols.iter_mut().zip(&mut *now).zip(cases) {
            let (found, part) = tables.find(case, *state as u16);
            (*symbol, *state) = (found, left(*state, part));
        }
        for state in now {
            let (filled, is_low) = filled(*state, words.get(used).copied().unwrap_or(0));
            *state = filled;
            used += usize::from(is_low);
        }
        states.reverse();
    }
    used
}
