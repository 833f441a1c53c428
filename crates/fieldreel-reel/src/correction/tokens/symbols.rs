//! Where tokens go to, and come from.

use super::coder::TokenCoder;
use super::kinds::{self, CASES, Counts, Tables};
use super::value::LEVELS;
use super::{BLOCK, beyond};
use crate::entropy::{BitReader, BitWriter, LANES, RansDecoder, RansEncoder, SYMBOLS};

/// Fewer symbols are not worth more than one lane: each takes four bytes.
const ENOUGH_FOR_LANES: usize = 1 << 13;

/// Keeps what is to be coded, and counts it, until the distributions are known.
#[derive(Debug, Default)]
pub(super) struct Recorder {
    groups: Vec<Group>,
    bits: BitWriter,
}

/// What is coded with the same distributions.
#[derive(Debug)]
struct Group {
    tokens: Vec<Token>,
    counts: Box<Counts>,
}

/// A token to code, and its place on the lanes if there are as many as can be.
#[derive(Debug, Clone, Copy)]
struct Token {
    lane: u8,
    case: u8,
    token: u8,
}

impl Recorder {
    /// Begins a group.
    pub(super) fn begin_group(&mut self) {
        self.groups.push(Group {
            tokens: Vec::new(),
            counts: Box::new([[0; SYMBOLS]; CASES]),
        });
    }

    /// The kinds of distributions that make the tokens of each group shortest.
    pub(super) fn kinds(&self) -> Vec<[Option<usize>; LEVELS]> {
        let counts = self.groups.iter().map(|group| &group.counts);
        counts.map(|counts| kinds::fit(counts)).collect()
    }

    /// Whether there are so many tokens that they should take turns on lanes.
    pub(super) fn is_worth_lanes(&self) -> bool {
        self.count() >= ENOUGH_FOR_LANES
    }

    fn count(&self) -> usize {
        self.groups.iter().map(|group| group.tokens.len()).sum()
    }

    /// The bytes of the bits, and of the tokens with these distributions for each group; of no tokens none.
    pub(super) fn finish(self, kinds: &[[usize; LEVELS]], lanes: usize) -> (Vec<u8>, Vec<u8>) {
        // Lanes would take bytes even where there are no tokens.
        if self.count() == 0 {
            return (Vec::new(), Vec::new());
        }
        let mut tables = Tables::default();
        let mut encoder = RansEncoder::default();
        for (group, kinds) in self.groups.into_iter().zip(kinds).rev() {
            tables.set(kinds);
            for Token { lane, case, token } in group.tokens.into_iter().rev() {
                let part = tables.all().encoder_part(case, token);
                encoder.symbols((lane.into(), lanes), &[part], &[0]);
            }
        }
        (self.bits.finish(), encoder.finish(lanes))
    }
}

impl TokenCoder for Recorder {
    const WRITES: bool = true;

    fn runs(
        &mut self,
        x: usize,
        (cases, count): (&[[u8; BLOCK]], usize),
        tokens: &mut [[u8; BLOCK]],
    ) {
        let all = cases.as_flattened().iter().zip(tokens.as_flattened());
        for (x, (&case, &token)) in (x..x + count).zip(all) {
            self.token(x, case, token);
        }
    }

    fn runs_of_bits(&mut self, counts: &[[u8; BLOCK]], values: &mut [[u32; BLOCK]]) {
        let all = counts.as_flattened().iter().zip(values.as_flattened());
        for (&count, &value) in all {
            self.bits(value.into(), count.into());
        }
    }

    fn token(&mut self, x: usize, case: u8, token: u8) -> u8 {
        if let Some(group) = self.groups.last_mut() {
            let lane = (x % LANES) as u8;
            group.tokens.push(Token { lane, case, token });
            group.counts[usize::from(case)][usize::from(token) % SYMBOLS] += 1;
        }
        token
    }

    fn bits(&mut self, value: u64, count: u32) -> u64 {
        self.bits.write(value, count);
        value & !(u64::MAX << count)
    }

    fn beyond(&mut self, beyond: u64) -> u64 {
        beyond::write(&mut self.bits, beyond);
        beyond
    }
}

/// Reads what was recorded.
#[derive(Debug)]
pub(super) struct Reading {
    decoder: RansDecoder,
    bits: BitReader,
    tables: Tables,
}

impl Reading {
    pub(super) fn new(bits: &[u8], tokens: &[u8], lanes: usize) -> Self {
        Self {
            decoder: RansDecoder::new(tokens, lanes),
            bits: BitReader::new(bits),
            tables: Tables::default(),
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
    fn runs(&mut self, x: usize, cases: (&[[u8; BLOCK]], usize), tokens: &mut [[u8; BLOCK]]) {
        self.decoder.runs(x, self.tables.all(), cases, tokens);
    }

    #[inline(always)]
    fn runs_of_bits(&mut self, counts: &[[u8; BLOCK]], values: &mut [[u32; BLOCK]]) {
        self.bits.read_runs(counts, values);
    }

    #[inline(always)]
    fn token(&mut self, x: usize, case: u8, _: u8) -> u8 {
        self.decoder.symbol(x, self.tables.all(), case)
    }

    #[inline(always)]
    fn bits(&mut self, _: u64, count: u32) -> u64 {
        self.bits.read(count)
    }

    #[inline(always)]
    fn beyond(&mut self, _: u64) -> u64 {
        beyond::read(&mut self.bits)
    }
}
