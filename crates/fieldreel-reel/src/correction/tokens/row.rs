//! A row of values coded at once: nothing depends on what is to the left of a value.

use super::BLOCK;
use super::coder::TokenCoder;
use super::span::Span;
use super::survey::{Settled, Survey};
use super::tables::{FAR, MIDDLE};
use super::value::Parts;
use crate::correction::frame::{self, NEAR, is_far};

/// Codes rows: of those where places are left out, the others next to each other.
#[derive(Debug, Default)]
pub(super) struct Row {
    tokens: Tokens,
    values: Vec<i64>,
    survey: Survey,
    near: Vec<f32>,
}

/// The tokens of values and their low bits, up to a whole block.
#[derive(Debug, Default)]
struct Tokens {
    tokens: Vec<u8>,
    low: Vec<u32>,
}

impl Row {
    /// Codes the values of a span, gives `near` what was coded, and calls `each_far` with the columns of values that are
    /// far.
    #[inline(always)]
    pub(super) fn code<C: TokenCoder>(
        &mut self,
        coder: &mut C,
        span: &Span,
        survey: &mut Survey,
        near: &mut [f32],
        mut each_far: impl FnMut(usize, i64),
    ) {
        let tokens = &mut self.tokens;
        if span.is_whole {
            let known = survey.settle(span.length);
            return tokens.code(coder, (span.x, &span.values), known, near, |i, k| {
                each_far(span.x + i, k);
            });
        }
        let count = span.places.len();
        self.survey.gather(survey, &span.places);
        if C::WRITES {
            self.values.clear();
            let values = span.places.iter().map(|&i| span.values[i]);
            self.values.extend(values);
        }
        self.near.resize(count, 0.0);
        let (known, values) = (self.survey.settle(count), (span.x, &self.values[..]));
        tokens.code(coder, values, known, &mut self.near, |at, k| {
            each_far(span.x + span.places[at], k);
        });
        near.fill(0.0);
        for (&i, &k) in span.places.iter().zip(&self.near) {
            near[i] = k;
        }
    }
}

impl Tokens {
    /// Codes values of which none are left out, the first on lane `x`, and gives `near` what was coded.
    #[inline(always)]
    fn code<C: TokenCoder>(
        &mut self,
        coder: &mut C,
        (x, values): (usize, &[i64]),
        known: Settled<'_>,
        near: &mut [f32],
        mut each_far: impl FnMut(usize, i64),
    ) {
        let count = near.len();
        let whole = count.next_multiple_of(BLOCK);
        self.tokens.resize(whole, 0);
        self.low.resize(whole, 0);
        if C::WRITES {
            for (i, &k) in values.iter().enumerate() {
                let parts = known.parts(k, i);
                (self.tokens[i], self.low[i]) = (parts.token, parts.low);
            }
        }
        let cases = (known.cases.as_chunks().0, count);
        coder.runs(x, cases, self.tokens.as_chunks_mut().0);
        self.tokens[count..].fill(0);
        if known.counts.iter().fold(0, |any, count| any | count) == 0 {
            for ((near, &token), &center) in near.iter_mut().zip(&self.tokens).zip(known.centers) {
                // Even the outermost of the tokens is near.
                *near = (i32::from(token) - MIDDLE as i32 + center) as f32;
            }
        } else {
            coder.runs_of_bits(known.counts.as_chunks().0, self.low.as_chunks_mut().0);
            self.finish(known, near, &mut each_far);
        }
        self.code_beyond(coder, values, known, near, each_far);
    }

    /// The values of tokens and low bits.
    #[inline(always)]
    fn finish(&self, known: Settled<'_>, near: &mut [f32], mut each_far: impl FnMut(usize, i64)) {
        let (tokens, low) = (&self.tokens[..near.len()], &self.low[..near.len()]);
        let mut any_far = false;
        let all = tokens.iter().zip(known.centers).zip(known.counts).zip(low);
        for (near, (((&token, &center), &count), &low)) in near.iter_mut().zip(all) {
            let k = value(token, center, count, low);
            *near = k.clamp(-NEAR, NEAR) as f32;
            any_far |= k.abs() > NEAR;
        }
        if any_far {
            for i in (0..near.len()).filter(|&i| tokens[i] != FAR) {
                let k = value(tokens[i], known.centers[i], known.counts[i], low[i]).into();
                if is_far(k) {
                    each_far(i, k);
                }
            }
        }
    }

    /// Codes values that are beyond the tokens.
    #[inline(always)]
    fn code_beyond<C: TokenCoder>(
        &self,
        coder: &mut C,
        values: &[i64],
        known: Settled<'_>,
        near: &mut [f32],
        mut each_far: impl FnMut(usize, i64),
    ) {
        // One after another: which they are is a matter of chance, and so is each branch that asks.
        for (block, tokens) in self.tokens.as_chunks().0.iter().enumerate() {
            let mut last = last_tokens(tokens);
            while last != 0 {
                let i = block * BLOCK + last.trailing_zeros() as usize / 8;
                last &= last - 1;
                let mut parts = match C::WRITES {
                    true => known.parts(values[i], i),
                    false => Parts::default(),
                };
                parts.token = FAR;
                // Without low bits, those of other values may be there.
                parts.low = match known.counts[i] {
                    0 => 0,
                    _ => self.low[i],
                };
                parts.beyond = coder.beyond(parts.beyond);
                let k = parts.value(known.centers[i], known.counts[i].into());
                near[i] = frame::near(k);
                if is_far(k) {
                    each_far(i, k);
                }
            }
        }
    }
}

/// The value of a token that is not the last, and of so many low bits.
#[inline(always)]
fn value(token: u8, center: i32, count: u8, low: u32) -> i32 {
    let half = 1 << count >> 1;
    ((i32::from(token) - MIDDLE as i32) << count) + low as i32 - half + center
}

/// The upper bit of each byte that is the last token.
#[inline(always)]
fn last_tokens(tokens: &[u8; BLOCK]) -> u64 {
    const EACH: u64 = u64::MAX / 0xFF;
    // All at once: what is added takes the last token to the upper bit, and nothing to the next byte.
    (u64::from_le_bytes(*tokens) + EACH * (0x80 - FAR as u64)) & (EACH * 0x80)
}
