//! Symbols of many kinds to bytes and back: asymmetric numeral systems with a range of 2^16.
//!
//! After J. Duda, *Asymmetric numeral systems*, arXiv:1311.2540, in the form "range", with states of 32 bits and words of
//! 16. Symbols take turns on several states ([lanes](LANES)), so that a reader need not end with one to begin the next. The
//! last symbol is encoded first, so [`RansEncoder`] keeps all of them until it finishes.

use wide::i16x16;

/// Kinds of symbols.
pub(crate) const SYMBOLS: usize = 16;

/// States that symbols may take turns on, at most.
pub(crate) const LANES: usize = 8;

/// The least state between symbols.
const LEAST: u32 = 1 << 16;

/// How the 65536 values of a state's lowest 16 bits are shared among symbols.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Table {
    /// The start of each part, its upper bit turned: compared with signs, they are in order.
    turned: i16x16,
    parts: [Part; SYMBOLS],
}

/// The start of a part and, in the upper half, its width.
type Part = u32;

impl Table {
    /// The table where number `i` has the part from `starts[i]` to the next start. The first is 0, and each is above the
    /// one before.
    pub(crate) fn new(starts: [u16; SYMBOLS]) -> Self {
        let parts = std::array::from_fn(|symbol| {
            let start = starts[symbol];
            // The end of the last is 65536, which is 0 here; the difference is right all the same.
            let end = starts.get(symbol + 1).copied().unwrap_or(0);
            u32::from(end.wrapping_sub(start)) << 16 | u32::from(start)
        });
        let turned = starts.map(|start| start as i16 ^ i16::MIN);
        Self {
            turned: turned.into(),
            parts,
        }
    }

    /// How wide the part of a symbol is.
    pub(crate) fn width(&self, symbol: usize) -> u32 {
        self.parts[symbol % SYMBOLS] >> 16
    }

    /// The symbol that has this value, and its part.
    #[inline(always)]
    fn find(&self, slot: u16) -> (u8, Part) {
        let slot = i16x16::splat(slot as i16 ^ i16::MIN);
        // The first start is 0 and never above; one past the last always is.
        let above = self.turned.simd_gt(slot).to_bitmask() | 1 << SYMBOLS;
        let symbol = above.trailing_zeros().wrapping_sub(1);
        (symbol as u8, self.parts[symbol as usize % SYMBOLS])
    }
}

/// Keeps symbols, and writes them when it finishes.
#[derive(Debug, Default)]
pub(crate) struct RansEncoder {
    parts: Vec<(u8, Part)>,
}

impl RansEncoder {
    /// Adds a symbol on a lane.
    #[inline]
    pub(crate) fn symbol(&mut self, lane: usize, table: &Table, symbol: u8) {
        let part = table.parts[usize::from(symbol) % SYMBOLS];
        self.parts.push((lane as u8, part));
    }

    /// Adds the lowest `count` bits of `value`, up to 16, as equally probable.
    #[inline]
    pub(crate) fn bits(&mut self, lane: usize, value: u32, count: u32) {
        if count > 0 {
            let start = (value & ((1 << count) - 1)) << (16 - count);
            self.parts.push((lane as u8, start | 1 << (32 - count)));
        }
    }

    /// The bytes.
    pub(crate) fn finish(self, lanes: usize) -> Vec<u8> {
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

/// Reads symbols.
#[derive(Debug)]
pub(crate) struct RansDecoder {
    states: [u32; LANES],
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
            words: words.iter().map(|&word| u16::from_le_bytes(word)).collect(),
            next: 0,
        }
    }

    /// The next `N` symbols, up to 16, of the tables that `cases` name; they take turns on the first `LANES` lanes.
    #[inline(always)]
    pub(crate) fn symbols<const LANES: usize, const N: usize>(
        &mut self,
        tables: &[Table; 256],
        cases: &[u8; N],
    ) -> [u8; N] {
        self.many::<LANES, N, _>(|state, i| {
            let (symbol, part) = tables[usize::from(cases[i])].find(state as u16);
            (symbol, left(state, part))
        })
    }

    /// As many bits as `counts` say, up to 16, on lanes in turns.
    #[inline(always)]
    pub(crate) fn many_bits<const LANES: usize, const N: usize>(
        &mut self,
        counts: &[u32; N],
    ) -> [u32; N] {
        self.many::<LANES, N, _>(|state, i| lowest(state, counts[i]))
    }

    /// Takes `N` things, up to 16, out of the states of the first `LANES` lanes in turns: `one` gives each, and what is left.
    #[inline(always)]
    fn many<const LANES: usize, const N: usize, T: Copy + Default>(
        &mut self,
        one: impl Fn(u32, usize) -> (T, u32),
    ) -> [T; N] {
        let words = self.words.get(self.next..).unwrap_or_default();
        let last;
        let words = match words.first_chunk::<16>() {
            Some(words) => words,
            None => {
                last = rest(words);
                &last
            }
        };
        let mut used = 0;
        let mut fill = |left| {
            let (state, is_low) = filled(left, words[used % 16]);
            used += usize::from(is_low);
            state
        };
        // Loops, and not `from_fn`: where it is not inlined, it is compiled for any processor.
        let mut all = [T::default(); N];
        let mut states = [LEAST; LANES];
        states.copy_from_slice(&self.states[..LANES]);
        if N == LANES {
            // Each state has one turn: what is left of all is known before any is filled.
            for (i, (thing, state)) in all.iter_mut().zip(&mut states).enumerate() {
                (*thing, *state) = one(*state, i);
            }
            for state in &mut states {
                *state = fill(*state);
            }
        } else {
            for (i, thing) in all.iter_mut().enumerate() {
                let state = &mut states[i % LANES];
                let left;
                (*thing, left) = one(*state, i);
                *state = fill(left);
            }
        }
        self.states[..LANES].copy_from_slice(&states);
        self.next += used;
        all
    }

    /// The next symbol on a lane.
    #[inline(always)]
    pub(crate) fn symbol(&mut self, lane: usize, table: &Table) -> u8 {
        let state = self.states[lane % LANES];
        let (symbol, part) = table.find(state as u16);
        self.fill(lane, left(state, part));
        symbol
    }

    /// The next `count` bits, up to 16, on a lane.
    #[inline(always)]
    pub(crate) fn bits(&mut self, lane: usize, count: u32) -> u32 {
        let (value, left) = lowest(self.states[lane % LANES], count);
        self.fill(lane, left);
        value
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

/// The lowest `count` bits, up to 16, of a state, and what is left of it.
#[inline(always)]
fn lowest(state: u32, count: u32) -> (u32, u32) {
    let shift = 16 - count % 17;
    let slot = state & 0xFFFF;
    let left = ((state >> 16) << shift) + (slot & ((1 << shift) - 1));
    (slot >> shift, left)
}

/// What is left of a state after a symbol of this part.
#[inline(always)]
fn left(state: u32, part: Part) -> u32 {
    // Fits: the state's upper half is below 65536, and so is what is added to the product.
    (part >> 16) * (state >> 16) + (state & 0xFFFF) - (part & 0xFFFF)
}

/// A state, with `word` added if it was low; and whether it was.
#[inline(always)]
fn filled(state: u32, word: u16) -> (u32, bool) {
    // Without a branch: which way it would go, nothing foretells.
    let is_low = state < LEAST;
    let filled = state << 16 | u32::from(word);
    (if is_low { filled } else { state }, is_low)
}

/// The last words, and zeros.
#[cold]
fn rest(words: &[u16]) -> [u16; 16] {
    std::array::from_fn(|at| words.get(at).copied().unwrap_or(0))
}
