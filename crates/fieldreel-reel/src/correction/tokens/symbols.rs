//! Where tokens go to, and come from.

use super::BLOCK;
use super::head::Head;
use super::kinds::{self, Counts, Tables};
use super::tables::FRACTIONS;
use super::value::{LEVELS, TokenCoder};
use crate::entropy::{LANES, RansDecoder, RansEncoder, SYMBOLS};

/// Fewer symbols are not worth more than one lane: each takes four bytes.
const ENOUGH_FOR_LANES: usize = 1 << 13;

/// Keeps what is to be coded, and counts it, until the distributions are known.
#[derive(Debug)]
pub(super) struct Recorder {
    symbols: Vec<Symbol>,
    counts: Box<Counts>,
}

/// Something to code, and its place in a run.
#[derive(Debug, Clone, Copy)]
enum Symbol {
    Token { place: u8, case: u8, token: u8 },
    Bits { place: u8, count: u8, value: u16 },
}

impl Default for Recorder {
    fn default() -> Self {
        Self {
            symbols: Vec::new(),
            counts: Box::new([[0; SYMBOLS]; LEVELS * FRACTIONS]),
        }
    }
}

impl Recorder {
    /// The kinds of distributions that make the tokens shortest.
    pub(super) fn kinds(&self) -> [Option<usize>; LEVELS] {
        kinds::fit(&self.counts)
    }

    /// Whether there are so many symbols that they should take turns on lanes.
    pub(super) fn lanes(&self) -> bool {
        self.symbols.len() >= ENOUGH_FOR_LANES
    }

    /// The bytes, of nothing none.
    pub(super) fn finish(self, head: &Head) -> Vec<u8> {
        if self.symbols.is_empty() {
            return Vec::new();
        }
        let tables = kinds::tables(&head.kinds);
        let mut encoder = RansEncoder::default();
        for symbol in self.symbols {
            match symbol {
                Symbol::Token { place, case, token } => {
                    let table = &tables[usize::from(case)];
                    encoder.symbol(usize::from(place) % head.lanes, table, token);
                }
                Symbol::Bits {
                    place,
                    count,
                    value,
                } => {
                    let lane = usize::from(place) % head.lanes;
                    encoder.bits(lane, value.into(), count.into());
                }
            }
        }
        encoder.finish(head.lanes)
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

    #[inline]
    fn token(&mut self, place: usize, case: u8, token: u8) -> u8 {
        self.counts[usize::from(case)][usize::from(token)] += 1;
        let place = place as u8;
        self.symbols.push(Symbol::Token { place, case, token });
        token
    }

    #[inline]
    fn bits(&mut self, place: usize, value: u32, count: u32) -> u32 {
        let value = value & ((1 << count) - 1);
        if count > 0 {
            self.symbols.push(Symbol::Bits {
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
    tables: Box<Tables>,
    lanes: usize,
}

impl Reading {
    pub(super) fn new(bytes: &[u8], head: &Head) -> Self {
        Self {
            decoder: RansDecoder::new(bytes, head.lanes),
            tables: kinds::tables(&head.kinds),
            lanes: head.lanes,
        }
    }
}

impl TokenCoder for Reading {
    const WRITES: bool = false;

    #[inline(always)]
    fn run(&mut self, cases: &[u8; BLOCK], _: [u8; BLOCK]) -> [u8; BLOCK] {
        if self.lanes == LANES {
            self.decoder.symbols::<LANES, BLOCK>(&self.tables, cases)
        } else {
            self.decoder.symbols::<1, BLOCK>(&self.tables, cases)
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
        let table = &self.tables[usize::from(case)];
        self.decoder.symbol(place % self.lanes, table)
    }

    #[inline(always)]
    fn bits(&mut self, place: usize, _: u32, count: u32) -> u32 {
        self.decoder.bits(place % self.lanes, count)
    }
}
