//! Where the tokens of values go to, and come from.

use super::BLOCK;

/// Codes tokens, and what they leave open, in one direction or the other. Which lane is next says a number `x`: the column; or
/// where places are left out of a row, its first column and how many came before.
pub(super) trait TokenCoder {
    /// Whether what is given to be coded counts.
    const WRITES: bool;

    /// Codes the first `count` tokens of runs side by side, the first from `x` on. An encoder writes `tokens`; a decoder sets
    /// them, and maybe the rest of the last run.
    fn runs(&mut self, x: usize, cases: (&[[u8; BLOCK]], usize), tokens: &mut [[u8; BLOCK]]);

    /// Codes the lowest bits of the values of whole runs side by side, so many of each, up to 14. An encoder writes those of
    /// `values`; a decoder sets them.
    fn runs_of_bits(&mut self, counts: &[[u8; BLOCK]], values: &mut [[u32; BLOCK]]);

    /// Codes the token of one place, `x`.
    fn token(&mut self, x: usize, case: u8, token: u8) -> u8;

    /// Codes the lowest `count` bits of `value`, up to 16.
    fn bits(&mut self, value: u64, count: u32) -> u64;

    /// Codes how far a value is beyond the tokens.
    fn beyond(&mut self, beyond: u64) -> u64;
}
