//! Where tokens go to, and come from.

use super::BLOCK;
use super::kinds::{self, CASES, Counts, Tables};
use super::value::{LEVELS, TokenCoder};
use crate::entropy::{LANES, RansDecoder, RansEncoder, SYMBOLS};

/// Fewer symbols are not worth more than one lane: each takes four bytes.
const ENOUGH_FOR_LANES: usize = 1 << 13;

/// Keeps what is to be coded, and counts it, until the distributions are known.
#[derive(Debug, Default)]
pub(super) struct Recorder {
    groups: Vec<Group>,
}

/// What is coded with the same distributions.
#[derive(Debug)]
struct Group {
    symbols: Vec<Symbol>,
    counts: Box<Counts>,
}

/// Something to code, and its place in a run.
#[derive(Debug, Clone, Copy)]
enum Symbol {
    Token { place: u8, case: u8, token: u8 },
    Bits { place: u8, count: u8, value: u16 },
}

impl Recorder {
    /// Begins a group.
    pub(super) fn begin_group(&mut self) {
        self.groups.push(Group {
            symbols: Vec::new(),
            counts: Box::new([[0; SYMBOLS]; CASES]),
        });
    }

    /// The kinds of distributions that make the tokens of each group shortest.
    pub(super) fn kinds(&self) -> Vec<[Option<usize>; LEVELS]> {
        let counts = self.groups.iter().map(|group| &group.counts);
        counts.map(|counts| kinds::fit(counts)).collect()
    }

    /// Whether there are so many symbols that they should take turns on lanes.
    pub(super) fn lanes(&self) -> bool {
        self.count() >= ENOUGH_FOR_LANES
    }

    fn count(&self) -> usize {
        self.groups.iter().map(|group| group.symbols.len()).sum()
    }

    /// The bytes, with these distributions for each group; of nothing none.
    pub(super) fn finish(self, kinds: &[[usize; LEVELS]], lanes: usize) -> Vec<u8> {
        if self.count() == 0 {
            return Vec::new();
        }
        let mut tables = Tables::default();
        let mut encoder = RansEncoder::default();
        for (group, kinds) in self.groups.into_iter().zip(kinds) {
            tables.set(kinds);
            for symbol in group.symbols {
                match symbol {
                    Symbol::Token { place, case, token } => {
                        let table = &tables.all()[usize::from(case)];
                        encoder.symbol(usize::from(place) % lanes, table, token);
                    }
                    Symbol::Bits {
                        place,
                        count,
                        value,
                    } => encoder.bits(usize::from(place) % lanes, value.into(), count.into()),
                }
            }
        }
        encoder.finish(lanes)
    }

    fn add(&mut self, symbol: Symbol) {
        if let Some(group) = self.groups.last_mut() {
            group.symbols.push(symbol);
            if let Symbol::Token { case, token, .. } = symbol {
                group.counts[usize::from(case)][usize::from(token) % SYMBOLS] += 1;
            }
        }
    }
}

impl TokenCoder for Recorder {
    const WRITES: bool = true;

    fn run(&mut self, cases: &[u8; BLOCK], tokens: [u8; BLOCK]) -> [u8; BLOCK] {
        for (place, (&case, &token)) in cases.iter().zip(&tokens).enumerate() {
            self.token(place, case, token);
        }
        tokens
    }

    fn run_of_bits(&mut self, counts: &[u32; BLOCK], values: [u32; BLOCK]) -> [u32; BLOCK] {
        std::array::from_fn(|place| self.bits(place, values[place], counts[place]))
    }

    fn token(&mut self, place: usize, case: u8, token: u8) -> u8 {
        let place = place as u8;
        self.add(Symbol::Token { place, case, token });
        token
    }

    fn bits(&mut self, place: usize, value: u32, count: u32) -> u32 {
        let value = value & ((1 << count) - 1);
        if count > 0 {
            self.add(Symbol::Bits {
                place: place as u8,
                count: count as u8,
                value: value as u16,
            });
        }
        value
    }
}

/// Reads what was recorded.
#[derive(Debug)]
pub(super) struct Reading {
    decoder: RansDecoder,
    tables: Tables,
    lanes: usize,
}

impl Reading {
    pub(super) fn new(bytes: &[u8], lanes: usize) -> Self {
        Self {
            decoder: RansDecoder::new(bytes, lanes),
            tables: Tables::default(),
            lanes,
        }
    }

    /// Begins a group with these distributions.
    pub(super) fn begin_group(&mut self, kinds: &[usize; LEVELS]) {
        self.tables.set(kinds);
    }
}

impl TokenCoder for Reading {
    const WRITES: bool = false;

    #[inline(always)]
    fn run(&mut self, cases: &[u8; BLOCK], _: [u8; BLOCK]) -> [u8; BLOCK] {
        let tables = self.tables.all();
        if self.lanes == LANES {
            self.decoder.symbols::<LANES, BLOCK>(tables, cases)
        } else {
            self.decoder.symbols::<1, BLOCK>(tables, cases)
        }
    }

    #[inline(always)]
    fn run_of_bits(&mut self, counts: &[u32; BLOCK], _: [u32; BLOCK]) -> [u32; BLOCK] {
        if self.lanes == LANES {
            self.decoder.many_bits::<LANES, BLOCK>(counts)
        } else {
            self.decoder.many_bits::<1, BLOCK>(counts)
        }
    }

    #[inline(always)]
    fn token(&mut self, place: usize, case: u8, _: u8) -> u8 {
        let table = &self.tables.all()[usize::from(case)];
        self.decoder.symbol(place % self.lanes, table)
    }

    #[inline(always)]
    fn bits(&mut self, place: usize, _: u32, count: u32) -> u32 {
        self.decoder.bits(place % self.lanes, count)
    }
}
